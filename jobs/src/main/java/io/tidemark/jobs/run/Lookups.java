package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.plan.LookupSql;
import io.tidemark.jobs.plan.TransformSql;
import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.TransformSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dimensions of a transform, fixed at one snapshot each before a micro-batch or a batch begins.
 * Columns are found by the names they have at that moment, so that a table that is dropped and made
 * anew by its owner is read as well as one that is refreshed in place.
 */
final class Lookups {
  private static final Logger LOG = LoggerFactory.getLogger(Lookups.class);

  private final JobSession session;
  private final TransformSpec job;
  private final List<StructType> inputs;

  /** Of each lookup, the snapshot whose keys were found to be there once. */
  private final Map<LookupSpec, Long> unique = new HashMap<>();

  /** Of each lookup what is kept of its dimension; empty in a batch, which looks up once. */
  private final Map<LookupSpec, DimensionCache> caches = new HashMap<>();

  private final Map<TableName, Table> fixed = new HashMap<>();

  private Lookups(JobSession session, TransformSpec job, List<StructType> inputs, boolean keeping) {
    this.session = session;
    this.job = job;
    this.inputs = List.copyOf(inputs);
    if (keeping) {
      job.lookups()
          .forEach(
              lookup -> caches.put(lookup, new DimensionCache(session, new LookupSql(lookup))));
    }
  }

  /**
   * Lookups that are fixed once.
   *
   * @param inputs columns of each of the job's inputs
   */
  static Lookups once(JobSession session, TransformSpec job, List<StructType> inputs) {
    return new Lookups(session, job, inputs, false);
  }

  /** Lookups that are fixed again and again, and keep what is read until {@link #release}. */
  static Lookups keeping(JobSession session, TransformSpec job, List<StructType> inputs) {
    return new Lookups(session, job, inputs, true);
  }

  /**
   * The versions in a history as far as they are to be found.
   *
   * @param position equal for equal versions; {@code null} when there are none
   * @param rows reads them
   */
  record Versions(Long position, Supplier<Dataset<Row>> rows) {}

