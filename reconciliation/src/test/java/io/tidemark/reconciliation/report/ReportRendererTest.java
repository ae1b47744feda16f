package io.tidemark.reconciliation.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.ReconcilePolicy.Notify;
import io.tidemark.reconciliation.report.DayFacts.EndFacts;
import io.tidemark.reconciliation.report.DayFacts.PublicationFacts;
import io.tidemark.reconciliation.report.JobFacts.CauseFacts;
import io.tidemark.reconciliation.report.JobFacts.Metric;
import io.tidemark.reconciliation.report.JobFacts.Obstacle;
import io.tidemark.reconciliation.report.Report.Pictures;
import io.tidemark.reconciliation.report.SourceFacts.DeadLetters;
import io.tidemark.reconciliation.report.SourceFacts.Histogram;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("any-zone")
class ReportRendererTest {
  private static final String RIGHT_TO_LEFT = "\u202Eevil";
  private static final String HEBREW = "שלום עולם";
  private static final int WORDS_FOR_WHAT_IS_LEFT_OUT = 300;
  private static final String LONG = "n".repeat(5_000) + "😀";

  @Test
  void theVerdictIsFirstInEveryForm() {
    Report report = full(SampleDay.day());
    String verdict =
        "1 of 5 jobs outside tolerance, 1 not compared, 1 of 2 checks of both ends failed";

    assertThat(report.subject()).isEqualTo("✗ 2026-01-31 " + verdict + " [Tidemark local]");
    assertThat(report.text()).startsWith("✗ " + verdict);
    assertThat(visible(report.html())).startsWith(report.subject() + " ✗ " + verdict);
  }

  @Test
  void everyNumberIsInThePageAndInTheText() {
    Report report = full(SampleDay.day());

    for (String form : List.of(visible(report.html()), report.text())) {
      assertThat(form)
          .contains("1,230,411", "1,284,028", "4.18 %")
          .contains("+53,617", "lost: 300 keys, +52,411", "late: 16 keys, +1,204")
          .contains("partition 2, offsets 44,120 to 74,737")
          .contains("no batch has computed the day")
          .contains("./tidemark run dws_order_channel_1d --mode batch --day 2026-01-31")
          .contains("./tidemark reconcile --day 2026-01-31 --job dws_reading_channel_1h")
          .contains("job = 'dws_reading_channel_1h' ORDER BY metric, rank")
          .contains("48,210 rows, 3 files, in 0.8 s")
          .contains("reading_event: 1,284,250, ods.reading_event: 1,284,247")
          .contains("up to 10 seconds", "150,022", "11 h 6 min")
          .contains("wrong-type", "read_seconds: 'viele' is not a bigint")
          .contains("1 h 14 min from seal to publication, mean of 88 publications")
          .contains("outside on 4 of 29 days compared, last 2026-01-31")
          .contains("never wrote", "12 s", "32 min");
    }
  }

  @Test
  void aHistorySaysHowLargeItIsAndWhatItLacks() {
    Report report = full(SampleDay.day());

    for (String form : List.of(visible(report.html()), report.text().replaceAll("\\s+", " "))) {
      assertThat(form)
          .containsIgnoringCase("Histories of users")
          .contains("✓ reading holds the day")
          .contains("2,914,300 users active on the day, 66,610,025 user-days in all")
          .contains("of 5,120,000 users")
          .contains("blocks 166,525,062 2.50 a user-day")
          .contains("directory of users 4,051,337 0.06 a user-day")
          .contains("users' rows 233,135,088 3.50 a user-day")
          .contains("written for the day 2,840,118 0.7 % of all")
          .contains("2 days missing, and sums over them too low: 2026-01-03, 2026-01-09.")
          .contains("./tidemark tags build --day 2026-01-31")
          .contains("✗ advertising was not built for the day: it ends with 2026-01-30");
    }
  }

  @Test
  void aKeyIsShownOnceWithAllItsMetricsAndWithoutItsDay() {
    Report report = full(SampleDay.day());

    assertThat(visible(report.html()))
        .containsOnlyOnce("window_start=09:00, channel=north · lost pv 1,204 31,822 +30,618")
        .containsOnlyOnce("readers 611 2,914 +2,303 The table lacks what 30,618 messages give")
        .contains("channel=NULL pv (20 keys) 3 1,802 +1,799");
    assertThat(report.text())
        .contains("window_start=09:00, channel=north  (lost)")
        .contains("     611    2,914           +2,303   readers")
        .contains("     3   1,802           +1,799   pv, 20 keys");
  }

