package io.tidemark.tests.catalog;

import io.tidemark.catalog.Environment;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.Sessions;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Commits.Outcome;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.jobs.spec.Declarations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;

/**
 * Commits to one table, in a process of its own and without Spark: as a stream, or as everything
 * else that writes beside it.
 */
final class CommitterMain {
  static final String READY = "READY";
  static final int COMMITS = 15;
  static final LocalDate FIRST_DAY = LocalDate.of(2026, 1, 1);

  /** Who commits. */
  enum Role {
    /** Micro-batches with markers, on main. */
    STREAM,
    /** Days of the branch offline, and appends to main as another tool makes them. */
    OTHERS
  }

  private final Table table;

  private CommitterMain(Table table) {
    this.table = table;
  }

  /**
   * Says {@link #READY}, and begins with the first line of standard input.
   *
   * @param args configuration folder, namespace and name of the table, role
   */
  public static void main(String[] args) throws IOException {
    Environment environment = Declarations.read(Path.of(args[0]), "local", Map.of()).environment();
    Table table = catalog(environment).loadTable(TableIdentifier.of(args[1], args[2]));
    CommitterMain committer = new CommitterMain(table);
    System.out.println(READY);
    if (System.in.read() < 0) {
      return;
    }
    if (Role.valueOf(args[3]) == Role.STREAM) {
      committer.stream();
    } else {
      committer.others();
    }
  }

  /** As the printed settings have it, which are those of every session. */
  private static Catalog catalog(Environment environment) {
    String prefix = "spark.sql.catalog." + environment.catalog().name() + ".";
    Map<String, String> properties = new TreeMap<>();
    Configuration conf = new Configuration();
    Sessions.settings(environment)
        .forEach(
            (key, value) -> {
              if (key.startsWith(prefix + "hadoop.")) {
                conf.set(key.substring((prefix + "hadoop.").length()), value);
              } else if (key.startsWith(prefix)) {
                properties.put(key.substring(prefix.length()), value);
              }
            });
    return CatalogUtil.buildIcebergCatalog(environment.catalog().name(), properties, conf);
  }

  private void stream() throws IOException {
    Marker marker = Commits.takeOver(table, "busy", Marker.IN_TABLE);
    for (int i = 0; i < COMMITS; i++) {
      marker = new Marker("busy", Marker.IN_TABLE, marker.epoch(), i, "" + i, Map.of());
      StagedFiles staged = new StagedFiles(table, Set.of(file(i, FIRST_DAY)));
      if (Commits.append(staged, marker, DayRanges.parse(""), Map.of()) != Outcome.COMMITTED) {
        throw new IllegalStateException("micro-batch " + i + " was not committed");
      }
    }
  }

  private void others() throws IOException {
    for (int i = 0; i < COMMITS; i++) {
      LocalDate day = FIRST_DAY.plusDays(i);
      Expression filter = Expressions.equal("dt", day.toString());
      table.refresh();
      table
          .newOverwrite()
          .toBranch(Lakehouse.OFFLINE)
          .overwriteByRowFilter(filter)
          .validateFromSnapshot(table.refs().get(Lakehouse.OFFLINE).snapshotId())
          .conflictDetectionFilter(filter)
          .validateNoConflictingData()
          .addFile(file(i, day))
          .commit();
      table.newAppend().appendFile(file(COMMITS + i, FIRST_DAY)).commit();
    }
  }

  /** A file with one row. */
  private DataFile file(long id, LocalDate day) throws IOException {
    Record row = GenericRecord.create(table.schema());
    row.setField("id", id);
    row.setField("dt", day);
    PartitionKey partition = new PartitionKey(table.spec(), table.schema());
    partition.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(row));
    String name =
        table
            .locationProvider()
            .newDataLocation(table.spec(), partition, UUID.randomUUID() + ".parquet");
    DataWriter<Record> writer =
        Parquet.writeData(table.io().newOutputFile(name))
            .forTable(table)
            .withPartition(partition)
            .createWriterFunc(GenericParquetWriter::create)
            .build();
    try (writer) {
      writer.write(row);
    }
    return writer.toDataFile();
  }
}
