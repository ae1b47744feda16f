package io.tidemark.compaction.idle;

import io.tidemark.catalog.table.DeclaredTable;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.hadoop.HadoopConfigurable;

/**
 * Tables that nobody is known to have used for some time. Writes are in a table's metadata; reads
 * are not, so that they are taken from what Tidemark's jobs and the storage have noted.
 */
public final class IdleTables {
  /** The property by which Hive and Spark name who made a table. */
  private static final String MADE_BY = "owner";

  private final JobCatalog jobs;
  private final Map<String, Table> tables;
  private final Configuration configuration;

  /**
   * Looks at the tables of a catalog.
   *
   * @param tables by name, just loaded
   * @param configuration of the storage, for tables that have none of their own
   */
  public IdleTables(JobCatalog jobs, Map<String, Table> tables, Configuration configuration) {
    this.jobs = jobs;
    this.tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
    this.configuration = configuration;
  }

  /**
   * Those that nobody is known to have used since a moment, the largest first. The storage is asked
   * only for those that would be among them otherwise.
   */
  public List<TableUse> since(Instant moment) {
    RecordedReads recorded = new RecordedReads(jobs, tables);
    List<TableUse> idle = new ArrayList<>();
    tables.forEach(
        (name, table) -> {
          TableUse use = use(name, table, recorded);
          if (use.lastUse().isBefore(moment)) {
            TableUse withStorage = withAccessTimes(use, table);
            if (withStorage.lastUse().isBefore(moment)) {
              idle.add(withStorage);
            }
          }
        });
    idle.sort(Comparator.comparingLong(TableUse::bytes).reversed().thenComparing(TableUse::table));
    return idle;
  }

  private TableUse use(String name, Table table, RecordedReads recorded) {
    WriteHistory writes = new WriteHistory(table);
    Snapshot head = table.currentSnapshot();
    return new TableUse(
        name,
        owner(name, table),
        total(head, SnapshotSummary.TOTAL_DATA_FILES_PROP)
            + total(head, SnapshotSummary.TOTAL_DELETE_FILES_PROP),
        total(head, SnapshotSummary.TOTAL_FILE_SIZE_PROP),
        writes.since(),
        writes.lastWrite().orElse(null),
        recorded.of(name).orElse(null),
        false,
        recorded.readersOf(name));
  }

  private TableUse withAccessTimes(TableUse use, Table table) {
    Configuration ofTable =
        table.io() instanceof HadoopConfigurable hadoop ? hadoop.getConf() : configuration;
    Optional<LastRead> access = new AccessTimes(ofTable).of(table);
    return new TableUse(
        use.table(),
        use.owner(),
        use.files(),
        use.bytes(),
        use.since(),
        use.lastWrite(),
        LastRead.later(use.lastRead(), access.orElse(null)),
        access.isPresent(),
        use.readers());
  }

  /** Of the job that writes it, else as declared for the table, else who made it. */
  private String owner(String name, Table table) {
    Optional<String> ofJob =
        jobs.jobs().stream()
            .filter(job -> job.output().toString().equals(name))
            .map(JobSpec::owner)
            .findFirst();
    return Stream.of(
            ofJob.orElse(""),
            table.properties().getOrDefault(DeclaredTable.OWNER, ""),
            table.properties().getOrDefault(MADE_BY, ""))
        .filter(owner -> !owner.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static long total(Snapshot head, String property) {
    return head == null ? 0 : Long.parseLong(head.summary().getOrDefault(property, "0"));
  }
}
