package io.tidemark.reconciliation.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.reconciliation.report.MaintenanceFacts.Day;
import io.tidemark.reconciliation.report.MaintenanceFacts.Groups;
import io.tidemark.reconciliation.report.MaintenanceFacts.Kind;
import io.tidemark.reconciliation.report.MaintenanceFacts.Open;
import io.tidemark.reconciliation.report.MaintenanceFacts.Replaced;
import io.tidemark.reconciliation.report.MaintenanceFacts.TableWork;
import io.tidemark.reconciliation.report.Report.Picture;
import io.tidemark.reconciliation.report.Report.Pictures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the report says of maintenance of tables. */
@Tag("any-zone")
class MaintenanceReportTest {
  private static final DayFacts EQUAL = SampleDay.day(List.of(SampleDay.equal("dwd_e")));
  private static final Replaced NONE = new Replaced(0, 0, 0, 0);

  @Test
  void aDaysMaintenanceIsToldByTableTheWorstFirst() {
    String text = section(report(day(failedOrphans(), left())).text());

    assertThat(text)
        .isEqualTo(
            """
            MAINTENANCE
              2 compactions, 12 min 4 s; 288 inline runs, 31 min; 1 vacuum, 4 min 10 s
              313 of 320 groups done, 5 given up for another writer (1.6 %), 2 failed
                                            files     bytes rewritten        time
              ✗   ods.reading_event             -                   -   4 min 1 s   manifests 1,240 → 3, 120 snapshots expired, 12 orphan files deleted
              ✓   dwd.reading_event   12,001 → 40   48 GiB → 47.2 GiB   8 min 4 s   11,961 files fewer to open, 5 of 318 groups given up for another writer (1.6 %), 20,118 rows folded
              failed: ods.reading_event orphan files (vacuum, 2026-02-01 02:30, 2 times): the storage did not answer
              Run it again:
                ./tidemark vacuum ods.reading_event
              left as it is: dim.person (vacuum, 2026-02-01 02:31): dim.person has gc.enabled = false
              Bytes of data files rewritten by day, 2026-01-18 to 2026-01-31: 71 GiB on 3 days, the most on 01-31, 48 GiB.
            """);
  }

  @Test
  void thePageSaysTheSameAndDrawsTheDays() throws IOException {
    Report report = report(day(failedOrphans(), left()));

    assertThat(visible(report.html()))
        .contains("Maintenance 2 compactions, 12 min 4 s; 288 inline runs, 31 min; 1 vacuum, 4 min")
        .contains("313 of 320 groups done, 5 given up for another writer (1.6 %), 2 failed")
        .contains("✗ ods.reading_event manifests 1,240 → 3, 120 snapshots expired")
        .contains("12,001 → 40 48 GiB → 47.2 GiB 8 min 4 s")
        .contains("the storage did not answer Run it again: ./tidemark vacuum ods.reading_event")
        .contains("Left as it is: dim.person (vacuum, 2026-02-01 02:31)");
    Picture picture = picture(report);
    assertThat(picture.alt())
        .isEqualTo(
            "Bytes of data files rewritten by day, 2026-01-18 to 2026-01-31: 71 GiB on 3 days, the"
                + " most on 01-31, 48 GiB.");
    assertThat(report.html()).contains("src=\"maintenance.png\"", "alt=\"" + picture.alt() + "\"");
    assertThat(ImageIO.read(new ByteArrayInputStream(picture.png())).getHeight())
        .isEqualTo(2 * MaintenanceChart.HEIGHT);
    assertThat(
            new ReportRenderer().render(day(failedOrphans()), Detail.FULL, Pictures.IN_MAIL).html())
        .contains("src=\"cid:maintenance.png@report.tidemark\"");
  }

  @Test
  void onlyMaintenanceThatFailedIsOnTheFirstScreen() {
    Report good = report(day(left()));
    assertThat(good.subject()).isEqualTo(report(EQUAL).subject()).doesNotContain("maintenance");
    assertThat(good.text()).doesNotContain("Begin with maintenance", "failed:");

    DayFacts failed = day(failedOrphans());
    assertThat(failed.good()).isFalse();
    assertThat(report(failed).text())
        .startsWith("✗ 1 of 2 checks of both ends failed; maintenance of 1 table failed");

    Report only = report(withoutEnds(failed));
    assertThat(only.subject())
        .isEqualTo(
            "– 2026-01-31 1 job equal, every key; maintenance of 1 table failed [Tidemark local]");
    assertThat(only.text())
        .contains(
            "Begin with maintenance of ods.reading_event orphan files (vacuum, 2026-02-01 02:30, 2"
                + " times)\n  the storage did not answer\n  Run it again:\n    ./tidemark vacuum"
                + " ods.reading_event\n");
  }

  @Test
  void aDayWithoutMaintenanceIsOneLine() {
    MaintenanceFacts none = new MaintenanceFacts(List.of(), List.of(), List.of(), facts().days());
    Report report = report(SampleDay.with(EQUAL, none));

    assertThat(section(report.text()))
        .isEqualTo("MAINTENANCE\n  No maintenance ran on this day.\n");
    assertThat(visible(report.html()))
        .contains("Maintenance No maintenance ran on this day. The last 30 days");
    assertThat(report.pictures()).isEmpty();
  }

