package io.tidemark.catalog;

import java.util.Map;
import java.util.TreeMap;

/** Properties that every table of Tidemark is created with. */
final class TableDefaults {
  private static final Map<String, String> PROPERTIES =
      new TreeMap<>(
          Map.of(
              "format-version", "2",
              "write.format.default", "parquet",
              "write.parquet.compression-codec", "zstd",
              // Streams write at any hour; other writers of the same table only ever make them
              // wait.
              "commit.retry.num-retries", "50",
              "commit.retry.min-wait-ms", "20",
              "commit.retry.max-wait-ms", "2000",
              // A table that commits every few seconds would otherwise keep a metadata file of
              // each.
              "write.metadata.delete-after-commit.enabled", "true",
              "write.metadata.previous-versions-max", "50",
              // Streams leave many small files. At Iceberg's 4 MiB a task reads four of them, and a
              // task that aggregates costs more than the files it reads.
              "read.split.open-file-cost", "131072"));

  private TableDefaults() {}

  /** These, and more. */
  static Map<String, String> with(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(PROPERTIES);
    all.putAll(more);
    return all;
  }
}