  @Test
  void whatToBeginWithStandsBelowTheVerdict() {
    String begin =
        visible(full(SampleDay.day()).html()).replaceAll(".*Begin with (.*?) Jobs .*", "$1");

    assertThat(begin)
        .startsWith(
            "dws_reading_channel_1h pv is 4.18 % apart, tolerated is 0 %: stream 1,230,411, batch"
                + " 1,284,028 because lost: 300 keys, +52,411; late")
        .contains("at window_start=09:00, channel=north: The table lacks", "./tidemark sql");
    assertThat(full(SampleDay.day(List.of(SampleDay.equal("dwd_e")))).text())
        .as("no job is outside, and one end is")
        .contains("Begin with kafka ods_reading_event\n  3 offsets of partition 2")
        .contains("./tidemark check ods_reading_event --day 2026-01-31");
    assertThat(full(SampleDay.day(List.of(SampleDay.outside()))).text())
        .contains("Most of it is lost: the row was read, and the table lacks it. Find who");
  }

  @Test
  void whatWasAcceptedAndPublishedIsNothingToDoAnyMore() {
    PublicationFacts accepted = published("publish", "run-1", "late phones, ticket 4711");

    Report report = full(outside(accepted));
    for (String form : List.of(visible(report.html()), report.text())) {
      assertThat(form)
          .contains("Accepted and published: late phones, ticket 4711")
          .contains("job = 'dws_reading_channel_1h' ORDER BY metric, rank")
          .doesNotContain("Begin with dws_reading_channel_1h", "--accept", "Most of it is lost");
    }
    assertThat(full(outside(published("publish", "run-1", ""))).text())
        .contains("Published, as the job's policy says.");
    assertThat(full(outside(published("publish", "run-0", "of another comparison"))).text())
        .contains("Begin with dws_reading_channel_1h", "--accept");
    assertThat(full(outside(accepted, published("undo", "run-1", ""))).text())
        .contains("Begin with dws_reading_channel_1h", "--accept");
  }

  private static DayFacts outside(PublicationFacts... publications) {
    DayFacts day = SampleDay.day(List.of(SampleDay.outside()));
    return new DayFacts(
        day.day(),
        day.madeAt(),
        day.zone(),
        day.environment(),
        day.jobs(),
        day.sources(),
        List.of(publications),
        day.ends(),
        day.offenders(),
        day.meanTimeToPublish(),
        day.publishedDays(),
        day.histories(),
        day.maintenance());
  }

  private static PublicationFacts published(String action, String run, String reason) {
    return new PublicationFacts(
        "dws_reading_channel_1h",
        action,
        run,
        "dws.reading_channel_1h",
        1L,
        1L,
        SampleDay.NOW,
        0.5,
        reason);
  }

  @Test
  void aJobThatHasNeverRunHereIsNoPartOfTheVerdict() {
    DayFacts day = SampleDay.day(List.of(SampleDay.within(), SampleDay.notRun("dws_never")));

    assertThat(day.good()).as("one end of the sample is outside").isFalse();
    Report report = full(day);
    assertThat(report.text())
        .startsWith("✗ 1 of 2 checks of both ends failed")
        .contains("not run here, and no part of the verdict: dws_never");
    assertThat(visible(report.html())).contains("no part of the verdict: dws_never");
    assertThat(
            new Words(SampleDay.day(List.of(SampleDay.notRun("a"))), Optional.empty())
                .verdict()
                .count("NOT_RUN"))
        .isEqualTo("1");
  }

  @Test
  void jobsWithOneObstacleAreToldTogether() {
    Report report = full(UglyDay.day());

    assertThat(report.subject())
        .startsWith("✗ 2026-01-31 3 of 39 jobs outside tolerance, 3 not compared, 1 of 2 checks");
    assertThat(report.text())
        .containsOnlyOnce("dws_city_minute, dws_city_hour: ods.ride: the day is not sealed")
        .containsOnlyOnce("./tidemark seal --env production --day 2026-01-31   # once");
  }

  @Test
  void fortyJobsFitIntoWhatMailClientsShowAtOnce() {
    String page = full(UglyDay.day()).html();

    assertThat(page.getBytes(java.nio.charset.StandardCharsets.UTF_8)).hasSizeLessThan(102_000);
    assertThat(page).doesNotContainIgnoringCase("<script");
    wellFormed(page);
  }

