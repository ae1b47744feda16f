package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokenUnknownKeyTest {
  private static final String LOOKUP =
      """
      lookup:
        place:
          table: dim.place
          key: { id: channel }
          columns: { name: string }
      """;

  @TempDir Path root;

  private Project project(String policy) {
    return new Project(root).with("jobs/b_dwd.yml", Project.TRANSFORM + LOOKUP + policy);
  }

  private TransformSpec job(String policy) {
    return (TransformSpec) project(policy).read().jobs().job("dwd_event");
  }

  @Test
  void aRowIsKeptUnlessDeclaredOtherwise() {
    TransformSpec job = job("");
    LookupSpec lookup = job.lookups().get(0);
    assertThat(lookup.unknown()).isEqualTo(UnknownKey.KEEP);
    assertThat(lookup.cacheRows()).isEqualTo(200_000);
    assertThat(lookup.lateness()).isNull();
    assertThat(job.holdsBack()).isFalse();
    assertThat(job.view()).isEmpty();
    assertThat(SpecHash.of(job("    unknown: keep\n    cache-rows: 5\n")))
        .as("what is kept between micro-batches changes no answer")
        .isEqualTo(SpecHash.of(job));
  }

  @Test
  void everyKeyIsRead() {
    TransformSpec letters = job("    unknown: dead-letter\n    cache-rows: 5\n");
    LookupSpec lookup = letters.lookups().get(0);
    assertThat(lookup.unknown()).isEqualTo(UnknownKey.DEAD_LETTER);
    assertThat(lookup.cacheRows()).isEqualTo(5);
    assertThat(letters.holdsBack()).isTrue();
    assertThat(letters.takesBack()).as("a letter stays one").isFalse();
    assertThat(letters.view()).contains(letters.output().withSuffix("_v"));
    assertThat(letters.unknownKeys()).isEqualTo(letters.output().withSuffix("_unknown"));

    TransformSpec parked = job("    unknown: park\n");
    assertThat(parked.lookups().get(0).lateness()).isEqualTo(Duration.ofDays(2));
    assertThat(parked.takesBack()).isTrue();
    TransformSpec longer = job("    unknown: park\n    lateness: 3 days\n");
    assertThat(longer.lookups().get(0).lateness()).isEqualTo(Duration.ofDays(3));
    assertThat(List.of(job(""), letters, parked, longer))
        .extracting(SpecHash::of)
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          unknown: drop | lookup.place.unknown: 'drop' is not one of keep, park, dead-letter
          unknown: dead-letters | lookup.place.unknown: 'dead-letters' is not one of keep, park, dead-letter
          unkown: park | lookup.place.unkown is not a key; did you mean 'unknown'?
          cache-rows: 0 | lookup.place.cache-rows: '0' is not a whole number from 1
          lateness: 1 day | lookup.place.lateness: '1 day' goes with 'as-of: event-time' or 'unknown: park'
          """)
  void aPolicyIsRefused(String line, String problem) {
    assertThat(project("    " + line + "\n").problems())
        .singleElement()
        .asString()
        .contains(problem);
  }

  @Test
  void rowsThatWaitAreToldByTheirMessage() {
    String flatten = "flatten: { column: channel, index: place_no }\n";
    assertThat(project("    unknown: park\n" + flatten).problems())
        .singleElement()
        .asString()
        .contains("makes several rows of a message, and a row that was parked is told by")
        .contains("look up without 'unknown: park'");
    assertThat(project("    unknown: dead-letter\n" + flatten).problems()).isEmpty();
  }

  @Test
  void whoReadsRowsThatAreTakenBackIsRefused() {
    assertThat(project("    unknown: park\n").transform("dwd.event", "dwd.clean").problems())
        .singleElement()
        .asString()
        .contains("'dwd.event' parks rows until a dimension has their key, whose table holds rows");
    assertThat(
            project("    unknown: park\n")
                .without("jobs/dwd_clean.yml")
                .with(
                    "jobs/c_dws.yml",
                    Project.AGGREGATE
                        .replace("input: ods", "input: dwd")
                        .replace("sum: seconds", "max: kafka_offset"))
                .problems())
        .singleElement()
        .asString()
        .contains("take count, sum, average or distinct, or remove 'unknown: park' from it");
    assertThat(
            project("    unknown: dead-letter\n")
                .with("jobs/c_dws.yml", Project.AGGREGATE)
                .transform("dwd.event", "dwd.clean")
                .problems())
        .isEmpty();
  }

  @Test
  void theNamesOfItsViewsAreTaken() {
    assertThat(
            project("    unknown: dead-letter\n")
                .transform("ods.event", "dwd.event_unknown")
                .problems())
        .singleElement()
        .asString()
        .contains("is the view of unknown keys of job dwd_event");
  }
}
