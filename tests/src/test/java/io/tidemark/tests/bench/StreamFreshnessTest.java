package io.tidemark.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.tests.bench.Benchmark.Plan;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.servers.Java25;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark works through a kill, and finds every event once; how fast, no test can say. */
@AnyZone
class StreamFreshnessTest {
  @TempDir private Path folder;

  @Test
  void readsEveryProbeInTrinoAndFindsTheCountedRowsThroughAKill() {
    assumeThat(Java25.home()).as(Java25.NOT_FOUND).isPresent();
    StringWriter printed = new StringWriter();

    boolean equal =
        new StreamFreshness().run(new Plan(100, 1, 7, folder, 4), new PrintWriter(printed));

    assertThat(equal).as(printed.toString()).isTrue();
    assertThat(folder.toFile().list()).isEmpty();
    assertThat(printed.toString())
        .containsPattern("figure freshness\\.p50-seconds \\d+\\.\\d\\d s\n")
        .containsPattern("figure freshness\\.p99-seconds \\d+\\.\\d\\d s\n")
        .containsPattern("figure freshness\\.p99-through-kill-seconds \\d+\\.\\d\\d s\n");
  }
}
