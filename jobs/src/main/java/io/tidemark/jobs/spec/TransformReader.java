package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Makes a transform of its file and the SQL beside it. */
final class TransformReader {
  /** What stream and batch of a transform are compared by. */
  private static final List<String> METRICS = List.of("rows", "content");

  private TransformReader() {}

  /** The job, or {@code null} after a problem. */
  static TransformSpec read(Section job, Path directory) {
    String sql = sql(job, directory);
    List<LookupSpec> lookups = LookupReader.read(job);
    List<String> key = dedupeKey(job);
    ReconcilePolicy reconcile = ReconcileReader.read(job, METRICS, false);
    return lookups == null
        ? null
        : job.build(
            () ->
                new TransformSpec(
                    job.get(JobKeys.JOB),
                    job.get(JobKeys.DESCRIPTION),
                    job.get(JobKeys.OWNER),
                    job.get(JobKeys.INPUT),
                    sql,
                    lookups,
                    key,
                    job.get(JobKeys.OUTPUT),
                    reconcile));
  }

  private static String sql(Section job, Path directory) {
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
