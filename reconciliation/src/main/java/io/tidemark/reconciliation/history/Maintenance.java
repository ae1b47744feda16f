package io.tidemark.reconciliation.history;

import static org.apache.spark.sql.functions.lit;

import io.tidemark.reconciliation.report.MaintenanceFacts;
import io.tidemark.reconciliation.report.MaintenanceFacts.Day;
import io.tidemark.reconciliation.report.MaintenanceFacts.Groups;
import io.tidemark.reconciliation.report.MaintenanceFacts.Kind;
import io.tidemark.reconciliation.report.MaintenanceFacts.Open;
import io.tidemark.reconciliation.report.MaintenanceFacts.Replaced;
import io.tidemark.reconciliation.report.MaintenanceFacts.TableWork;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What runs of maintenance have recorded of a day and those before it. */
final class Maintenance {
  private static final String TABLE = "maintenance_run";
  private static final String VACUUM = "vacuum";
  private static final String MANIFESTS = "manifests";
  private static final String FAILED = "failed";
  private static final String LEFT = "left";

  /** Of these, files are not those of a table's data. */
  private static final Set<String> NO_DATA = Set.of(MANIFESTS, "snapshots", "orphan files", "plan");

  /** The order in which they are told. */
  private static final List<String> KINDS = List.of("compact", "inline", VACUUM);

  private static final Comparator<OpsRow> BY_TIME =
      Comparator.comparing(
          row -> row.time("started_at"), Comparator.nullsFirst(Comparator.naturalOrder()));

  private static final Comparator<TableWork> WORST_FIRST =
      Comparator.comparing(TableWork::failed)
          .thenComparing(work -> work.groups().lostShare())
          .thenComparing(TableWork::seconds)
          .reversed()
          .thenComparing(TableWork::name);

  private final OpsTables tables;
  private final LocalDate day;

  Maintenance(OpsTables tables, LocalDate day) {
    this.tables = tables;
    this.day = day;
  }

  /** Nothing where no maintenance has ever been recorded. */
  Optional<MaintenanceFacts> facts() {
    if (!tables.exists(TABLE)) {
      return Optional.empty();
    }
    LocalDate first = day.minusDays(MaintenanceFacts.DAYS - 1L);
    List<OpsRow> rows = tables.rows(TABLE, first, day, lit(true));
    List<OpsRow> ofDay = rows.stream().filter(row -> day.equals(row.date("dt"))).toList();
    List<Open> open = allOpen(ofDay);
    return Optional.of(
        new MaintenanceFacts(kinds(ofDay), works(ofDay, open), open, days(rows, first)));
  }

  private static List<Kind> kinds(List<OpsRow> rows) {
    return by(rows, row -> row.text("kind", "")).entrySet().stream()
        .map(
            kind ->
                new Kind(
                    kind.getKey(),
                    kind.getValue().stream().map(row -> row.text("run_id", "")).distinct().count(),
                    seconds(kind.getValue())))
        .sorted(Comparator.comparing(kind -> rank(kind.name())))
        .toList();
  }

  private static int rank(String kind) {
    int index = KINDS.indexOf(kind);
    return index < 0 ? KINDS.size() : index;
  }

  private static List<TableWork> works(List<OpsRow> rows, List<Open> open) {
    Set<String> failed =
        open.stream().filter(Open::failed).map(Open::table).collect(Collectors.toSet());
    List<OpsRow> worked =
        rows.stream()
            .filter(row -> !row.text("table_name", "").isEmpty())
            .filter(row -> !LEFT.equals(row.text("outcome")))
            .toList();
    return by(worked, row -> row.text("table_name")).entrySet().stream()
        .map(table -> work(table.getKey(), table.getValue(), failed.contains(table.getKey())))
        .sorted(WORST_FIRST)
        .toList();
  }

