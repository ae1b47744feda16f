package io.tidemark.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tests.bench.Benchmark.Plan;
import io.tidemark.tests.lakehouse.AnyZone;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark works and finds the answers equal; how fast, no test can say. */
@AnyZone
class CompactionPlanBenchTest {
  @TempDir private Path folder;

  @Test
  void findsEqualAnswersAndPrintsItsFigure() {
    StringWriter printed = new StringWriter();

    boolean equal =
        new CompactionPlanBench().run(new Plan(2_000, 1, 7, folder), new PrintWriter(printed));

    assertThat(equal).as(printed.toString()).isTrue();
    assertThat(folder.toFile().list()).isEmpty();
    assertThat(printed.toString())
        .containsPattern("figure compaction\\.plan-seconds-2k-files \\d+\\.\\d\\d s\n");
  }
}
