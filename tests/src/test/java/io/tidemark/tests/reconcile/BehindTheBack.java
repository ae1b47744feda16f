package io.tidemark.tests.reconcile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** Changes both tables on both sides as somebody would who has SQL, and notes every one. */
final class BehindTheBack {
  static final String DETAIL = "dwd.e";
  static final String SUMMARY = "dws.e_1h";
  private static final String OFFLINE = ".branch_offline";

  /** The acute accent that is put over the character before it. */
  private static final String ACCENT = "\u0301";

  /** A space of no width. */
  private static final String NOTHING = "\u200b";

  /** Of this many hours one is changed, by each kind of change and on each side. */
  private static final int OF_HOURS = 9;

  private static final int CHANGES_OF_HOURS = 4;
  private static final String FAULTY_DAYS = "dt IN (" + FaultyWeek.faultyDays() + ")";

  /**
   * What is done to rows of the transform. Those that have no other fault are in as many parts as
   * there are changes of both sides, and some more.
   */
  private enum Change {
    DELETED("deleted from", "lost", Map.of()),
    COPIED("copied in", "doubled", Map.of()),
    ADDED("added to", "foreign", Map.of()),
    RENAMED("key with an accent in", "altered", Map.of("id", "concat(id, '" + ACCENT + "')")),
    NULLED(
        "NULL in",
        "altered",
        Map.of("u", "NULL", "n", "NULL", "price", "NULL", "fee", "NULL", "amount", "NULL")),
    NAN(
        "NaN in",
        "altered",
        Map.of("price", "CASE WHEN isnan(price) THEN -1.5D ELSE double('NaN') END")),
    HUGE(
        "huge decimal in",
        "altered",
        Map.of(
            "amount",
            "CASE WHEN amount > 1e17 THEN amount - 0.01 WHEN amount < -1e17 THEN amount + 0.01 ELSE 999999999999999999.99 END")),
    NEGATED(
        "negative decimal in",
        "altered",
        Map.of("fee", "CASE WHEN fee = 0 THEN -0.0001 ELSE -fee END")),
    MARKED(
        "text with a mark that nobody sees in",
        "altered",
        Map.of("cat", "concat(coalesce(cat, ''), '" + NOTHING + "')")),
    CHANGED("number in", "altered", Map.of("n", "coalesce(n, 0) + 1", "u", "NULL"));

    private final String kind;
    private final String cause;
    private final Map<String, String> columns;

    Change(String kind, String cause, Map<String, String> columns) {
      this.kind = kind;
      this.cause = cause;
      this.columns = columns;
    }
  }

  private static final int OF_A_SIDE = Change.values().length;

  /** From here on a zero of main gets the other sign, which is no difference. */
  private static final int OTHER_ZERO = 2 * OF_A_SIDE;

  private static final int PARTS = OTHER_ZERO + 4;

  private final FaultLake test;
  private final Ledger truth;

  BehindTheBack(FaultLake test, Ledger truth) {
    this.test = test;
    this.truth = truth;
  }

  /** Rows of the transform, each kind of change on rows of its own. */
  void changeRows() {
    String ofMain = freeRows(0);
    // The stream behind this table counts what is appended to it, by whomever.
    noteCounted(ofMain, Change.COPIED);
    noteCounted(ofMain, Change.ADDED);
    changeRows(DETAIL, "main", ofMain);
    changeRows(DETAIL + OFFLINE, "offline", freeRows(OF_A_SIDE));
    // Two faults on one row: written by another definition, and deleted since.
    String thrice = "kind = 'thrice' AND dt = DATE'" + FaultyWeek.FIRST + "'";
    for (Row row : test.rows("SELECT dt, id FROM ods.e WHERE " + thrice)) {
      truth.add(FaultyWeek.ROWS, FaultyWeek.rowKey(row), "lost");
    }
    test.sql(
        "DELETE FROM dwd.e WHERE dt = DATE'%s' AND id IN (SELECT id FROM ods.e WHERE %s)",
        FaultyWeek.FIRST, thrice);
  }

  private void changeRows(String table, String side, String free) {
    for (Change change : Change.values()) {
      noteRows(free, change, "id", side);
    }
    noteRows(free, Change.RENAMED, Change.RENAMED.columns.get("id"), side);
    test.sql("DELETE FROM %s WHERE %s", table, rowsOf(free, Change.DELETED));
    test.sql("INSERT INTO %1$s SELECT * FROM %1$s WHERE %2$s", table, rowsOf(free, Change.COPIED));
    // Not the same number: that would undo an hour that is copied on the other side.
    Map<String, String> other =
        Map.of(
            "id", "concat(id, '+')",
            "n", "coalesce(n, 0) + 7",
            "kafka_offset", "kafka_offset + 1000000");
    test.sql(
        "INSERT INTO %1$s SELECT %2$s FROM %1$s WHERE %3$s",
        table, columns(DETAIL, other), rowsOf(free, Change.ADDED));
    test.sql(
        "MERGE INTO %s t USING (SELECT id AS free_id, part FROM %s WHERE part >= %d) f ON t.id = f.free_id AND t.%s WHEN MATCHED THEN UPDATE SET %s",
        table, free, Change.RENAMED.ordinal(), FAULTY_DAYS, assignments());
  }

  private static String rowsOf(String free, Change change) {
    return "%s AND id IN (SELECT id FROM %s WHERE part = %d)"
        .formatted(FAULTY_DAYS, free, change.ordinal());
  }

