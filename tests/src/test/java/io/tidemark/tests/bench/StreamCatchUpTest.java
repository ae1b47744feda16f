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
class StreamCatchUpTest {
  @TempDir private Path folder;

  @Test
  void catchesUpToTheRightAnswerAndMeasuresTheState() {
    StringWriter printed = new StringWriter();

    boolean equal =
        new StreamCatchUp().run(new Plan(5_000, 1, 7, folder), new PrintWriter(printed));

    assertThat(equal).as(printed.toString()).isTrue();
    assertThat(folder.toFile().list()).isEmpty();
    assertThat(printed.toString())
        .containsPattern("figure catchup\\.events-per-second-per-core \\d+\\.\\d\\d events/s")
        .containsPattern("figure state\\.bytes-per-million-keys [1-9]\\d+\\.\\d\\d bytes\n");
  }
}
