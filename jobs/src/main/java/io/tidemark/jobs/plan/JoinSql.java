package io.tidemark.jobs.plan;

import io.tidemark.jobs.spec.JoinSide;
import io.tidemark.jobs.spec.JoinSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A join as SQL. The result is a function of the rows of two views and of the cuts of days: {@link
 * #joined}. Batch writes it. A stream writes how it differs from what it was before the
 * micro-batch: {@link #delta}, which needs only the rows that the micro-batch can bear on.
 */
public final class JoinSql {
  /** The last sealed day whose cut a row came behind: it goes into results of later days only. */
  public static final String CLOSED = "closed__";

  /** Whether a row is of the micro-batch. */
  public static final String NEW = "new__";

  /** Columns that say when and where the partner came; NULL in a row that has none. */
  private static final Map<String, String> PARTNER = partner();

  /** What tells two rows of the result apart, of which some are NULL without a partner. */
  private static final List<String> PARTNER_PLACE =
      List.of("partner_topic", "partner_partition", "partner_offset");

  private static final List<String> PLACE =
      List.of(SystemColumns.TOPIC, SystemColumns.PARTITION, SystemColumns.OFFSET);

  /** Before every day that there is. */
  private static final String NEVER = "DATE '0001-01-01'";

  private final JoinSpec spec;

  public JoinSql(JoinSpec spec) {
    this.spec = spec;
  }

  /** What the job joins, and how. */
  public JoinSpec spec() {
    return spec;
  }

  /** Names that columns of both sides may not have. */
  public static List<String> reserved() {
    return Stream.concat(
            PARTNER.keySet().stream(), Stream.of(CLOSED, NEW, SystemColumns.TAKES_BACK))
        .toList();
  }

  /** What a column says of the partner; nothing where it is none of those. */
  static Optional<String> ofPartner(String column) {
    return Optional.ofNullable(PARTNER.get(column));
  }

  /** The columns that tell rows of the result apart. */
  public static List<String> identity() {
    return Stream.concat(PLACE.stream(), PARTNER_PLACE.stream()).toList();
  }

  /**
   * The view {@code input} that a side's SQL selects from, over the view {@code raw}, ODS rows with
   * {@link #NEW}.
   *
   * @param cuts numbers of the first row behind the cut of sealed days, by day
   */
  public static String input(SortedMap<LocalDate, Long> cuts) {
    return "SELECT raw.*, struct(%s, %s AS %s, %s) AS source FROM raw"
        .formatted(Sql.names(SystemColumns.CARRIED), closed(cuts), CLOSED, NEW);
  }

  /**
   * A pending row goes into its own day only, where a later cut takes it in: no stream has it, and
   * so the days around have to do without.
   */
  private static String closed(SortedMap<LocalDate, Long> cuts) {
    StringBuilder days = new StringBuilder("CASE WHEN COALESCE(pending, FALSE) THEN ");
    days.append("DATE '9999-12-31'");
    new TreeMap<>(cuts)
        .descendingMap()
        .forEach(
            (day, number) ->
                days.append(
                    " WHEN %s >= %d THEN DATE '%s'"
                        .formatted(SystemColumns.INGEST_BATCH, number, day)));
    return days + " ELSE " + NEVER + " END";
  }

  /** Of the rows of a side that are one row given twice, the first received. */
  public String kept(JoinSide side, String relation) {
    List<String> key = spec.duplicateKey(side);
    return key.isEmpty()
        ? "SELECT * FROM " + relation
        : """
        SELECT * EXCEPT (received__) FROM (
          SELECT *, row_number() OVER (PARTITION BY %s ORDER BY %s) AS received__ FROM %s)
        WHERE received__ = 1 OR %s"""
            .formatted(
                Sql.names(key),
                Sql.names(SystemColumns.RECEIVE_ORDER),
                relation,
                key.stream()
                    .map(column -> Sql.name(column) + " IS NULL")
                    .collect(Collectors.joining(" OR ")));
  }

  /**
   * Of the view {@code known}, rows of a side that were there before, those whose partners may be
   * in the view {@code keys}, keys of a micro-batch.
   */
  public String touched() {
    return "SELECT known.* FROM known LEFT SEMI JOIN keys ON " + equal("known", "keys");
  }

  /** The columns joined on of the view {@code rows}, each value once. */
  public String keys() {
    return "SELECT DISTINCT %s FROM rows".formatted(Sql.names(spec.on()));
  }

  /**
   * The rows of the result.
   *
   * @param left relation of the left side's rows
   * @param right relation of the right side's
   * @param columns the columns of both
   */
  public String joined(String left, String right, Columns columns) {
    String leftRows = "(" + kept(spec.left(), left) + ") l";
    String rightRows = "(" + kept(spec.right(), right) + ") r";
    String matched =
        "SELECT %s FROM %s %s JOIN %s ON %s"
            .formatted(
                list(columns.ofMatched()),
                leftRows,
                spec.type() == JoinSpec.Type.INNER ? "INNER" : "LEFT",
                rightRows,
                pair());
    if (spec.partners() == JoinSpec.Partners.FIRST) {
      matched =
          "SELECT * EXCEPT (partner__) FROM (SELECT *, row_number() OVER (PARTITION BY %s ORDER BY %s) AS partner__ FROM (%s)) WHERE partner__ = 1"
              .formatted(Sql.names(PLACE), Sql.names(PARTNER.keySet()), matched);
    }
    if (spec.type() != JoinSpec.Type.FULL) {
      return matched;
    }
    return """
        %s
        UNION ALL
        SELECT %s FROM %s LEFT ANTI JOIN %s ON %s AND (l.%s < r.dt OR l.dt = r.dt)"""
        .formatted(matched, list(columns.ofRight()), rightRows, leftRows, pair(), CLOSED);
  }

  /**
   * What a micro-batch changes: rows of the views {@code left} and {@code right} with {@link #NEW},
   * among them all that share a key and a time with those of the micro-batch. A row that is not
   * true any more is taken back.
   */
  public String delta(Columns columns) {
    String after = "(" + joined("left_rows", "right_rows", columns) + ")";
    String old = "(SELECT * FROM %s WHERE NOT " + NEW + ")";
    String before =
        "(" + joined(old.formatted("left_rows"), old.formatted("right_rows"), columns) + ")";
    String added = added("now", after, "past", before, false);
    return spec.takesBack()
        ? added + "\nUNION ALL\n" + added("past", before, "now", after, true)
        : added;
  }

  private String added(String one, String rows, String other, String others, boolean takesBack) {
    return "SELECT %s.*%s FROM %s %s LEFT ANTI JOIN %s %s ON %s"
        .formatted(
            one,
            spec.takesBack() ? ", " + takesBack + " AS " + SystemColumns.TAKES_BACK : "",
            rows,
            one,
            others,
            other,
            same(one, other));
  }

  /**
   * What readers see of a relation: neither rows that are taken back nor those that take them back.
   * Spark and Trino understand it, once quotes are theirs.
   *
   * @param columns the relation's
   */
  public String shown(String relation, List<String> columns) {
    return """
        SELECT %1$s FROM %2$s w WHERE NOT COALESCE(w.%3$s, FALSE) AND NOT EXISTS (
          SELECT 1 FROM %2$s b WHERE b.%3$s AND b.dt = w.dt AND %4$s)"""
        .formatted(
            Sql.list(
                columns.stream().filter(each -> !each.equals(SystemColumns.TAKES_BACK)).toList(),
                column -> "w." + Sql.name(column)),
            relation,
            Sql.name(SystemColumns.TAKES_BACK),
            same("b", "w"));
  }

  /** A row without a partner has NULL for its place; offsets are never negative. */
  private static String same(String one, String other) {
    List<String> same = new ArrayList<>();
    PLACE.forEach(column -> same.add("%s.%s = %s.%2$s".formatted(one, Sql.name(column), other)));
    PARTNER_PLACE.forEach(
        column ->
            same.add(
                "COALESCE(%s.%s, %s) = COALESCE(%s.%2$s, %3$s)"
                    .formatted(
                        one,
                        Sql.name(column),
                        column.equals("partner_topic") ? "''" : "-1",
                        other)));
    return String.join(" AND ", same);
  }

  /** Whether two rows are joined, in the result of the left one's day. */
  private String pair() {
    return "%s AND r.event_time >= l.event_time - %s AND r.event_time <= l.event_time + %s AND (r.%s < l.dt OR r.dt = l.dt)"
        .formatted(equal("l", "r"), interval(spec.before()), interval(spec.within()), CLOSED);
  }

  private String equal(String one, String other) {
    return spec.on().stream()
        .map(column -> one + "." + Sql.name(column) + " = " + other + "." + Sql.name(column))
        .collect(Collectors.joining(" AND "));
  }

  private static String interval(Duration time) {
    return "INTERVAL '%d.%03d' SECOND".formatted(time.toSeconds(), time.toMillisPart());
  }

  private static String list(Map<String, String> columns) {
    return columns.entrySet().stream()
        .map(column -> column.getValue() + " AS " + Sql.name(column.getKey()))
        .collect(Collectors.joining(", "));
  }

  private static Map<String, String> partner() {
    Map<String, String> partner = new LinkedHashMap<>();
    partner.put("partner_event_time", SystemColumns.EVENT_TIME);
    partner.put("partner_kafka_time", SystemColumns.KAFKA_TIME);
    partner.put("partner_topic", SystemColumns.TOPIC);
    partner.put("partner_partition", SystemColumns.PARTITION);
    partner.put("partner_offset", SystemColumns.OFFSET);
    return partner;
  }

  /** The columns of a result, told from those of both sides. */
  public static final class Columns {
    private final List<String> on;
    private final List<String> left;
    private final List<String> right;

    /**
     * The columns of a join.
     *
     * @param left all columns of the left side
     * @param right all columns of the right side
     */
    public Columns(JoinSpec spec, List<String> left, List<String> right) {
      this.on = spec.on();
      this.left = own(left);
      this.right = own(right);
    }

    private List<String> own(List<String> columns) {
      return columns.stream()
          .filter(column -> !SystemColumns.CARRIED.contains(column))
          .filter(column -> !column.equals(CLOSED) && !column.equals(NEW))
          .toList();
    }

    /** Columns that are given by both sides and not joined on: two of one name. */
    public List<String> givenTwice() {
      return right.stream()
          .filter(column -> !on.contains(column))
          .filter(column -> left.stream().anyMatch(column::equalsIgnoreCase))
          .toList();
    }

    private Map<String, String> ofMatched() {
      Map<String, String> columns = new LinkedHashMap<>();
      left.forEach(column -> columns.put(column, "l." + Sql.name(column)));
      ofPartner().forEach(column -> columns.put(column, "r." + Sql.name(column)));
      SystemColumns.CARRIED.forEach(column -> columns.put(column, "l." + column));
      PARTNER.forEach((column, source) -> columns.put(column, "r." + source));
      return columns;
    }

    private Map<String, String> ofRight() {
      Map<String, String> columns = new LinkedHashMap<>();
      left.forEach(
          column -> columns.put(column, on.contains(column) ? "r." + Sql.name(column) : "NULL"));
      ofPartner().forEach(column -> columns.put(column, "r." + Sql.name(column)));
      SystemColumns.CARRIED.forEach(column -> columns.put(column, "r." + column));
      PARTNER.keySet().forEach(column -> columns.put(column, "NULL"));
      return columns;
    }

    private List<String> ofPartner() {
      return right.stream().filter(column -> !on.contains(column)).toList();
    }
  }
}
