package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Project;
import io.tidemark.jobs.spec.ViewSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Running totals by the minute, also of minutes in which nothing came: after every micro-batch, in
 * any order, by any number of drivers, the curve is the one that somebody draws who has all rows.
 */
class CurveTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 13);
  private static final Range BOTH_DAYS = new Range(DAY, DAY.plusDays(1));

  @TempDir Path root;
  private MessageLake lake;
  private IngestSpec ods;
  private final List<Event> ingested = new ArrayList<>();

  private record Event(Instant time, String channel, String user, Integer seconds) {
    LocalDate day() {
      return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }
  }

  private static Project project(Project project) {
    return project
        .with(
            "jobs/a_ods.yml",
            """
            job: ods_event
            topic: event
            columns:
              event_time: { type: timestamp, required: true, format: iso-8601 }
              channel: string
              user_id: string
              seconds: bigint
            event-time: { column: event_time }
            output: ods.event
            """)
        .without("jobs/b_dwd.yml")
        .without("jobs/event.sql")
        .with(
            "metrics/all.yml",
            """
            metrics:
              pv: { version: 1, owner: o, unit: u, count: "*" }
              users: { version: 1, owner: o, unit: u, distinct: user_id }
              both: { version: 1, owner: o, unit: u, total: [pv, users] }
            """)
        .with("jobs/c_dws.yml", summary("event_tmin", "running day"))
        .with("jobs/d_dws.yml", summary("event_1min", "1 minute"))
        .with("views/a.yml", view("so_far", "event_tmin", "1 minute"))
        .with("views/b.yml", view("by_hour", "event_tmin", "1 hour"))
        .with("views/c.yml", view("each", "event_1min", "1 minute"));
  }

  private static String summary(String table, String window) {
    return """
        job: dws_%1$s
        input: ods.event
        dimensions: [channel]
        window: %2$s
        lateness: unlimited
        metrics:
          pv: pv
          users: users
          seconds: { sum: seconds }
          about: { approximate-distinct: user_id }
          both: both
        output: dws.%1$s
        """
        .formatted(table, window);
  }

  private static String view(String name, String table, String every) {
    return "view: ads.%s_v\nof: dws.%s\ncurve: { every: %s }\n".formatted(name, table, every);
  }

  @BeforeEach
  void open() {
    lake = new MessageLake(root, CurveTest::project);
    ods = lake.ingest("ods_event");
    lake.jobs.jobs().forEach(lake.tables::ensure);
  }

  @Test
  void theCurveIsTrueInAnyOrderAndAfterEveryRestart() {
    Random random = new Random(20260313);
    List<Event> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Instant time =
          DAY.plusDays(random.nextInt(2))
              .atTime(random.nextInt(3), random.nextInt(60), random.nextInt(60))
              .toInstant(ZoneOffset.UTC);
      all.add(
          new Event(
              time,
              random.nextInt(5) == 0 ? null : "c" + random.nextInt(2),
              random.nextInt(6) == 0 ? null : "u" + random.nextInt(5),
              random.nextInt(4) == 0 ? null : random.nextInt(100)));
    }
    // The first to come is of the last day: what comes later corrects every later minute.
    Collections.shuffle(all, random);
    for (int from = 0; from < all.size(); from += 14) {
      ingest(all.subList(from, Math.min(all.size(), from + 14)));
      theCurvesAreTrue();
    }

    Seals.seal(lake.lake.load(ods.output()), BOTH_DAYS);
    BatchRun batch = new BatchRun(lake.lake, lake.jobs, lake.tables, report -> {});
    for (JobSpec job : lake.jobs.jobs()) {
      if (!(job instanceof IngestSpec)) {
        batch.run(job, BOTH_DAYS);
      }
    }
    for (ViewSpec view : lake.jobs.views()) {
      assertThat(lines(lake.tables.readSqlOfBatches(view.name()).orElseThrow(), "window_start"))
          .as("%s of batches", view.name())
          .isEqualTo(lines(view.name().toString(), "window_start"));
    }
  }

  /** Nothing is known of the minutes behind the last row: no clock says that they were empty. */
  @Test
  void aDayEndsWithItsLastRowUntilALaterOneHasCome() {
    ingest(List.of(event("2026-03-13T00:02:10Z", "a"), event("2026-03-13T00:00:10Z", "b")));
    assertThat(lake.rows("SELECT minute(window_start), pv FROM ads.so_far_v ORDER BY channel, 1"))
        .as("a, whose first row is that of 00:02, and b, which goes on as far as a")
        .containsExactly("[0,0]", "[1,0]", "[2,1]", "[0,1]", "[1,1]", "[2,1]");

    ingest(List.of(event("2026-03-14T00:00:30Z", "a")));
    assertThat(lake.rows("SELECT dt, count(*), max(pv) FROM ads.so_far_v GROUP BY 1 ORDER BY 1"))
        .containsExactly("[2026-03-13,2880,1]", "[2026-03-14,1,1]");
    theCurvesAreTrue();
  }

  private static Event event(String time, String channel) {
    return new Event(Instant.parse(time), channel, "u", 1);
  }

  private void ingest(List<Event> events) {
    ingested.addAll(events);
    lake.ingest(
        ods,
        events.stream()
            .map(
                event ->
                    lake.message(
                        ods,
                        0,
                        "{\"event_time\":\"%s\",\"channel\":%s,\"user_id\":%s,\"seconds\":%s}"
                            .formatted(
                                event.time(),
                                quoted(event.channel()),
                                quoted(event.user()),
                                event.seconds())))
            .toArray(Row[]::new));
    // Each catch-up is a driver of its own, which knows what the tables say.
    lake.jobs.jobs().stream().filter(job -> !(job instanceof IngestSpec)).forEach(lake::catchUp);
  }

  private static String quoted(String text) {
    return text == null ? "null" : '"' + text + '"';
  }

  private void theCurvesAreTrue() {
    assertThat(lines("ads.so_far_v", "window_start")).isEqualTo(expected(60, true));
    assertThat(lines("ads.by_hour_v", "window_start")).isEqualTo(expected(3600, true));
    assertThat(lines("ads.each_v", "window_start")).isEqualTo(expected(60, false));
  }

  private Set<String> lines(String relation, String time) {
    String from = relation.startsWith("SELECT") ? "(" + relation + ")" : relation;
    List<String> rows =
        lake.rows(
            "SELECT dt, unix_seconds(%s), channel, row_count, pv, users, about, seconds, both FROM %s"
                .formatted(time, from));
    assertThat(rows).doesNotHaveDuplicates();
    return new TreeSet<>(rows);
  }

  /** Of every day, channel and window, by going through all that came. */
  private Set<String> expected(long step, boolean soFar) {
    Set<String> lines = new TreeSet<>();
    LocalDate last = ingested.stream().map(Event::day).max(LocalDate::compareTo).orElseThrow();
    for (LocalDate day : ingested.stream().map(Event::day).collect(Collectors.toSet())) {
      List<Event> events = ingested.stream().filter(each -> each.day().equals(day)).toList();
      long begin = day.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
      long present =
          events.stream().mapToLong(each -> each.time().getEpochSecond()).max().orElseThrow();
      long end = day.equals(last) ? present : begin + 86_400 - 1;
      for (String channel : new HashSet<>(events.stream().map(Event::channel).toList())) {
        LongStream.iterate(begin, at -> at <= end, at -> at + step)
            .forEach(
                at -> lines.add(line(events, day, channel, at, soFar ? begin : at, at + step)));
      }
    }
    return lines;
  }

  private static String line(
      List<Event> events, LocalDate day, String channel, long at, long from, long to) {
    List<Event> counted =
        events.stream()
            .filter(each -> Objects.equals(each.channel(), channel))
            .filter(each -> each.time().getEpochSecond() >= from)
            .filter(each -> each.time().getEpochSecond() < to)
            .toList();
    long users = counted.stream().map(Event::user).filter(Objects::nonNull).distinct().count();
    List<Integer> seconds = counted.stream().map(Event::seconds).filter(Objects::nonNull).toList();
    Object sum = seconds.isEmpty() ? null : seconds.stream().mapToLong(each -> each).sum();
    return "[%s,%d,%s,%d,%d,%d,%d,%s,%d]"
        .formatted(
            day,
            at,
            channel,
            counted.size(),
            counted.size(),
            users,
            users,
            sum,
            counted.size() + users);
  }
}
