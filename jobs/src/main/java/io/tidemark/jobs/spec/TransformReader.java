package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes a transform, of one input or several, of its file and the SQL beside it. */
final class TransformReader {
  /** What stream and batch of a transform are compared by. */
  private static final List<String> METRICS = List.of("rows", "content");

  private TransformReader() {}

  /** The job, or {@code null} after a problem. */
  static TransformSpec read(Section job, Path directory) {
    List<TransformInput> inputs = inputs(job, directory);
    List<LookupSpec> lookups = LookupReader.read(job);
    FlattenSpec flatten = flatten(job);
    List<String> key = dedupeKey(job);
    List<String> latestBy = latestBy(job);
    ReconcilePolicy reconcile = ReconcileReader.read(job, METRICS, false);
    return lookups == null || inputs == null
        ? null
        : job.build(
            () ->
                new TransformSpec(
                    job.get(JobKeys.JOB),
                    job.get(JobKeys.DESCRIPTION),
                    job.get(JobKeys.OWNER),
                    inputs,
                    lookups,
                    flatten,
                    key,
                    latestBy,
                    job.get(JobKeys.OUTPUT),
                    reconcile));
  }

  /** What is read; {@code null} after a problem. */
  private static List<TransformInput> inputs(Section job, Path directory) {
    List<Section> several = job.get(JobKeys.INPUTS);
    if (!job.has(JobKeys.INPUTS)) {
      String sql = sql(job, directory);
      TableName table = job.get(JobKeys.INPUT);
      return sql == null || table == null ? null : List.of(new TransformInput(table, sql));
    }
    if (several == null) {
      return null;
    }
    if (several.size() < 2) {
      job.refuse(
          JobKeys.INPUTS,
          "names fewer than two tables; name all of them, or write 'input' and 'sql' for one");
    }
    List<TransformInput> inputs = new ArrayList<>();
    Set<TableName> tables = new HashSet<>();
    boolean sound = true;
    for (Section input : several) {
      String sql = sql(input, directory);
      TableName table = input.get(JobKeys.TABLE_READ);
      if (table != null && !tables.add(table)) {
        input.refuse(
            JobKeys.TABLE_READ, "is read already; name it once, and let one SQL do for both");
      }
      sound &= input.sound() && sql != null;
      if (sound) {
        inputs.add(new TransformInput(table, sql));
      }
    }
    return sound ? inputs : null;
  }

  /** The SQL beside a file, as {@code sql} names it; {@code null} after a problem. */
  static String sql(Section job, Path directory) {
    String file = job.get(JobKeys.SQL);
    if (file == null) {
      return null;
    }
    try {
      String sql = Files.readString(directory.resolve(file)).strip();
      TransformSqlCheck.check(sql).forEach(remedy -> job.refuse(JobKeys.SQL, remedy));
      return sql;
    } catch (NoSuchFileException e) {
      job.refuse(JobKeys.SQL, "does not exist; write the file beside this one");
    } catch (IOException e) {
      job.refuse(JobKeys.SQL, "cannot be read as UTF-8 text: " + e.getMessage());
    }
    return null;
  }

  /** How arrays become rows; {@code null} where they do not, or after a problem. */
  private static FlattenSpec flatten(Section job) {
    Section flatten = job.get(JobKeys.FLATTEN);
    if (flatten == null || !job.has(JobKeys.FLATTEN) || !flatten.sound()) {
      return null;
    }
    String column = flatten.get(JobKeys.FLATTEN_COLUMN);
    String index = flatten.get(JobKeys.FLATTEN_INDEX);
    if (index.equals(column) || SystemColumns.contains(index)) {
      job.refuse(
          JobKeys.FLATTEN, "index", index, "is the name of another column; choose another name");
    }
    return new FlattenSpec(column, index, flatten.get(JobKeys.FLATTEN_EMPTY));
  }

  private static List<String> latestBy(Section job) {
    Section dedupe = job.get(JobKeys.DEDUPE);
    if (dedupe == null || !job.has(JobKeys.DEDUPE) || !dedupe.sound()) {
      return List.of();
    }
    List<String> latestBy = dedupe.get(JobKeys.LATEST_BY);
    for (String column : dedupe.get(JobKeys.DEDUPE_KEY)) {
      if (latestBy.contains(column)) {
        job.refuse(
            JobKeys.DEDUPE,
            "latest-by",
            column,
            "is of the key, and so the same in all rows of one; remove it");
      }
    }
    ColumnNames.firstRepeated(latestBy)
        .ifPresent(
            name -> job.refuse(JobKeys.DEDUPE, "latest-by", name, "is named twice; name it once"));
    return latestBy;
  }

  private static List<String> dedupeKey(Section job) {
    Section dedupe = job.get(JobKeys.DEDUPE);
    if (dedupe == null || !job.has(JobKeys.DEDUPE) || !dedupe.sound()) {
      return List.of();
    }
    List<String> key = dedupe.get(JobKeys.DEDUPE_KEY);
    if (key.isEmpty()) {
      job.refuse(
          JobKeys.DEDUPE,
          "key",
          "",
          "is empty; name the columns, or remove dedupe to keep every row");
    }
    ColumnNames.firstRepeated(key)
        .ifPresent(name -> job.refuse(JobKeys.DEDUPE, "key", name, "is named twice; name it once"));
    return key;
  }
}
