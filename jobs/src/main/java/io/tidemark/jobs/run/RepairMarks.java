package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Marks in the dead-letter table which letters were repaired. What was repaired is what ODS says;
 * marks follow from it and can be made any number of times.
 */
final class RepairMarks {
  private static final String FILE = "_file";
  private static final String AT = "_at";
  private static final String IN = "_in";
  private static final int MAX_ATTEMPTS = 20;
  private static final StructType FILES = new StructType().add(FILE, DataTypes.StringType);

  private final Lakehouse lake;
  private final TableName name;
  private final Table letters;
  private final Table ods;
  private final IngestSpec job;

  RepairMarks(Lakehouse lake, IngestSpec job, Table ods, Table letters) {
    this.lake = lake;
    this.job = job;
    this.ods = ods;
    this.letters = letters;
    this.name = job.deadLetters();
  }

  /** Makes the marks of repairs that ended before they made theirs. */
  void complete() {
    ods.refresh();
    for (Snapshot repair : unmarked()) {
      mark(
          RetriedLetters.places(appendedBy(repair)).distinct(),
          Instant.ofEpochMilli(repair.timestampMillis()),
          Optional.of(repair.snapshotId()));
    }
  }

  /** Repairs, newest first, of which no letter has a mark. */
  List<Snapshot> unmarked() {
    List<Snapshot> repairs = new ArrayList<>();
    if (ods.currentSnapshot() != null) {
      SnapshotUtil.currentAncestors(ods)
          .forEach(
              snapshot -> {
                if (snapshot.summary().containsKey(DeadLetterRepair.PROPERTY)) {
                  repairs.add(snapshot);
                }
              });
    }
    if (!repairs.isEmpty()) {
      Set<Long> marked =
          all()
              .where(col(JobTables.REPAIRED_IN).isNotNull())
              .select(JobTables.REPAIRED_IN)
              .distinct()
              .collectAsList()
              .stream()
              .map(row -> row.getLong(0))
              .collect(Collectors.toCollection(HashSet::new));
      repairs.removeIf(repair -> marked.contains(repair.snapshotId()));
    }
    return repairs;
  }

  private Dataset<Row> appendedBy(Snapshot repair) {
    return lake.known(job.output(), ods.schema().select(RetriedLetters.PLACE))
        .read(new InputRange(repair.parentId(), repair.snapshotId(), 0));
  }

  private Dataset<Row> all() {
    return lake.spark().table(lake.identifier(name));
  }

  /**
   * Marks letters; those that are marked already stay as they are.
   *
   * @param places which
   * @param at when they were repaired
   * @param in the snapshot of ODS that holds their rows; nothing when they hold none
   */
  void mark(Dataset<Row> places, Instant at, Optional<Long> in) {
    for (int attempt = 1; ; attempt++) {
      letters.refresh();
      Snapshot head = letters.currentSnapshot();
      if (head == null) {
        return;
      }
      List<Row> found = filesOf(places);
      if (found.isEmpty()) {
        return;
      }
      Map<String, DataFile> files = files(head);
      files.keySet().retainAll(found.stream().map(row -> row.getString(0)).toList());
      // Whoever came first, those that are still without a mark are found in the next turn.
      if (files.size() == found.size()) {
        replace(head, files, marked(found, places, at, in), attempt == MAX_ATTEMPTS);
      } else if (attempt == MAX_ATTEMPTS) {
        throw new IllegalStateException(
            "table %s did not rest: repaired letters in it were not marked; the next retry does"
                .formatted(name));
      }
    }
  }

  private void replace(
      Snapshot head, Map<String, DataFile> files, Dataset<Row> rows, boolean lastAttempt) {
    StagedFiles marked = StagedFiles.write(letters, rows, Layout.BY_PARTITION);
    try {
      if (!Commits.overwrite(letters, Map.of(), () -> replacement(head, files, marked))) {
        marked.discard();
      }
    } catch (ValidationException e) {
      marked.discard();
      if (lastAttempt) {
        throw e;
      }
    }
  }

  /** The files that hold letters to be marked. */
  private List<Row> filesOf(Dataset<Row> places) {
    return all()
        .where(col(JobTables.REPAIRED_AT).isNull())
        .select(withFile(RetriedLetters.PLACE))
        .join(places, RetriedLetters.joined(), "left_semi")
        .select(FILE)
        .distinct()
        .collectAsList();
  }

  private Map<String, DataFile> files(Snapshot snapshot) {
    try (CloseableIterable<FileScanTask> tasks =
        letters.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
      Map<String, DataFile> files = new HashMap<>();
      tasks.forEach(task -> files.putIfAbsent(task.file().location(), task.file()));
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Dataset<Row> marked(List<Row> found, Dataset<Row> places, Instant at, Optional<Long> in) {
    Dataset<Row> rows = all();
    Dataset<Row> marks =
        places
            .withColumn(AT, lit(at))
            .withColumn(IN, lit(in.orElse(null)).cast(DataTypes.LongType));
    Column[] columns =
        Arrays.stream(rows.columns())
            .map(
                column ->
                    switch (column) {
                      case JobTables.REPAIRED_AT -> unlessMarked(column, AT);
                      case JobTables.REPAIRED_IN -> unlessMarked(column, IN);
                      default -> col("`" + column + "`");
                    })
            .toArray(Column[]::new);
    Dataset<Row> files = lake.spark().createDataFrame(found, FILES);
    // The days are what Iceberg can skip files by; a name of a file is none of its columns.
    Set<LocalDate> days =
        rows
            .select(withFile(List.of(SystemColumns.DT)))
            .join(files, new String[] {FILE}, "left_semi")
            .select(SystemColumns.DT)
            .distinct()
            .collectAsList()
            .stream()
            .map(row -> row.<LocalDate>getAs(0))
            .collect(Collectors.toSet());
    return rows.where(days.contains(null) ? lit(true) : col(SystemColumns.DT).isInCollection(days))
        .select(withFile(List.of(rows.columns())))
        .join(files, new String[] {FILE}, "left_semi")
        .join(marks, RetriedLetters.joined(), "left")
        .select(columns);
  }

  private static Column unlessMarked(String column, String mark) {
    return when(col(JobTables.REPAIRED_AT).isNull(), col(mark)).otherwise(col(column)).as(column);
  }

  private Optional<OverwriteFiles> replacement(
      Snapshot head, Map<String, DataFile> files, StagedFiles marked) {
    // Only one of two who mark finds the files; and one who asks again after its own commit does
    // not.
    if (!files(letters.currentSnapshot()).keySet().containsAll(files.keySet())) {
      return Optional.empty();
    }
    OverwriteFiles overwrite =
        letters
            .newOverwrite()
            .validateFromSnapshot(head.snapshotId())
            .validateNoConflictingDeletes();
    files.values().forEach(overwrite::deleteFile);
    marked.files().forEach(overwrite::addFile);
    return Optional.of(overwrite);
  }

  private static Column[] withFile(List<String> columns) {
    List<Column> all = new ArrayList<>();
    columns.forEach(column -> all.add(col("`" + column + "`")));
    all.add(col(FILE));
    return all.toArray(Column[]::new);
  }
}
