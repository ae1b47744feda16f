package io.tidemark.reconciliation.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.reconciliation.report.DayFacts;
import io.tidemark.reconciliation.report.JobFacts;
import io.tidemark.reconciliation.report.MaintenanceFacts;
import io.tidemark.reconciliation.report.SampleDay;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-zone")
class PersonTest {
  /** Outside and not compared; a commit-team's job within, told on failure alone; two equal. */
  private static final DayFacts DAY = SampleDay.day();

  @Test
  void everybodyIsOnePersonHoweverOftenTheirAddressStands() {
    assertThat(
            Person.of(
                Map.of(
                    "default", List.of("Ann@example.com"),
                    "reading-team", List.of("ann@example.com", "bob@example.com"))))
        .hasSize(2);
  }

  @Test
  void aPersonGetsMailWhenAJobOfTheirsAsksForIt() {
    assertThat(person("default").wants(DAY)).isTrue();
    assertThat(person("reading-team").wants(DAY)).isTrue();
    assertThat(person("commit-team").wants(DAY)).as("within, and told on failure").isFalse();
    assertThat(person("nobody").wants(DAY)).isFalse();
  }

  @Test
  void bothEndsAreAMatterOfTheDefaultOnes() {
    DayFacts equal = SampleDay.day(List.of(SampleDay.equal("dwd_e")));

    assertThat(person("default").wants(equal)).isTrue();
    assertThat(person("reading-team").wants(equal)).isFalse();
  }

  @Test
  void maintenanceThatFailedIsAMatterOfTheDefaultOnes() {
    DayFacts failed = maintained(true, "no answer");
    DayFacts left = maintained(false, "no answer");

    assertThat(person("default").wants(failed)).isTrue();
    assertThat(person("reading-team").wants(failed)).isFalse();
    assertThat(person("default").wants(left)).isFalse();
    assertThat(ReportContent.of(failed))
        .isNotEqualTo(ReportContent.of(left))
        .isNotEqualTo(ReportContent.of(maintained(true, "no space")));
  }

  /** A day of one equal job, and of maintenance that failed or left a table. */
  private static DayFacts maintained(boolean failed, String why) {
    DayFacts day = SampleDay.day(List.of(SampleDay.equal("dwd_e")));
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
        Optional.empty(),
        0,
        List.of(),
        Optional.of(
            new MaintenanceFacts(
                List.of(new MaintenanceFacts.Kind("vacuum", 1, 2)),
                List.of(),
                List.of(new MaintenanceFacts.Open("vacuum", "dwd.e", "", "", null, 1, failed, why)),
                List.of())));
  }

  @Test
  void ownJobsComeFirstAndOfBothTheMostUrgent() {
    assertThat(person("commit-team").ordered(DAY).jobs())
        .extracting(JobFacts::name)
        .containsExactly(
            "dws_commit_section_1min",
            "dws_reading_channel_1h",
            "dws_order_channel_1d",
            "dws_reading_app_1d",
            "dwd_e");
  }

  @Test
  void aReportWithTheSameWordsHasTheSameContentWheneverItIsMade() {
    assertThat(ReportContent.of(SampleDay.day())).isEqualTo(ReportContent.of(SampleDay.day()));
    assertThat(ReportContent.of(SampleDay.day()))
        .isNotEqualTo(ReportContent.of(SampleDay.day(List.of(SampleDay.equal("dwd_e")))));
  }

  private static Person person(String owner) {
    return Person.of(Map.of(owner, List.of("a@example.com"))).get(0);
  }
}
