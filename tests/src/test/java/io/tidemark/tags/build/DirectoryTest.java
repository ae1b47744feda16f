package io.tidemark.tags.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.tags.plan.BucketPlan;
import io.tidemark.tags.plan.BuildRecord;
import io.tidemark.tags.table.Builds;
import io.tidemark.tests.lakehouse.AnyZone;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.iceberg.Table;
import org.apache.spark.sql.catalyst.InternalRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's number never changes, whatever becomes of the files and of interrupted builds. */
@AnyZone
class DirectoryTest {
  private static final BucketPlan NO_PIECE =
      new BucketPlan(Set.of(), List.of(), List.of(), Set.of(), Set.of());

  private NumberedHistory history;
  private int attempts;

  @Test
  void numbersStayAndFilesAreFew(@TempDir Path folder) {
    history = new NumberedHistory(folder);

    Made first = extend(Optional.empty(), 1, List.of(7L, 3L), List.of(3L));
    assertThat(first.newUsers()).isEqualTo(3);
    assertThat(numbers(first)).containsExactly("0 0 3", "0 1 7", "1 0 3");
    Made same = extend(Optional.of(first), 2, List.of(3L), List.of());
    assertThat(same).isEqualTo(new Made(first.snapshot(), 0));
    List<Long> many = LongStream.range(100, 140).boxed().toList();
    Made second = extend(Optional.of(first), 2, many, List.of());
    assertThat(second.newUsers()).isEqualTo(40);
    Made third = extend(Optional.of(second), 3, List.of(1L, 3L), List.of(9L));
    assertThat(numbers(third)).contains("0 41 139", "0 42 1", "1 0 3", "1 1 9").hasSize(45);
    assertThat(files()).containsExactly("0 3", "1 2");

    // The two small files become one, with the user who is new.
    Made fourth = extend(Optional.of(third), 4, List.of(2L), List.of(9L));
    assertThat(fourth.newUsers()).isEqualTo(1);
    BuildRecord interrupted = record(4, attempts).of(fourth.snapshot(), List.of());
    assertThat(numbers(fourth)).containsAll(numbers(third)).contains("0 43 2").hasSize(46);
    assertThat(files()).containsExactly("0 2", "1 2");

    // The fourth was interrupted, and the next build has other users.
    Made other = extend(Optional.of(third), 4, List.of(), List.of(4L));
    assertThat(numbers(other)).containsAll(numbers(third)).contains("1 2 4").hasSize(46);
    assertThat(history.lake.spark().table("dws.numbered_directory_td").count()).isEqualTo(46);
    numbersOfAnotherAttemptAreNotTaken(interrupted, other);
    Made anew = extend(Optional.empty(), 5, List.of(), List.of(4L, 5L));
    assertThat(numbers(anew)).containsExactly("1 0 4", "1 1 5");
    assertThat(history.lake.spark().table("dws.numbered_directory_td").count()).isEqualTo(2);
  }

  /** Of the same number, whose snapshot is left when that of the interrupted one has expired. */
  private void numbersOfAnotherAttemptAreNotTaken(BuildRecord interrupted, Made other) {
    Table directory = history.tables.directory();
    directory.expireSnapshots().expireSnapshotId(interrupted.directory()).commit();

    assertThatThrownBy(() -> Builds.directory(directory, interrupted))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has no snapshot any more with the numbers of build 4");
    BuildRecord own = record(4, attempts).of(interrupted.directory(), List.of());
    assertThat(Builds.directory(directory, own)).contains(other.snapshot());
  }

  private record Made(long snapshot, long newUsers) {}

  /** A build of rows that users of both buckets have on a day. */
  private Made extend(Optional<Made> last, long number, List<Long> ofFirst, List<Long> ofSecond) {
    Optional<BuildRecord> before =
        last.map(made -> record(number, 0).of(made.snapshot(), List.of()));
    Directory directory = new Directory(history.tables.directory(), before, 2);
    List<InternalRow> rows = new ArrayList<>();
    ofFirst.forEach(user -> rows.add(NumberedHistory.row(0, user)));
    ofSecond.forEach(user -> rows.add(NumberedHistory.row(1, user)));
    BuiltFiles built = history.run(List.of(0, 1), NO_PIECE, directory, rows.iterator());
    long snapshot =
        directory
            .commit(
                new StagedFiles(history.tables.directory(), Set.copyOf(built.directory)),
                Set.of(0, 1),
                record(number, ++attempts))
            .orElseThrow();
    return new Made(snapshot, built.newUsers);
  }

  private static BuildRecord record(long number, int attempt) {
    return new BuildRecord(
        "numbered",
        number,
        "attempt " + attempt,
        false,
        "2026-01-01",
        0,
        0,
        List.of(2, 2, 4),
        List.of());
  }

  private List<String> numbers(Made made) {
    return NumberedHistory.texts(
        history
            .lake
            .readAsOf(NumberedHistory.SPEC.directoryTable(), made.snapshot())
            .selectExpr("concat_ws(' ', string(bucket), string(number), string(user_id))"));
  }

  private List<String> files() {
    return NumberedHistory.texts(
        history
            .lake
            .spark()
            .sql(
                "SELECT concat_ws(' ', string(partition.bucket), string(count(*))) FROM dws.numbered_directory_td.files GROUP BY partition.bucket"));
  }
}
