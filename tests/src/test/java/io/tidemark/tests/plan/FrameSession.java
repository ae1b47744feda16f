package io.tidemark.tests.plan;

import io.tidemark.catalog.CatalogSettings;
import io.tidemark.catalog.Environment;
import io.tidemark.catalog.KafkaSettings;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.StreamSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** A session as the jobs have it, for SQL over frames: no table is written, no broker asked. */
final class FrameSession {
  private FrameSession() {}

  static SparkSession open(Path folder) {
    return open(folder, ZoneId.systemDefault());
  }

  /** The same for business days of a zone that need not be this machine's. */
  static SparkSession open(Path folder, ZoneId zone) {
    return Lakehouse.open(
            new Environment(
                "test",
                zone,
                CatalogSettings.embedded("tidemark", folder.resolve("warehouse").toString()),
                folder.resolve("checkpoints"),
                new KafkaSettings("none:1", false, null, Map.of()),
                new StreamSettings(Duration.ofSeconds(1), 1000, 1000),
                Map.of(
                    "spark.master", "local[2]",
                    "spark.ui.enabled", "false",
                    "spark.sql.shuffle.partitions", "1")))
        .spark();
  }
}