  private static TableWork work(String name, List<OpsRow> rows, boolean failed) {
    List<OpsRow> data = rows.stream().filter(Maintenance::isOfData).toList();
    List<OpsRow> manifests =
        rows.stream().filter(row -> MANIFESTS.equals(row.text("action"))).toList();
    return new TableWork(
        name,
        seconds(rows),
        new Groups(
            sum(rows, "groups_done"), sum(rows, "groups_conflicted"), sum(rows, "groups_failed")),
        replaced(data),
        replaced(manifests),
        sum(data, "files_fewer"),
        sum(rows, "rows_folded"),
        sum(rows, "snapshots_expired"),
        sum(rows, "orphans_deleted"),
        failed);
  }

  private static boolean isOfData(OpsRow row) {
    return !NO_DATA.contains(row.text("action", ""));
  }

  private static Replaced replaced(List<OpsRow> rows) {
    return new Replaced(
        sum(rows, "files_removed") + sum(rows, "delete_files_removed"),
        sum(rows, "files_added"),
        sum(rows, "bytes_read"),
        sum(rows, "bytes_written"));
  }

  /** What the last try of something came to, where that is nothing good. */
  private static List<Open> allOpen(List<OpsRow> rows) {
    Map<What, List<OpsRow>> tries =
        rows.stream()
            .filter(row -> !row.text("table_name", "").isEmpty())
            .sorted(BY_TIME)
            .collect(Collectors.groupingBy(What::of, LinkedHashMap::new, Collectors.toList()));
    return tries.values().stream()
        .map(Maintenance::open)
        .flatMap(Optional::stream)
        .sorted(
            Comparator.comparing(Open::failed)
                .reversed()
                .thenComparing(Open::table)
                .thenComparing(Open::partition))
        .toList();
  }

  /** Compaction tries a partition, in whatever way is due; a vacuum each of its steps. */
  private record What(boolean vacuum, String table, String partition, String action) {
    static What of(OpsRow row) {
      boolean vacuum = VACUUM.equals(row.text("kind"));
      String partition = row.text("partition", "");
      boolean byAction = vacuum || partition.isEmpty();
      return new What(
          vacuum, row.text("table_name", ""), partition, byAction ? row.text("action", "") : "");
    }
  }

  private static Optional<Open> open(List<OpsRow> tries) {
    OpsRow last = tries.get(tries.size() - 1);
    String outcome = last.text("outcome", "");
    if (!FAILED.equals(outcome) && !LEFT.equals(outcome)) {
      return Optional.empty();
    }
    long times = tries.stream().filter(row -> outcome.equals(row.text("outcome"))).count();
    return Optional.of(
        new Open(
            last.text("kind", ""),
            last.text("table_name", ""),
            last.text("partition", ""),
            last.text("action", ""),
            last.time("started_at"),
            times,
            FAILED.equals(outcome),
            last.text("detail", "")));
  }

  private static List<Day> days(List<OpsRow> rows, LocalDate first) {
    Map<LocalDate, Long> bytes = new TreeMap<>();
    first.datesUntil(first.plusDays(MaintenanceFacts.DAYS)).forEach(each -> bytes.put(each, 0L));
    rows.stream()
        .filter(Maintenance::isOfData)
        .forEach(row -> bytes.merge(row.date("dt"), row.number("bytes_read", 0), Long::sum));
    return bytes.entrySet().stream().map(each -> new Day(each.getKey(), each.getValue())).toList();
  }

  private static Map<String, List<OpsRow>> by(List<OpsRow> rows, Function<OpsRow, String> key) {
    return rows.stream().collect(Collectors.groupingBy(key, TreeMap::new, Collectors.toList()));
  }

  private static long sum(List<OpsRow> rows, String column) {
    return rows.stream().mapToLong(row -> row.number(column, 0)).sum();
  }

  private static double seconds(List<OpsRow> rows) {
    return rows.stream()
        .map(row -> row.real("seconds"))
        .filter(Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .sum();
  }
}
