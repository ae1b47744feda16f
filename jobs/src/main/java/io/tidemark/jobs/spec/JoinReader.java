package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Section;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Makes a join of its file and the SQL of both sides beside it. */
final class JoinReader {
  /** Rows further apart could hardly be joined before the day of the left one is sealed. */
  private static final Duration FURTHEST = Duration.ofDays(1);

  /** What stream and batch of a join are compared by. */
  private static final List<String> METRICS = List.of("rows", "content");

  private JoinReader() {}

  /** The job, or {@code null} after a problem. */
  static JoinSpec read(Section job, Path directory) {
    ReconcilePolicy reconcile = ReconcileReader.read(job, METRICS, false);
    Section join = job.get(JoinKeys.JOIN);
    if (join == null) {
      return null;
    }
    JoinSide left = side(join, JoinKeys.LEFT, directory);
    JoinSide right = side(join, JoinKeys.RIGHT, directory);
    on(join);
    near(join, JoinKeys.WITHIN);
    near(join, JoinKeys.BEFORE);
    if (left != null && right != null && left.table().equals(right.table())) {
      join.refuse(
          JoinKeys.RIGHT,
          "table",
          right.table().toString(),
          "is the left side, too; a table is not joined with itself: join it with another one");
    }
    return left == null || right == null || !join.sound()
        ? null
        : job.build(
            () ->
                new JoinSpec(
                    job.get(JobKeys.JOB),
                    job.get(JobKeys.DESCRIPTION),
                    job.get(JobKeys.OWNER),
                    left,
                    right,
                    join.get(JoinKeys.ON),
                    join.get(JoinKeys.WITHIN),
                    join.get(JoinKeys.BEFORE),
                    join.get(JoinKeys.TYPE),
                    join.get(JoinKeys.PARTNERS),
                    job.get(JobKeys.OUTPUT),
                    reconcile));
  }

  private static JoinSide side(Section join, Key<Section> key, Path directory) {
    Section side = join.get(key);
    if (side == null) {
      return null;
    }
    String sql = TransformReader.sql(side, directory);
    TableName table = side.get(InputKeys.TABLE);
    List<String> columns = side.get(JoinKeys.KEY);
    if (columns != null) {
      ColumnNames.firstRepeated(columns)
          .ifPresent(
              name -> join.refuse(key, "key", name, "is named twice in 'key'; name it once"));
    }
    return side.sound() && sql != null && table != null && columns != null
        ? new JoinSide(table, sql, columns)
        : null;
  }

  private static void on(Section join) {
    List<String> on = join.get(JoinKeys.ON);
    if (on == null) {
      return;
    }
    if (on.isEmpty()) {
      join.refuse(JoinKeys.ON, "is empty; name the columns by which rows are partners");
    }
    ColumnNames.firstRepeated(on)
        .ifPresent(name -> join.refuse(JoinKeys.ON, "", name, "is named twice; name it once"));
    on.stream()
        .filter(SystemColumns::contains)
        .forEach(
            name ->
                join.refuse(
                    JoinKeys.ON,
                    "",
                    name,
                    "is a column of Tidemark, which says when and where a row came; name columns of"
                        + " yours"));
  }

  private static void near(Section join, Key<Duration> key) {
    Duration near = join.get(key);
    if (near != null && near.compareTo(FURTHEST) > 0) {
      join.refuse(
          key,
          "is more than 1 day; a partner that comes when the day of the left row is sealed is not"
              + " joined, so declare at most 1 day, and make longer histories with a mirror or a"
              + " dimension");
    }
  }
}
