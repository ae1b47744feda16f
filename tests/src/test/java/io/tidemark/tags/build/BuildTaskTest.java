package io.tidemark.tags.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.tags.history.Piece;
import io.tidemark.tags.history.Piece.Level;
import io.tidemark.tags.plan.BucketPlan;
import io.tidemark.tests.lakehouse.AnyZone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of files when a task fails, runs again, or has rows that it should not have. */
@AnyZone
class BuildTaskTest {
  private static final BucketPlan A_DAY =
      new BucketPlan(Set.of(0), List.of(new Piece(Level.DAY, 0, 0)), List.of(), Set.of(), Set.of());
  private static final CountDownLatch FIRST_TAKEN = new CountDownLatch(1);

  @TempDir private Path folder;
  private NumberedHistory history;

  @BeforeEach
  void open() {
    history = new NumberedHistory(folder);
  }

  @Test
  void aTaskWhoseInputEndsInAnErrorLeavesNoFile() {
    List<Path> written = new ArrayList<>();
    Iterator<InternalRow> rows =
        new Iterator<>() {
          private final Iterator<InternalRow> some = rows(0, 7, 1, 9);

          @Override
          public boolean hasNext() {
            if (!some.hasNext()) {
              written.addAll(files());
              throw new IllegalStateException("cut off");
            }
            return true;
          }

          @Override
          public InternalRow next() {
            return some.next();
          }
        };

    assertThatThrownBy(() -> run(List.of(0, 1), rows)).hasMessage("cut off");

    assertThat(written).as("numbers, blocks and users of the first bucket").hasSize(3);
    assertThat(files()).isEmpty();
  }

  @Test
  void aTaskThatRunsAgainWritesFilesOfItsOwn() {
    run(List.of(0, 1), rows(0, 7, 1, 9));
    BuiltFiles again = run(List.of(0, 1), rows(0, 7, 1, 9));
    append(history.tables.directory(), again.directory);
    append(history.tables.blocks(), again.blocks);
    append(history.tables.users(), again.users);

    assertThat(files()).hasSize(12);
    assertThat(
            texts(
                "SELECT concat_ws(' ', string(bucket), string(number), string(user_id)) FROM dws.numbered_directory_td"))
        .containsExactly("0 0 7", "1 0 9");
    assertThat(
            texts(
                "SELECT concat_ws(' ', string(bucket), string(users)) FROM dws.numbered_block_td"))
        .containsExactly("0 1", "1 1");
    assertThat(
            texts(
                "SELECT concat_ws(' ', string(user_id), string(size(days))) FROM dws.numbered_history_td"))
        .containsExactly("7 1", "9 1");
  }

  @Test
  void rowsThatNothingIsMadeOfAreNotLost() {
    assertThatThrownBy(() -> run(List.of(0), rows(0, 7, 1, 9)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("dws.user_1d has rows of bucket 1 on 1970-01-01");

    assertThat(files()).isEmpty();
  }

  /** Its files are known, and can be deleted. */
  @Test
  void whatATaskReturnsIsHeardAlsoWhenAnotherFails() {
    JavaRDD<String> tasks =
        JavaSparkContext.fromSparkContext(history.lake.spark().sparkContext())
            .parallelize(List.of("first", "second"), 2)
            .map(BuildTaskTest::failBehindTheFirst);
    List<String> taken = Collections.synchronizedList(new ArrayList<>());

    assertThatThrownBy(
            () ->
                TaskResults.each(
                    tasks,
                    String.class,
                    result -> {
                      taken.add(result);
                      FIRST_TAKEN.countDown();
                    }))
        .hasStackTraceContaining("cut off");

    assertThat(taken).containsExactly("first");
  }

  private static String failBehindTheFirst(String task) throws InterruptedException {
    if (task.equals("second") && FIRST_TAKEN.await(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException("cut off");
    }
    return task;
  }

  private BuiltFiles run(List<Integer> buckets, Iterator<InternalRow> rows) {
    Directory directory = new Directory(history.tables.directory(), Optional.empty());
    return history.run(buckets, A_DAY, directory, rows);
  }

  private static Iterator<InternalRow> rows(
      int bucket, long user, int otherBucket, long otherUser) {
    return List.of(NumberedHistory.row(bucket, user), NumberedHistory.row(otherBucket, otherUser))
        .iterator();
  }

  private static void append(Table table, List<DataFile> files) {
    AppendFiles append = table.newAppend();
    files.forEach(append::appendFile);
    append.commit();
  }

  private List<String> texts(String sql) {
    return NumberedHistory.texts(history.lake.spark().sql(sql));
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> file.toString().endsWith(".parquet")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