  /**
   * Fixes every dimension at its newest snapshot, and puts its rows where the job's SQL finds them.
   *
   * @param versions of the table of a history, all versions that are to be found
   * @return what was fixed; histories are read as far as the job's position or cut says
   * @throws ConfigurationException when a table or column is not there, or a key is there twice
   */
  DimensionVersions fix(Function<TableName, Versions> versions) {
    fixed.clear();
    List<Problem> problems = new ArrayList<>();
    SortedMap<String, Long> found = new TreeMap<>();
    for (LookupSpec lookup : job.lookups()) {
      Optional<Table> table = table(lookup.table());
      List<Problem> own = DimensionCheck.problems(job, lookup, table, inputs);
      if (own.isEmpty() && lookup.asOf()) {
        put(lookup, table.get(), versions.apply(lookup.table()));
      } else if (own.isEmpty()) {
        found.put(lookup.table().toString(), put(lookup, table.get(), problems));
      }
      problems.addAll(own);
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new DimensionVersions(found);
  }

  /** What {@link #fix} would fix now; nothing of a table that is not there. */
  static DimensionVersions newest(Lakehouse lake, TransformSpec job) {
    SortedMap<String, Long> versions = new TreeMap<>();
    for (LookupSpec lookup : job.lookups()) {
      if (!lookup.asOf() && lake.exists(lookup.table())) {
        versions.put(lookup.table().toString(), version(lake.load(lookup.table())));
      }
    }
    return new DimensionVersions(versions);
  }

  private static long version(Table table) {
    Snapshot head = table.currentSnapshot();
    return head == null ? DimensionVersions.WITHOUT_ROWS : head.snapshotId();
  }

  /** The table as it was when the first lookup asked; nothing when it is not there. */
  private Optional<Table> table(TableName name) {
    if (!fixed.containsKey(name) && session.lake().exists(name)) {
      fixed.put(name, session.lake().load(name));
    }
    return Optional.ofNullable(fixed.get(name));
  }

  private long put(LookupSpec lookup, Table table, List<Problem> problems) {
    LookupSql sql = new LookupSql(lookup);
    long version = version(table);
    Set<String> columns = new LinkedHashSet<>(lookup.key().keySet());
    columns.addAll(lookup.columns().keySet());
    var known = session.lake().known(lookup.table(), table.schema().select(columns));
    Supplier<Dataset<Row>> rows =
        () -> version == DimensionVersions.WITHOUT_ROWS ? known.empty() : known.readAsOf(version);
    List<Object> key = List.of(table.uuid(), table.schema().schemaId(), version);
    look(lookup, key, size(table.currentSnapshot()), rows);
    if (!Objects.equals(unique.get(lookup), version)) {
      List<Row> repeated = session.repeatedKeys(sql);
      if (repeated.isEmpty()) {
        unique.put(lookup, version);
      } else {
        problems.add(twice(lookup, version, repeated));
      }
    }
    return version;
  }

  private void put(LookupSpec lookup, Table table, Versions versions) {
    Long position = versions.position();
    long changes = position == null ? 0 : size(table.snapshot(position));
    List<Object> key = List.of(table.uuid(), Optional.ofNullable(position));
    // A version ends with the change behind it, so that keys cannot be looked up by themselves.
    if (changes <= lookup.cacheRows()) {
      look(lookup, key, changes, versions.rows());
    } else {
      Optional.ofNullable(caches.get(lookup)).ifPresent(DimensionCache::release);
      session.lookUp(new LookupSql(lookup), versions.rows().get());
    }
  }

  private void look(
      LookupSpec lookup, List<Object> version, long size, Supplier<Dataset<Row>> rows) {
    DimensionCache cache = caches.get(lookup);
    if (cache == null) {
      session.lookUp(new LookupSql(lookup), rows.get());
    } else if (cache.fix(version, size, rows)) {
      LOG.debug("{} looks up in another version of {}", job.name(), lookup.table());
    }
  }

  /** Rows of a snapshot, or more; a table that does not count them is taken for a large one. */
  private static long size(Snapshot snapshot) {
    String rows =
        snapshot == null ? "0" : snapshot.summary().get(SnapshotSummary.TOTAL_RECORDS_PROP);
    return rows == null ? Long.MAX_VALUE : Long.parseLong(rows);
  }

  /**
   * Makes what these rows look up be found, in the versions that were fixed.
   *
   * @param rows of inputs
   */
  void prepare(Collection<Dataset<Row>> rows) {
    caches.values().forEach(cache -> cache.prepare(rows));
  }

  /** How many of these rows find something, and how many by what is kept; {@link #prepare}d. */
  SortedMap<String, LookupCounts> counts(Collection<Dataset<Row>> rows) {
    SortedMap<String, LookupCounts> counts = new TreeMap<>();
    if (job.lookups().isEmpty()) {
      return counts;
    }
    long[] sums = new long[2 * job.lookups().size()];
    for (Dataset<Row> input : rows) {
      Row row = session.over(Map.of("raw", input), new TransformSql(job).lookupCounts()).head();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += row.getLong(i);
      }
    }
    for (int i = 0; i < job.lookups().size(); i++) {
      LookupSpec lookup = job.lookups().get(i);
      long asked = sums[2 * i];
      long cached =
          Optional.ofNullable(caches.get(lookup)).map(each -> each.cached(asked)).orElse(0L);
      counts.put(lookup.name(), new LookupCounts(asked, sums[2 * i + 1], cached));
    }
    return counts;
  }

  /** Keeps nothing any more. */
  void release() {
    caches.values().forEach(DimensionCache::release);
  }

  /** Taking one of them would be a guess, and taking all would make several rows of one. */
  private Problem twice(LookupSpec lookup, long version, List<Row> repeated) {
    List<String> keys = new ArrayList<>(lookup.key().keySet());
    List<String> shown = new ArrayList<>();
    for (Row row : repeated) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < keys.size(); i++) {
        values.add(keys.get(i) + "=" + row.get(i));
      }
      shown.add(String.join(", ", values) + " (" + row.getLong(keys.size()) + " rows)");
    }
    return DimensionCheck.problem(
        job,
        lookup,
        "key",
        lookup.table().toString(),
        "has keys that are there more than once in snapshot %d: %s. Nothing was looked up in it;"
                .formatted(version, String.join("; ", shown))
            + " remove the repeated rows, and the job goes on where it stood");
  }

  /** Whether a table got other columns, or went away, since it was fixed. */
  boolean changed() {
    return fixed.entrySet().stream()
        .anyMatch(
            entry ->
                !session.lake().exists(entry.getKey())
                    || !sameColumns(entry.getValue(), session.lake().load(entry.getKey())));
  }

  private static boolean sameColumns(Table before, Table now) {
    return before.uuid().equals(now.uuid())
        && before.schema().schemaId() == now.schema().schemaId();
  }
}
