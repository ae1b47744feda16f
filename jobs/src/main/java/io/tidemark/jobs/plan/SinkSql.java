package io.tidemark.jobs.plan;

import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a sink has to write, as SQL over the table it reads: the whole, or what changed between two
 * snapshots. What a row is now is always told by the SQL that readers read the table by, as of the
 * later snapshot.
 *
 * <p>Rows come as {@link #OP}, the three columns of their place in Kafka ({@link #SOURCE}), the
 * columns of the key and the others.
 */
public final class SinkSql {
  /** What becomes of a row: {@code append}, {@code upsert} or {@code delete}. */
  public static final String OP = "op__";

  /** Where the message stood that an appended row came from; NULL for other rows. */
  public static final List<String> SOURCE = List.of("topic__", "partition__", "offset__");

  private static final String FROM = "from__";
  private static final String THERE = "there__";

  /** How rows that were appended bear on what readers see. */
  private enum Kind {
    /** Each stands for itself. */
    ROWS,
    /** Each changes the row of its key. */
    KEYS,
    /** Each changes the row of its window, and those of all later windows of the day. */
    RUNNING
  }

  private final JobSpec job;
  private final Kind kind;
  private final List<String> keys;
  private final List<String> values;
  private final Set<String> maps;
  private final String partition;
  private final List<String> dayKeys;
  private final UnaryOperator<String> read;

  /**
   * The SQL of a sink.
   *
   * @param job what writes the table
   * @param keys columns that tell its rows apart, as readers see them
   * @param values the other columns that are written
   * @param maps those among them that SQL cannot compare
   * @param partition what the table is partitioned by first
   * @param read the SQL by which a relation is read
   */
  public SinkSql(
      JobSpec job,
      List<String> keys,
      List<String> values,
      Set<String> maps,
      String partition,
      UnaryOperator<String> read) {
    this.job = job;
    this.kind = kind(job);
    this.keys = List.copyOf(keys);
    this.values = List.copyOf(values);
    this.maps = Set.copyOf(maps);
    this.partition = partition;
    this.dayKeys =
        kind == Kind.RUNNING ? new AggregateSql((AggregateSpec) job).dayKeys() : List.of();
    this.read = read;
  }

  private static Kind kind(JobSpec job) {
    if (job instanceof AggregateSpec aggregate) {
      return new AggregateSql(aggregate).running() ? Kind.RUNNING : Kind.KEYS;
    }
    // Rows that are held back have a view as well, but take nothing back.
    boolean takenBack = job.view().isPresent() && (job.takesBack() || !job.holdsBack());
    return takenBack ? Kind.KEYS : Kind.ROWS;
  }

  /** Whether appended rows are written as they are, so that nothing else has to be read. */
  public boolean appends() {
    return kind == Kind.ROWS;
  }

  /** Which rows of what is stored readers are shown, in words. */
  public String rows() {
    if (job instanceof MirrorSpec mirror && mirror.history()) {
      return "all versions of each key";
    }
    if (job instanceof MirrorSpec mirror) {
      return "the latest of each key, deletes " + mirror.delete().name().toLowerCase(Locale.ROOT);
    }
    return switch (kind) {
      case ROWS -> "all";
      case KEYS -> "one of each key";
      case RUNNING -> "one of each key, cumulated over the day";
    };
  }

  /**
   * How a column that is no key's is told from what is stored. Where that changes, readers see
   * other values of rows that have not changed.
   */
  public String told(String column) {
    return job instanceof AggregateSpec aggregate
        ? new AggregateSql(aggregate).told(column)
        : "stored";
  }

  /** All rows of the view {@code stored}. */
  public String whole() {
    return "SELECT %s%nFROM (%s)".formatted(row(kind == Kind.ROWS), read.apply("stored"));
  }

  /** The rows of the view {@code appended}, where each stands for itself. */
  public String appended() {
    return "SELECT %s%nFROM %s"
        .formatted(row(true), job.holdsBack() ? "(" + read.apply("appended") + ")" : "appended");
  }

  /** The keys that the view {@code appended} bears on, with what the table is partitioned by. */
  public String changedKeys() {
    if (kind == Kind.RUNNING) {
      return "SELECT %s, MIN(%s) AS %s%nFROM appended%nGROUP BY %s"
          .formatted(Sql.names(dayKeys), AggregateSql.WINDOW_START, FROM, Sql.names(dayKeys));
    }
    List<String> all = Stream.concat(keys.stream(), Stream.of(partition)).distinct().toList();
    return "SELECT DISTINCT %s%nFROM appended".formatted(Sql.names(all));
  }

  /** What the keys of the view {@code changed} are by now, told by the view {@code stored}. */
  public String current() {
    List<String> touched = kind == Kind.RUNNING ? dayKeys : keys;
    String stored =
        "(SELECT stored.* FROM stored LEFT SEMI JOIN changed ON %s)"
            .formatted(Sql.sameKey(touched, "stored", "changed"));
    if (kind == Kind.RUNNING) {
      return """
          SELECT 'upsert' AS %s, %s, %s
          FROM (%s) shown JOIN changed ON %s
          WHERE shown.%s >= changed.%s"""
          .formatted(
              OP,
              nowhere(),
              columns("shown", "shown"),
              read.apply(stored),
              Sql.sameKey(dayKeys, "shown", "changed"),
              AggregateSql.WINDOW_START,
              FROM);
    }
    return """
        SELECT CASE WHEN shown.%1$s THEN 'upsert' ELSE 'delete' END AS %2$s, %3$s, %4$s
        FROM changed LEFT JOIN (SELECT *, TRUE AS %1$s FROM (%5$s)) shown ON %6$s"""
        .formatted(
            THERE,
            OP,
            nowhere(),
            columns("changed", "shown"),
            read.apply(stored),
            Sql.sameKey(keys, "changed", "shown"));
  }

  /** Where the view {@code stored} shows other rows than {@code before}, key by key. */
  public String difference() {
    String same =
        values.isEmpty()
            ? "TRUE"
            : values.stream()
                .map(column -> comparable("was", column) + " <=> " + comparable("now", column))
                .collect(Collectors.joining(" AND "));
    String key =
        Sql.list(
            keys,
            column ->
                "CASE WHEN now.%1$s THEN now.%2$s ELSE was.%2$s END AS %2$s"
                    .formatted(THERE, Sql.name(column)));
    List<String> all = new ArrayList<>(List.of(key));
    values.forEach(column -> all.add("now." + Sql.name(column)));
    return """
        SELECT CASE WHEN now.%1$s THEN 'upsert' ELSE 'delete' END AS %2$s, %3$s, %4$s
        FROM (SELECT *, TRUE AS %1$s FROM (%5$s)) was
        FULL OUTER JOIN (SELECT *, TRUE AS %1$s FROM (%6$s)) now ON %7$s
        WHERE was.%1$s IS NULL OR now.%1$s IS NULL OR NOT (%8$s)"""
        .formatted(
            THERE,
            OP,
            nowhere(),
            String.join(", ", all),
            read.apply("before"),
            read.apply("stored"),
            Sql.sameKey(keys, "was", "now"),
            same);
  }

  private String comparable(String side, String column) {
    String name = side + "." + Sql.name(column);
    return maps.contains(column) ? "to_json(struct(" + name + "))" : name;
  }

  private String row(boolean appended) {
    String place =
        appended
            ? "%s AS %s, %s AS %s, %s AS %s"
                .formatted(
                    SystemColumns.TOPIC,
                    SOURCE.get(0),
                    SystemColumns.PARTITION,
                    SOURCE.get(1),
                    SystemColumns.OFFSET,
                    SOURCE.get(2))
            : nowhere();
    return "'%s' AS %s, %s, %s"
        .formatted(
            appended ? "append" : "upsert",
            OP,
            place,
            Sql.names(Stream.concat(keys.stream(), values.stream()).toList()));
  }

  private String columns(String key, String value) {
    return Stream.concat(
            keys.stream().map(column -> key + "." + Sql.name(column)),
            values.stream().map(column -> value + "." + Sql.name(column)))
        .collect(Collectors.joining(", "));
  }

  private static String nowhere() {
    return "CAST(NULL AS STRING) AS %s, CAST(NULL AS INT) AS %s, CAST(NULL AS BIGINT) AS %s"
        .formatted(SOURCE.toArray());
  }
}
