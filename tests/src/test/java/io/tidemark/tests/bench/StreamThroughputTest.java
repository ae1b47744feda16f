package io.tidemark.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tests.bench.Benchmark.Plan;
import io.tidemark.tests.lakehouse.AnyZone;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark works and finds the answers equal; how fast, no test can say. */
@AnyZone
class StreamThroughputTest {
  @TempDir private Path folder;

  @Test
  void findsEqualAnswersPrintsItsFiguresAndLeavesTheFolderAsItWas() throws IOException {
    Path mine = Files.writeString(folder.resolve("mine.txt"), "mine");
    StringWriter printed = new StringWriter();

    boolean equal =
        new StreamThroughput().run(new Plan(5_000, 1, 7, folder), new PrintWriter(printed));

    assertThat(folder).isDirectoryContaining(mine::equals);
    assertThat(folder.toFile().list()).hasSize(1);
    assertThat(equal).as(printed.toString()).isTrue();
    assertThat(printed.toString())
        .containsPattern("figure stream\\.vs-handwritten \\d+\\.\\d\\d ratio\n")
        .containsPattern("figure stream\\.vs-ingest-only \\d+\\.\\d\\d ratio\n")
        .containsPattern("figure stream\\.growth-10x \\d+\\.\\d\\d ratio\n");
  }
}
