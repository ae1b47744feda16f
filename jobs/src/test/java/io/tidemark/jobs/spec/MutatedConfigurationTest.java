package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever slips into a file, reading ends with declarations or with a list of problems. */
class MutatedConfigurationTest {
  private static final int ROUNDS = Integer.getInteger("tidemark.test.rounds", 500);
  private static final List<String> SLIPS =
      List.of(
          "",
          " ",
          "\n",
          "\t",
          ":",
          ": ",
          "- ",
          "[",
          "]",
          "{",
          "}",
          "'",
          "\"",
          "#",
          "&a ",
          "*a ",
          "|\n",
          "null",
          "~",
          "!!binary ",
          "? ",
          "---\n",
          "\u0000",
          "0",
          "-1",
          "{}",
          "[]",
          "%",
          "\\",
          "`",
          "<<: ");

  private static final String REGISTERED =
      MetricRegistryTest.JOB.replace("event_1min", "more_1min");

  @TempDir Path root;

  @Test
  void neverEndsWithAnotherException() {
    Project project = new Project(root);
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      project.with("jobs/a_ods.yml", mutate(Project.INGEST, random));
      project.with("jobs/b_dwd.yml", mutate(Project.TRANSFORM, random));
      project.with("jobs/c_dws.yml", mutate(Project.AGGREGATE, random));
      project.with("jobs/d_dws.yml", mutate(REGISTERED, random));
      project.with("metrics/a.yml", mutate(MetricRegistryTest.REGISTRY, random));
      project.with("jobs/event.sql", mutate(Project.SQL, random));
      assertThatCode(project::problems).as("seed %d", seed).doesNotThrowAnyException();
    }
  }

  private static String mutate(String text, Random random) {
    StringBuilder mutated = new StringBuilder(text);
    for (int i = random.nextInt(4); i > 0; i--) {
      int start = random.nextInt(mutated.length());
      int end = Math.min(mutated.length(), start + random.nextInt(8));
      mutated.replace(start, end, SLIPS.get(random.nextInt(SLIPS.size())));
    }
    return mutated.toString();
  }
}
