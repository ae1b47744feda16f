package io.tidemark.jobs.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.config.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which copies may be gone on with by another declaration. */
class SinkDefinitionTest {
  private static final SinkDefinition WRITTEN =
      new SinkDefinition(
          List.of("dt", "channel"),
          "one of each key",
          new LinkedHashMap<>(Map.of("pv", "SUM(`pv`)", "rate", "ratio(SUM(`a`), SUM(`b`))")));

  @Test
  void theSameAndColumnsThatCameOrWentAreGoneOnWith() {
    assertThat(problems(WRITTEN)).isEmpty();
    assertThat(
            problems(
                new SinkDefinition(
                    WRITTEN.key(), WRITTEN.rows(), Map.of("pv", "SUM(`pv`)", "uv", "SUM(`uv`)"))))
        .isEmpty();
  }

  @Test
  void anotherKeyIsRefusedAndSoIsAnotherOrderOfIt() {
    for (List<String> key : List.of(List.of("channel", "dt"), List.of("dt"))) {
      assertThat(problems(new SinkDefinition(key, WRITTEN.rows(), WRITTEN.columns())))
          .singleElement()
          .extracting(Problem::text)
          .asString()
          .contains("key is " + String.join(", ", key) + " now, and was dt, channel")
          .endsWith("./tidemark run pg_a --mode catchup --reload");
    }
  }

  @Test
  void whatIsShownOtherwiseIsRefused() {
    assertThat(
            problems(
                new SinkDefinition(
                    WRITTEN.key(), "all", Map.of("rate", "ratio(SUM(`b`), SUM(`a`))"))))
        .extracting(Problem::key)
        .containsExactly("rows", "column rate");
  }

  @Test
  void whatDoesNotSayHowItWasWrittenIsRefused() {
    for (String unreadable : new String[] {null, "", "{}", "another's"}) {
      assertThat(WRITTEN.problems("pg_a", unreadable)).hasSize(1);
    }
  }

  private static List<Problem> problems(SinkDefinition now) {
    return now.problems("pg_a", WRITTEN.json());
  }
}