  @Test
  void whereNoneWasEverRecordedNothingIsSaid() {
    Report report = report(EQUAL);

    assertThat(report.text()).doesNotContainIgnoringCase("maintenance");
    assertThat(report.html()).doesNotContainIgnoringCase("maintenance");
  }

  @Test
  void aMailThatIsTooLargeLeavesTheChartOut() {
    Report report = new ReportRenderer().render(day(left()), Detail.NO_CHARTS, Pictures.IN_MAIL);

    assertThat(report.pictures()).isEmpty();
    assertThat(visible(report.html())).contains("71 GiB on 3 days");
  }

  @Test
  void aTableMayBeMaintainedOnceMoreByWhatFailed() {
    Open compact =
        new Open("compact", "dwd.x", "dt=2026-01-30", "small files", null, 1, true, "no space");

    assertThat(report(day(compact)).text())
        .contains("failed: dwd.x dt=2026-01-30 small files (compact, -): no space")
        .contains("./tidemark compact dwd.x");
  }

  @Test
  void manyTablesAreCutAndCounted() {
    List<TableWork> tables = new ArrayList<>();
    List<Open> open = new ArrayList<>();
    for (int i = 10; i < 30; i++) {
      tables.add(
          new TableWork(
              "dwd.t" + i,
              2,
              new Groups(1, 0, 0),
              new Replaced(9, 1, 9, 9),
              NONE,
              8,
              0,
              0,
              0,
              false));
      open.add(new Open("vacuum", "dwd.t" + i, "", "orphan files", null, 1, true, "x"));
    }
    MaintenanceFacts many =
        new MaintenanceFacts(List.of(new Kind("compact", 1, 40)), tables, open, List.of());

    assertThat(section(report(SampleDay.with(EQUAL, many)).text()))
        .contains("dwd.t14", "and 15 other tables, 30 s", "and 17 more, in ops.maintenance_run")
        .doesNotContain("dwd.t15", "by day");
  }

  private static Open failedOrphans() {
    return new Open(
        "vacuum",
        "ods.reading_event",
        "",
        "orphan files",
        Instant.parse("2026-01-31T18:30:00Z"),
        2,
        true,
        "the storage did not answer");
  }

  private static Open left() {
    return new Open(
        "vacuum",
        "dim.person",
        "",
        "",
        Instant.parse("2026-01-31T18:31:00Z"),
        1,
        false,
        "dim.person has gc.enabled = false");
  }

  private static DayFacts day(Open... open) {
    MaintenanceFacts facts = facts();
    return SampleDay.with(
        EQUAL, new MaintenanceFacts(facts.kinds(), facts.tables(), List.of(open), facts.days()));
  }

  private static MaintenanceFacts facts() {
    long gib = 1L << 30;
    List<Day> days = new ArrayList<>();
    for (int back = MaintenanceFacts.DAYS - 1; back >= 0; back--) {
      LocalDate day = SampleDay.DAY.minusDays(back);
      days.add(new Day(day, back == 0 ? 48 * gib : back == 3 ? 20 * gib : back == 9 ? 3 * gib : 0));
    }
    return new MaintenanceFacts(
        List.of(
            new Kind("compact", 2, 724), new Kind("inline", 288, 1860), new Kind("vacuum", 1, 250)),
        List.of(
            new TableWork(
                "ods.reading_event",
                241,
                new Groups(0, 0, 2),
                NONE,
                new Replaced(1_240, 3, 9_000_000, 8_000_000),
                0,
                0,
                120,
                12,
                true),
            new TableWork(
                "dwd.reading_event",
                484,
                new Groups(313, 5, 0),
                new Replaced(12_001, 40, 48 * gib, 50_681_091_686L),
                NONE,
                11_961,
                20_118,
                0,
                0,
                false)),
        List.of(),
        days);
  }

  private static DayFacts withoutEnds(DayFacts day) {
    return new DayFacts(
        day.day(),
        day.madeAt(),
        day.zone(),
        day.environment(),
        day.jobs(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        day.meanTimeToPublish(),
        0,
        List.of(),
        day.maintenance());
  }

  private static Report report(DayFacts day) {
    return new ReportRenderer().render(day, Detail.FULL, Pictures.BESIDE);
  }

  private static Picture picture(Report report) {
    return report.pictures().stream()
        .filter(picture -> picture.name().equals("maintenance.png"))
        .findFirst()
        .orElseThrow();
  }

  /** The lines of the section. */
  private static String section(String text) {
    String from = text.substring(text.indexOf("MAINTENANCE\n"));
    return from.substring(0, from.indexOf("\n\n") + 1);
  }

  private static String visible(String html) {
    return html.replaceAll("(?s)<!--.*?-->", "")
        .replaceAll("<[^>]*>", " ")
        .replace("&nbsp;", " ")
        .replace("_ ", "_")
        .replaceAll("\\s+", " ")
        .strip();
  }
}
