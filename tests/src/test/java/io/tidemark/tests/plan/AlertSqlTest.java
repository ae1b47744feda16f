package io.tidemark.tests.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.alert.AlertEvaluator;
import io.tidemark.jobs.alert.AlertValues;
import io.tidemark.jobs.alert.AlertWindow;
import io.tidemark.jobs.alert.Finding;
import io.tidemark.jobs.alert.Finding.State;
import io.tidemark.jobs.plan.AlertSql;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.AlertSpec;
import io.tidemark.jobs.spec.AlertSpec.Change;
import io.tidemark.jobs.spec.AlertedMetric;
import io.tidemark.jobs.spec.Lateness;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.Window;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What alerts read of earlier days is of the same time on the wall, whatever this machine's is. */
class AlertSqlTest {
  private static final Duration SETTLE = Duration.ofMinutes(1);

  @TempDir private static Path folder;

  /** A row that a reader sees. */
  private record Seen(LocalDate day, Instant start, long events) {
    static Seen at(LocalDateTime wall, ZoneId zone, long events) {
      return new Seen(wall.toLocalDate(), wall.atZone(zone).toInstant(), events);
    }

    String literal() {
      return "(DATE'%s', timestamp_seconds(%d), %d)".formatted(day, start.getEpochSecond(), events);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // Clocks went forward on 29 March, and back on 25 October.
    "Europe/Berlin, ONE_MINUTE, 2026-03-31T12:00, 2026-03-31T12:01",
    "Europe/Berlin, ONE_MINUTE, 2026-03-31T00:00, 2026-03-31T00:01",
    "Europe/Berlin, ONE_MINUTE, 2026-03-30T23:59, 2026-03-31T00:00",
    "Europe/Berlin, FIVE_MINUTES, 2026-10-31T00:00, 2026-10-31T00:05",
    "Europe/Berlin, ONE_HOUR, 2026-10-30T23:00, 2026-10-31T00:00",
    "Europe/Berlin, ONE_DAY, 2026-03-29T00:00, 2026-03-30T00:00",
    "Europe/Berlin, ONE_DAY, 2026-10-25T00:00, 2026-10-26T00:00",
    "Europe/Berlin, RUNNING_DAY, 2026-03-31T00:30, 2026-03-31T00:31",
    "Asia/Shanghai, ONE_MINUTE, 2026-03-31T07:59, 2026-03-31T08:00",
    "Asia/Kathmandu, ONE_HOUR, 2026-03-31T05:00, 2026-03-31T06:00",
    "UTC, ONE_MINUTE, 2026-03-31T16:00, 2026-03-31T16:01",
    "UTC, ONE_DAY, 2026-03-30T00:00, 2026-03-31T00:00"
  })
  void aWindowIsComparedWithThatOfTheSameTimeOnTheWall(
      ZoneId zone, Window window, LocalDateTime start, LocalDateTime end) {
    LocalDateTime weekBefore = start.minusDays(7);
    Instant hoursBefore = start.atZone(zone).toInstant().minus(Duration.ofDays(7));
    List<Seen> rows =
        Stream.of(
                Seen.at(start, zone, 40),
                Seen.at(weekBefore, zone, 100),
                Seen.at(start.plusDays(1), zone, 7),
                Seen.at(weekBefore.minusDays(1), zone, 7),
                // What is 168 hours ago, where that is another time on the wall.
                new Seen(LocalDate.ofInstant(hoursBefore, zone), hoursBefore, 1))
            .filter(row -> isOfItsOwn(row, weekBefore, zone, window))
            .toList();

    Finding found = look(zone, window, end.atZone(zone).toInstant().plus(SETTLE), rows);

    assertThat(found.value()).isEqualTo(40.0);
    assertThat(found.expected()).isEqualTo(100.0);
    assertThat(found.state()).isEqualTo(State.HOLDS);
  }

  /** A day has one row, and a running day's total is that of its last row. */
  private static boolean isOfItsOwn(
      Seen row, LocalDateTime weekBefore, ZoneId zone, Window window) {
    boolean other = row.events() == 1;
    return !other
        || !row.start().equals(weekBefore.atZone(zone).toInstant())
            && window != Window.ONE_DAY
            && window != Window.RUNNING_DAY;
  }

  private static Finding look(ZoneId zone, Window window, Instant known, List<Seen> rows) {
    SparkSession spark = FrameSession.open(folder, zone);
    AlertSpec alert =
        new AlertSpec(
            "j",
            "fall",
            new Change("events", 7, new BigDecimal("50"), null),
            1,
            SETTLE,
            Map.of(),
            List.of("night"),
            null,
            Duration.ofMinutes(5));
    AlertedMetric metric = new AlertedMetric(summary(window), "events");
    AlertEvaluator evaluator = new AlertEvaluator(alert, zone);
    List<AlertWindow> windows = evaluator.windows(window, known);
    String seen =
        "(SELECT * FROM VALUES %s AS seen(dt, window_start, events))"
            .formatted(rows.stream().map(Seen::literal).collect(Collectors.joining(", ")));
    AlertValues values = new AlertValues();
    for (Row row :
        spark
            .sql(new AlertSql(metric, Map.of()).values(seen, evaluator.needed(windows)))
            .collectAsList()) {
      values.put(Map.of(), row.getAs(AlertSql.WINDOW), row.getAs(AlertSql.VALUE));
    }
    return evaluator.look(metric, windows, values).get(0);
  }

  private static AggregateSpec summary(Window window) {
    return new AggregateSpec(
        "j",
        "",
        "",
        TableName.parse("dwd.click"),
        List.of(),
        Map.of(),
        window,
        Lateness.UNLIMITED,
        List.of(new MetricSpec("events", Function.COUNT, "*")),
        List.of(),
        Map.of(),
        TableName.parse("dws.click"),
        ReconcilePolicy.DEFAULT);
  }
}
