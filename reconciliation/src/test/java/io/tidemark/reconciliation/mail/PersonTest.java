package io.tidemark.reconciliation.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.reconciliation.report.DayFacts;
import io.tidemark.reconciliation.report.JobFacts;
import io.tidemark.reconciliation.report.SampleDay;
import java.util.List;
import java.util.Map;
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
