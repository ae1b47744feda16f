package io.tidemark.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tags.spec.HistoryLayout;
import io.tidemark.tests.bench.Benchmark.Plan;
import io.tidemark.tests.bench.TagSides.Shape;
import io.tidemark.tests.lakehouse.AnyZone;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark works and finds the answers equal; how fast, no test can say. */
@AnyZone
class TagsBenchTest {
  @TempDir private Path folder;

  @Test
  void findsEqualAnswersAndPrintsItsFigures() {
    StringWriter printed = new StringWriter();
    Shape shape = new Shape(15, 1, new HistoryLayout(2, 4, 8, 256));

    boolean equal =
        new TagsBench(shape).run(new Plan(1_000, 1, 7, folder), new PrintWriter(printed));

    assertThat(equal).as(printed.toString()).isTrue();
    assertThat(folder.toFile().list()).isEmpty();
    for (String question : new String[] {"five", "one", "pair", "users"}) {
      assertThat(printed.toString())
          .containsPattern("figure tags\\." + question + "\\.vs-spark \\d+\\.\\d\\d ratio\n")
          .containsPattern("figure tags\\." + question + "\\.vs-duckdb \\d+\\.\\d\\d ratio\n");
    }
    assertThat(printed.toString())
        .containsPattern("figure tags\\.bytes-per-user-day \\d+\\.\\d\\d bytes\n")
        .containsPattern("figure tags\\.upkeep-bytes-share \\d+\\.\\d\\d %\n")
        .containsPattern("figure tags\\.upkeep-vs-rewrite \\d+\\.\\d\\d ratio\n")
        .containsPattern("figure tags\\.growth-2x \\d+\\.\\d\\d ratio\n");
  }
}