  @Test
  void aPictureSaysInWordsWhatItShows() throws IOException {
    Report report = full(SampleDay.day());

    assertThat(report.pictures()).as("equal jobs have no curve").hasSize(2);
    assertThat(report.pictures().get(0).alt())
        .isEqualTo(
            "Difference by day, 2026-01-02 to 2026-01-31: 3 days equal; 23 within, at most 0.64 %;"
                + " 2 outside: 01-11 1.7 %, 01-31 4.18 %; 2 not compared. Tolerance 1 %.");
    for (Report.Picture picture : report.pictures()) {
      assertThat(report.html())
          .contains("src=\"" + picture.name() + "\"")
          .contains("alt=\"" + picture.alt() + "\"");
      assertThat(ImageIO.read(new ByteArrayInputStream(picture.png())).getWidth())
          .isEqualTo(2 * DrawnChart.WIDTH);
    }
    assertThat(new ReportRenderer().render(SampleDay.day(), Detail.FULL, Pictures.IN_MAIL).html())
        .contains("src=\"cid:trend-1.png@report.tidemark\"");
  }

  @Test
  void thePageFetchesNothingAndHasNoScript() {
    assertThat(full(hostile()).html())
        .doesNotContainIgnoringCase("<script", "http://", "https://", "<style", "<link", "@import");
  }

  @Test
  void valuesOfDataAreTextWhereverTheyStand() {
    Report report = full(hostile());

    assertThat(report.subject()).doesNotContain("\r", "\n");
    assertThat(report.html())
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;", HEBREW)
        .doesNotContain("\u202E", "onerror=\"", "<img src=x");
    assertThat(report.text()).contains("\\u202Eevil", "\\u000D\\u000ABcc:", HEBREW);
    assertThat(report.text().lines()).noneMatch(line -> line.startsWith("Bcc:"));
    assertThat(report.html()).hasSizeLessThan(80_000);
    wellFormed(report.html());
  }

  @Test
  void aShellDoesNotReadWhatANameSays() {
    Report report = full(SampleDay.day(List.of(named("a'; $(rm -rf /) `x` \"y\""))));

    assertThat(report.text())
        .contains("job = 'a''; \\$(rm -rf /) \\`x\\` \\\"y\\\"' ORDER BY metric, rank LIMIT 100\"");
  }

