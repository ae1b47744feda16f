package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.plan.LookupSql;
import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.TransformSpec;
import java.util.ArrayList;
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
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * The dimensions of a transform, fixed at one snapshot each before a micro-batch or a batch begins.
 * Columns are found by the names they have at that moment, so that a table that is dropped and made
 * anew by its owner is read as well as one that is refreshed in place.
 */
final class Lookups {
  private final JobSession session;
  private final TransformSpec job;
  private final List<StructType> inputs;

  /** Of each lookup, the snapshot whose keys were found to be there once. */
  private final Map<LookupSpec, Long> unique = new HashMap<>();

  private final Map<TableName, Table> fixed = new HashMap<>();

  /**
   * @param inputs columns of each of the job's inputs
   */
  Lookups(JobSession session, TransformSpec job, List<StructType> inputs) {
    this.session = session;
    this.job = job;
    this.inputs = List.copyOf(inputs);
  }

  /**
   * Fixes every dimension at its newest snapshot, and puts its rows where the job's SQL finds them.
   *
   * @param versions of the table of a history, all versions that are to be found
   * @return what was fixed; histories are read as far as the job's position or cut says
   * @throws ConfigurationException when a table or column is not there, or a key is there twice
   */
  DimensionVersions fix(Function<TableName, Dataset<Row>> versions) {
    fixed.clear();
    List<Problem> problems = new ArrayList<>();
    SortedMap<String, Long> found = new TreeMap<>();
    for (LookupSpec lookup : job.lookups()) {
      Optional<Table> table = table(lookup.table());
      List<Problem> own = DimensionCheck.problems(job, lookup, table, inputs);
      if (own.isEmpty() && lookup.asOf()) {
        session.lookUp(new LookupSql(lookup), versions.apply(lookup.table()));
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
    session.lookUp(
        sql, version == DimensionVersions.WITHOUT_ROWS ? known.empty() : known.readAsOf(version));
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
