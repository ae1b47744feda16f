package io.tidemark.reconciliation.diff;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;

/** Where the rows that differ go: a table or a file that is not there yet. */
sealed interface DiffTarget {
  /** What keeps it from being written; nothing when nothing does. */
  Optional<String> problem(Lakehouse lake);

  /** Writes the rows. */
  void write(Lakehouse lake, Dataset<Row> changes);

  /** A new table of the lakehouse. */
  record IntoTable(TableName table) implements DiffTarget {
    @Override
    public Optional<String> problem(Lakehouse lake) {
      return lake.exists(table)
          ? Optional.of(
              "--into: there is a table %s already; name another, or drop it first"
                  .formatted(table))
          : Optional.empty();
    }

    @Override
    public void write(Lakehouse lake, Dataset<Row> changes) {
      String identifier = lake.identifier(table);
      lake.spark()
          .sql(
              "CREATE NAMESPACE IF NOT EXISTS "
                  + identifier.substring(0, identifier.lastIndexOf('.')));
      try {
        changes.writeTo(identifier).using("iceberg").create();
      } catch (TableAlreadyExistsException e) {
        throw new IllegalStateException(table + " was created meanwhile; name another", e);
      }
    }
  }

  /** A new local file, CSV or Parquet by its ending. */
  record IntoFile(Path file) implements DiffTarget {
    @Override
    public Optional<String> problem(Lakehouse lake) {
      if (RelationName.format(file.toString()).isEmpty() || file.toString().endsWith(".gz")) {
        return Optional.of("--out: '%s' has to end in .csv or .parquet".formatted(file));
      }
      return Files.exists(file)
          ? Optional.of(
              "--out: there is a file %s already; name another, or remove it".formatted(file))
          : Optional.empty();
    }

    /** Spark writes folders; the one file in it is taken out when it is whole. */
    @Override
    public void write(Lakehouse lake, Dataset<Row> changes) {
      String format = RelationName.format(file.toString());
      Path folder = file.toAbsolutePath().resolveSibling("." + file.getFileName() + ".writing");
      Dataset<Row> rows =
          format.equals("csv")
              ? changes.selectExpr(
                  Stream.of(changes.columns())
                      .map(
                          name ->
                              name.equals("changed_columns")
                                  ? "array_join(changed_columns, ' ') AS changed_columns"
                                  : "`" + name.replace("`", "``") + "`")
                      .toArray(String[]::new))
              : changes;
      rows.coalesce(1)
          .write()
          .option("header", "true")
          .mode("overwrite")
          .format(format)
          .save(folder.toUri().toString());
      try {
        Files.move(part(folder, format), file, StandardCopyOption.ATOMIC_MOVE);
        try (Stream<Path> left = Files.walk(folder)) {
          for (Path each : left.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(each);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(file + " cannot be written", e);
      }
    }

    private static Path part(Path folder, String format) throws IOException {
      try (Stream<Path> files = Files.list(folder)) {
        return files
            .filter(each -> each.toString().endsWith("." + format))
            .findFirst()
            .orElseThrow(() -> new IOException("nothing was written to " + folder));
      }
    }
  }
}
