package io.tidemark.reconciliation.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.cli.PrintedCommands;
import io.tidemark.reconciliation.report.HistoryFacts.Sizes;
import io.tidemark.reconciliation.report.HistoryWords.Line;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-zone")
class HistoryWordsTest {
  private final HistoryWords words =
      new HistoryWords(SampleDay.day(), new PrintedCommands("local", Optional.empty()));

  @Test
  void whatIsOfTheDayAndWhatIsOfTodayAreNotSetAgainstEachOther() {
    HistoryFacts then = history(SampleDay.DAY);
    HistoryFacts since = history(SampleDay.DAY.plusDays(40));

    assertThat(words.sizes(then)).contains(new Line("blocks", "2,500", "2.50 a user-day"));
    assertThat(words.users(then)).endsWith("1,000 user-days in all of 50 users");
    assertThat(words.sizes(since))
        .containsExactly(
            new Line("blocks", "2,500", Texts.NOTHING),
            new Line("directory of users", "500", Texts.NOTHING),
            new Line("users' rows", "3,000", Texts.NOTHING),
            new Line("written for the day", "60", "1 % of all"));
    assertThat(words.users(since)).endsWith("1,000 user-days in all");
  }

  private static HistoryFacts history(LocalDate latest) {
    return new HistoryFacts(
        "reading",
        "built",
        latest,
        20,
        1_000,
        Optional.of(new Sizes(50, 2_500, 3_000, 500, 60)),
        List.of());
  }
}
