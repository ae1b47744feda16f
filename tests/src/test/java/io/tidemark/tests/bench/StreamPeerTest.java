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
class StreamPeerTest {
  @TempDir private Path folder;

  @Test
  void findsTheAnswersOfFlinkEqualAndPrintsItsFigures() {
    StringWriter printed = new StringWriter();

    boolean equal = new StreamPeer().run(new Plan(5_000, 1, 7, folder), new PrintWriter(printed));

    assertThat(equal).as(printed.toString()).isTrue();
    assertThat(folder.toFile().list()).isEmpty();
    assertThat(printed.toString())
        .containsPattern("figure stream\\.vs-flink-iceberg \\d+\\.\\d\\d ratio\n")
        .containsPattern("figure stream\\.vs-flink-iceberg-dws-only \\d+\\.\\d\\d ratio\n");
  }
}
