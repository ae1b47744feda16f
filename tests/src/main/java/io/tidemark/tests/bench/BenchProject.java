package io.tidemark.tests.bench;

import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;

/** A small project of a benchmark's own, whose lakehouse is a folder and whose topics are none. */
final class BenchProject {
  private static final String ENVIRONMENT =
      """
      time-zone: %s
      catalog: { type: embedded, warehouse: "%s" }
      checkpoints: "%s"
      kafka: { bootstrap-servers: "localhost:1" }
      stream: { max-rows-per-micro-batch: 1000000 }
      spark:
        spark.master: local[*]
        spark.ui.enabled: false
        spark.sql.shuffle.partitions: %d
      """;

  private final Path conf;

  BenchProject(Path home, ZoneId zone, int shufflePartitions) {
    conf = home.resolve("conf");
    with(
        "env/local.yml",
        ENVIRONMENT.formatted(
            zone.getId(),
            home.resolve("warehouse"),
            home.resolve("checkpoints"),
            shufflePartitions));
  }

  /** Adds a file below {@code conf}. */
  BenchProject with(String file, String text) {
    Path path = conf.resolve(file);
    try {
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  LocalLakehouse open() {
    return LocalLakehouse.open(conf, "local");
  }
}
