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
class ReconcileBenchTest {
  @TempDir private Path folder;

  @Test
  void findsEqualAnswersAndPrintsItsFigures() {
    StringWriter printed = new StringWriter();

    boolean equal =
        new ReconcileBench().run(new Plan(40_000, 1, 7, folder), new PrintWriter(printed));

    assertThat(equal).as(printed.toString()).isTrue();
    assertThat(folder.toFile().list()).isEmpty();
    assertThat(printed.toString())
        .contains("1 rounds, by turns, of 2,000 and 10,000 rows a side, 1 of 40,000;")
        .contains("SKIPPED there at 0 % and at 10 %")
        .containsPattern("figure reconcile\\.vs-full-outer-join \\d+\\.\\d\\d ratio\n")
        .containsPattern("figure reconcile\\.vs-duckdb \\d+\\.\\d\\d ratio\n")
        .containsPattern("figure reconcile\\.10pct-vs-0\\.1pct \\d+\\.\\d\\d ratio\n")
        .containsPattern("figure reconcile\\.growth-20x \\d+\\.\\d\\d ratio\n")
        .containsPattern("figure publish\\.seconds-10k-rows \\d+\\.\\d\\d s\n")
        .containsPattern("figure publish\\.seconds-10m-rows \\d+\\.\\d\\d s\n");
  }
}