  private static String assignments() {
    Set<String> columns =
        Arrays.stream(Change.values())
            .flatMap(change -> change.columns.keySet().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    List<String> assignments = new ArrayList<>();
    for (String column : columns) {
      String cases =
          Arrays.stream(Change.values())
              .filter(change -> change.columns.containsKey(column))
              .map(
                  change ->
                      "WHEN part = %d THEN %s"
                          .formatted(change.ordinal(), change.columns.get(column)))
              .collect(Collectors.joining(" "));
      String otherwise =
          column.equals("price")
              ? "WHEN part >= %d AND price = 0 THEN -price ELSE price".formatted(OTHER_ZERO)
              : "ELSE " + column;
      assignments.add("%s = CASE %s %s END".formatted(column, cases, otherwise));
    }
    return String.join(", ", assignments);
  }

  /** The rows without any other fault, as a view; its parts are counted from one of them on. */
  private String freeRows(int from) {
    String view = "free_" + from;
    test.lake
        .spark()
        .sql(
            "SELECT dt, id, part - %1$d AS part FROM (SELECT *, pmod(xxhash64(id), %2$d) AS part FROM ods.e WHERE kind IS NULL AND NOT pending AND id IS NOT NULL AND %3$s AND (ch IS NULL OR ch NOT IN (%4$s))) WHERE part BETWEEN %1$d AND %1$d + %5$d OR %1$d = 0 AND part >= %6$d"
                .formatted(from, PARTS, FAULTY_DAYS, changedContents(), OF_A_SIDE - 1, OTHER_ZERO))
        .localCheckpoint()
        .createOrReplaceTempView(view);
    return view;
  }

  private static String changedContents() {
    List<String> contents = new ArrayList<>();
    for (int i = 0; i < FaultyWeek.CHANGED; i++) {
      contents.add("'" + FaultyWeek.content(i).replace("\\", "\\\\") + "'");
    }
    return String.join(", ", contents);
  }

  private void noteRows(String free, Change change, String id, String side) {
    String found = change == Change.ADDED ? "concat(id, '+')" : id;
    for (Row row :
        test.rows(
            "SELECT dt, %s FROM %s WHERE part = %d".formatted(found, free, change.ordinal()))) {
      truth.add(FaultyWeek.ROWS, FaultyWeek.rowKey(row), change.cause, change.kind + " " + side);
    }
  }

  /** The hours that rows are counted in; those that are late are left to the batch. */
  private void noteCounted(String free, Change change) {
    for (Row row :
        test.rows(
            "SELECT e.dt, date_trunc('HOUR', event_time), cat FROM dwd.e e JOIN %s f ON e.id = f.id AND e.dt = f.dt WHERE part = %d AND kafka_time <= event_time + INTERVAL 2 HOURS"
                .formatted(free, change.ordinal()))) {
      truth.add(FaultyWeek.KEYS, FaultyWeek.key(row, ""), change.cause);
    }
  }

  /** Hours of the aggregate. */
  void changeHours() {
    changeHours(SUMMARY, "main", 0);
    changeHours(SUMMARY + OFFLINE, "offline", CHANGES_OF_HOURS);
    // What only the batch had, and was deleted there, is nowhere: there is no difference.
    Set<String> there = new TreeSet<>();
    for (Row row :
        test.rows(
            "SELECT dt, window_start, cat FROM dws.e_1h UNION SELECT dt, window_start, cat FROM dws.e_1h.branch_offline")) {
      there.add(FaultyWeek.key(row, ""));
    }
    truth.retain(FaultyWeek.KEYS, there);
  }

  private void changeHours(String table, String side, int from) {
    noteHours(table, hours(from), "", "lost", "hour deleted from " + side);
    noteHours(table, hours(from + 1), "", "doubled", "hour copied in " + side);
    noteHours(table, hours(from + 2), "", "altered", "hour changed in " + side);
    String named = hours(from + 3) + " AND cat IS NOT NULL";
    noteHours(table, named, ACCENT, "foreign", "hour added to " + side);
    test.sql("DELETE FROM %s WHERE %s", table, hours(from));
    test.sql("INSERT INTO %1$s SELECT * FROM %1$s WHERE %2$s", table, hours(from + 1));
    test.sql(
        """
        UPDATE %s SET
          n_sum = CASE pmod(hash(cat), 3) WHEN 0 THEN coalesce(n_sum, 0) + 1 ELSE n_sum END,
          amount_sum = CASE pmod(hash(cat), 3) WHEN 1 THEN coalesce(amount_sum, 0) - 0.01 ELSE amount_sum END,
          last_seen = CASE pmod(hash(cat), 3) WHEN 2 THEN NULL ELSE last_seen END
        WHERE %s""",
        table, hours(from + 2));
    test.sql(
        "INSERT INTO %1$s SELECT %2$s FROM %1$s WHERE %3$s",
        table, columns(SUMMARY, Map.of("cat", "concat(cat, '" + ACCENT + "')")), named);
  }

  private static String hours(int part) {
    return "%s AND pmod(xxhash64(cat, window_start), %d) = %d"
        .formatted(FAULTY_DAYS, OF_HOURS, part);
  }

  private void noteHours(String table, String condition, String suffix, String cause, String kind) {
    for (Row row :
        test.rows(
            "SELECT DISTINCT dt, window_start, cat FROM %s WHERE %s".formatted(table, condition))) {
      truth.add(FaultyWeek.KEYS, FaultyWeek.key(row, suffix), cause, kind);
    }
  }

  private String columns(String table, Map<String, String> instead) {
    return Arrays.stream(test.lake.spark().table(table).columns())
        .map(column -> instead.getOrDefault(column, column) + " AS " + column)
        .collect(Collectors.joining(", "));
  }
}
