package io.tidemark.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tests.bench.Benchmark.Plan;
import io.tidemark.tests.bench.CompactionBench.Shape;
import io.tidemark.tests.lakehouse.AnyZone;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark works and finds the answers equal; how fast, no test can say. */
@AnyZone
class CompactionBenchTest {
  @TempDir private Path folder;

  @Test
  void findsEqualAnswersAndPrintsItsFigures() {
    StringWriter printed = new StringWriter();
    Shape shape = new Shape(Duration.ofSeconds(6), 20_000);

    boolean equal =
        new CompactionBench(shape).run(new Plan(200, 1, 7, folder), new PrintWriter(printed));

    assertThat(equal).as(printed.toString()).isTrue();
    assertThat(folder.toFile().list()).isEmpty();
    assertThat(printed.toString())
        .containsPattern("figure compaction\\.bytes-vs-rewrite-data-files \\d+\\.\\d\\d ratio\n")
        .containsPattern(
            "figure compaction\\.query-time-vs-rewrite-data-files \\d+\\.\\d\\d ratio\n")
        .containsPattern("figure compaction\\.writer-p99-ratio \\d+\\.\\d\\d ratio\n")
        .containsPattern("figure compaction\\.failed-batches 0\\.00 micro-batches\n")
        .containsPattern("figure compaction\\.group-success-share \\d+\\.\\d\\d %\n")
        .containsPattern("figure compaction\\.plan-seconds-1k-files \\d+\\.\\d\\d s\n");
  }
}