  @Test
  void anotherEnvironmentIsNamedInEveryCommand() {
    DayFacts local = SampleDay.day();
    DayFacts cluster =
        new DayFacts(
            local.day(),
            local.madeAt(),
            local.zone(),
            "cluster",
            local.jobs(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            0,
            List.of(),
            Optional.empty());

    assertThat(full(cluster).text().lines().filter(line -> line.contains("./tidemark")))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).containsPattern("\\./tidemark [a-z]+ --env cluster "));
    String elsewhere =
        new ReportRenderer(Optional.of(Path.of("/etc/tide mark")))
            .render(cluster, Detail.FULL, Pictures.BESIDE)
            .text();
    assertThat(elsewhere.lines().filter(line -> line.contains("./tidemark")))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).contains(" --env cluster --conf '/etc/tide mark' "));
  }

  @Test
  void nothingAtAllIsANormalDay() {
    DayFacts empty =
        new DayFacts(
            SampleDay.DAY,
            SampleDay.NOW,
            java.time.ZoneOffset.UTC,
            "local",
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            0,
            List.of(),
            Optional.empty());
    Report report = full(empty);

    assertThat(report.text())
        .startsWith("– No job to compare")
        .contains("nothing of this day", "not checked", "nothing was published in the last 30");
    assertThat(report.pictures()).isEmpty();
    assertThat(report.csvText().lines()).hasSize(1);
    wellFormed(report.html());
  }

  @Test
  void anEqualDayIsSaidInOneLine() {
    DayFacts day = SampleDay.day(List.of(SampleDay.equal("dwd_e")));
    DayFacts good =
        new DayFacts(
            day.day(),
            day.madeAt(),
            day.zone(),
            "local",
            day.jobs(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            0,
            List.of(),
            Optional.empty());

    assertThat(full(good).subject())
        .isEqualTo("✓ 2026-01-31 1 job equal, every key [Tidemark local]");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 500})
  void eachStepIsSmallerAndSaysWhatIsMissing(int jobs) {
    List<JobFacts> all = new ArrayList<>(List.of(SampleDay.outside(), SampleDay.within()));
    for (int i = 1; i < jobs; i++) {
      all.add(SampleDay.equal("dws_job_" + i));
    }
    DayFacts day = SampleDay.day(all);
    ReportRenderer renderer = new ReportRenderer();
    long before = Integer.MAX_VALUE;
    for (Detail detail : Detail.values()) {
      Report report = renderer.render(day, detail, Pictures.IN_MAIL);
      long size = size(report);
      assertThat(size).as("%s", detail).isLessThan(before + WORDS_FOR_WHAT_IS_LEFT_OUT);
      assertThat(report.leftOut()).hasSize(detail.ordinal());
      report.leftOut().forEach(lost -> assertThat(report.text()).contains(lost));
      assertThat(report.text()).startsWith("✗ 1 of " + all.size() + " jobs outside tolerance");
      before = size;
    }
    Report summary = renderer.render(day, Detail.SUMMARY, Pictures.IN_MAIL);
    assertThat(summary.pictures()).isEmpty();
    assertThat(summary.csv()).isEmpty();
    assertThat(summary.text()).contains("dws_reading_channel_1h").doesNotContain("+53,617");
  }

  @Test
  void theTableHasARowPerMetricAndNoFormula() {
    List<String> lines = full(hostile()).csvText().lines().toList();
    String all = String.join("\n", lines);

    assertThat(lines.get(0)).startsWith("\uFEFF\"dt\",\"job\",\"owner\",\"verdict\",\"metric\"");
    assertThat(all)
        .contains("\"'=cmd|'/C calc'!A0\"", "\"'@SUM(1)\"", "\"'+1+1\"", HEBREW, ",-12.5,");
    assertThat(full(SampleDay.day()).csvText())
        .contains(
            "\"dws_reading_channel_1h\",\"reading-team\",\"outside tolerance\",\"pv\",\"false\","
                + "1230411,1284028,53617,0.0418,\"0 %\",14402,318,\"run-1\",1204,,,,,52411")
        .contains("\"dws_order_channel_1d\",\"\",\"not compared\",,,")
        .contains("\r\n");
  }

  @Test
  void aRerunLeavesNoChartOfTheRunBefore(@TempDir Path folder) throws IOException {
    new ReportFolder(folder).write(SampleDay.DAY, full(SampleDay.day()));
    Path page =
        new ReportFolder(folder)
            .write(SampleDay.DAY, full(SampleDay.day(List.of(SampleDay.within()))));

    try (var files = Files.list(page.getParent())) {
      assertThat(files.map(file -> file.getFileName().toString()).sorted())
          .containsExactly("report.csv", "report.html", "report.txt", "trend-1.png");
    }
  }

  @Test
  void chartsThatCannotBeDrawnAreNoMatterOfSize() {
    DayFacts day = SampleDay.day();
    List<String> noFonts = List.of("charts, which this machine cannot draw (no fonts)");

    assertThat(TextPage.of(day, new Words(day, Optional.empty()), Detail.FULL, noFonts))
        .contains("LEFT OUT\n  charts, which this machine cannot draw (no fonts)\n")
        .doesNotContain("too large");
    assertThat(
            HtmlPage.of(
                day,
                new Words(day, Optional.empty()),
                ReportRenderer.Charts.NONE,
                Detail.FULL,
                Pictures.IN_MAIL,
                noFonts))
        .contains("cannot draw (no fonts).")
        .doesNotContain("The whole report is on disk");
  }

  @Test
  void aFailureThatFillsPagesIsOneLine() {
    JobFacts missing = SampleDay.missing();
    JobFacts failed =
        new JobFacts(
            missing.name(),
            missing.owner(),
            missing.notification(),
            missing.table(),
            missing.verdict(),
            Optional.of(new Obstacle("It failed:\n\tat x".repeat(999), "./tidemark x")),
            missing.run(),
            missing.metrics(),
            missing.worst(),
            missing.history(),
            missing.freshness());

    assertThat(full(SampleDay.day(List.of(failed))).text().lines())
        .anyMatch(line -> line.contains(": It failed: at x") && line.endsWith("…"))
        .allMatch(line -> line.length() < 1000);
  }

  @Test
  void aChartIsDrawnOfDaysWithoutAnyNumber() {
    List<JobFacts.HistoryDay> odd =
        List.of(
            new JobFacts.HistoryDay(SampleDay.DAY.minusDays(3), null, null, true),
            new JobFacts.HistoryDay(SampleDay.DAY.minusDays(2), 0.0, 0.0, true),
            new JobFacts.HistoryDay(
                SampleDay.DAY.minusDays(1), Double.POSITIVE_INFINITY, null, false),
            new JobFacts.HistoryDay(SampleDay.DAY, 1e300, 1e-9, false));

    assertThat(TrendChart.png(odd)).isNotEmpty();
    assertThat(TrendChart.png(List.of())).isNotEmpty();
    assertThat(TrendChart.png(odd.subList(0, 2))).isNotEmpty();
    assertThat(TrendWords.of(odd)).contains("1 day equal", "2 outside", "1 not compared");
    assertThat(TrendWords.of(List.of())).contains("no day was compared");
  }

  @Test
  void classesOfHistogramsEndWithTheirLimit() {
    assertThat(Histogram.classOf(Duration.ofSeconds(-5))).isEqualTo(-1);
    assertThat(Histogram.classOf(Duration.ofSeconds(1))).isZero();
    assertThat(Histogram.classOf(Duration.ofMillis(1001))).isEqualTo(1);
    assertThat(Histogram.classOf(Duration.ofDays(2))).isEqualTo(7);
  }

  private static DayFacts hostile() {
    String script = "<script>alert(1)</script>";
    return new DayFacts(
        SampleDay.DAY,
        SampleDay.NOW,
        java.time.ZoneOffset.UTC,
        "local\r\nBcc: all@example.com",
        List.of(
            named(script),
            named("\r\nBcc: x@example.com"),
            named(LONG),
            named(HEBREW),
            named("=cmd|'/C calc'!A0")),
        List.of(
            new SourceFacts(
                script,
                script,
                1,
                0,
                Histogram.empty(),
                Histogram.empty(),
                List.of(
                    new DeadLetters(null, 1, null),
                    new DeadLetters(script, 2, "\" onerror=\"x\" " + RIGHT_TO_LEFT)))),
        List.of(new PublicationFacts(script, "undo", script, LONG, null, null, null, null, script)),
        List.of(new EndFacts(HEBREW, script, script, LONG, null, null, null, false, script)),
        List.of(new DayFacts.Offender(script, RIGHT_TO_LEFT, 2, 3, SampleDay.DAY)),
        Optional.empty(),
        0,
        List.of(),
        Optional.empty());
  }

  private static JobFacts named(String name) {
    JobFacts sample = SampleDay.outside();
    return new JobFacts(
        name,
        "@SUM(1)",
        Notify.ALWAYS,
        name,
        Verdict.OUTSIDE,
        Optional.of(new Obstacle(name, name)),
        sample.run(),
        List.of(
            new Metric(
                "<img src=x onerror=alert(1)>",
                false,
                "+1+1",
                null,
                Double.NaN,
                "=1%",
                null,
                "-12.5",
                1,
                List.of(new CauseFacts("</td>", 1, null)))),
        new Place.Worst(
            List.of(
                SampleDay.place(
                    Map.of(name, "\t" + RIGHT_TO_LEFT),
                    List.of(new Place.Value(name, null, "x", 1L)),
                    "")),
            List.of(
                SampleDay.place(
                    Map.of("k", HEBREW),
                    List.of(new Place.Value("m", "<b>", null, null)),
                    name,
                    name))),
        sample.history(),
        sample.freshness());
  }

  private static Report full(DayFacts day) {
    return new ReportRenderer().render(day, Detail.FULL, Pictures.BESIDE);
  }

  private static long size(Report report) {
    return report.html().length()
        + report.csv().length
        + report.pictures().stream().mapToLong(picture -> picture.png().length).sum();
  }

  /** The page without its tags, as one line. */
  private static String visible(String html) {
    return html.replaceAll("(?s)<!--.*?-->", "")
        .replaceAll("<[^>]*>", " ")
        .replace("&nbsp;", " ")
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("_ ", "_")
        .replaceAll("\\s+", " ")
        .replace(" :", ":")
        .strip();
  }

  /** Every tag is closed, so that no value can have opened or closed one. */
  private static void wellFormed(String html) {
    String xml =
        html.replace("<!DOCTYPE html>", "")
            .replaceAll("<(meta|img)([^>]*)>", "<$1$2/>")
            .replaceAll("<(br|wbr)>", "<$1/>")
            .replace("&nbsp;", " ");
    try {
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(xml.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    } catch (Exception e) {
      throw new AssertionError("the page is not well formed: " + e.getMessage(), e);
    }
  }
}
