package io.tidemark.reconciliation.ends.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.reconciliation.ends.plan.EndCheck.State;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettlingTest {
  private final Settling settling = new Settling(Map.of(1L, "id=1", 2L, "id=2", 3L, "id=3"), 0);

  @Test
  void whatTheMirrorHasByNowIsNoDifference() {
    settling.judge(Map.of(1L, 10L, 2L, 20L), Map.of(1L, 10L, 2L, 21L), Map.of(1L, 11L, 2L, 21L));

    assertThat(settling.open()).as("3 is on neither side").isEmpty();
    assertThat(settling.different()).isZero();
  }

  @Test
  void whatStaysTheSameInTheSourceShouldBeInTheMirror() {
    Map<Long, Long> source = Map.of(1L, 10L, 2L, 20L);
    Map<Long, Long> mirror = Map.of(2L, 29L, 3L, 30L);
    settling.judge(source, mirror, source);
    assertThat(settling.open()).as("found once").hasSize(3);
    settling.judge(source, mirror, source);

    assertThat(settling.open()).isEmpty();
    assertThat(settling.text())
        .startsWith("1 only in the source, 1 only in the mirror, 1 with other values: ")
        .contains("id=1 (only in the source)", "id=3 (only in the mirror)", "id=2 (other values)");
  }

  @Test
  void whatChangedMeanwhileIsLookedUpOnceMore() {
    settling.judge(Map.of(1L, 10L, 3L, 30L), Map.of(1L, 9L, 2L, 5L), Map.of(1L, 11L, 2L, 7L));

    assertThat(settling.open()).containsExactlyInAnyOrder(1L, 2L);
    assertThat(settling.different()).as("found different").isZero();
  }

  /** Deleted, made, deleted: the mirror shows what was there in between, each time another row. */
  @Test
  void aRowThatComesAndGoesIsOnItsWay() {
    settling.judge(Map.of(), Map.of(1L, 11L), Map.of());
    settling.judge(Map.of(), Map.of(1L, 12L), Map.of());
    assertThat(settling.open()).containsExactly(1L);
    settling.judge(Map.of(1L, 13L), Map.of(1L, 12L), Map.of(1L, 14L));
    settling.judge(Map.of(), Map.of(1L, 12L), Map.of());

    assertThat(settling.different()).isZero();
  }

  @Test
  void keysOnTheirWayAreNoDifferenceOnceTheMirrorHasPassed() {
    assertThat(settling.state(true)).isEqualTo(State.WITHIN);
    assertThat(settling.state(false)).isEqualTo(State.UNAVAILABLE);
  }

  @Test
  void keysThatNobodyLookedUpAgainAreNotCalledEqual() {
    Settling many = new Settling(Map.of(1L, "id=1"), 1);
    many.judge(Map.of(1L, 10L), Map.of(1L, 10L), Map.of(1L, 10L));

    assertThat(many.open()).isEmpty();
    assertThat(many.state(true)).isEqualTo(State.UNAVAILABLE);
  }

  @Test
  void rowsAreMergedByBucketAndKey() {
    RowMerge merge =
        RowMerge.of(
            List.of(print(0, 5, 1), print(0, 9, 1), print(2, 3, 1), print(4, 1, 1)).iterator(),
            List.of(print(0, 9, 1), print(1, 4, 1), print(2, 3, 2)).iterator());

    assertThat(merge.differing()).containsOnlyKeys(5L, 4L, 3L, 1L);
    assertThat(merge.more()).isZero();
  }

  @Test
  void bucketsDifferByRowsOrSums() {
    BucketSums one = new BucketSums(4);
    BucketSums other = new BucketSums(4);
    one.put(0, 2, "7");
    other.put(0, 2, "7");
    one.put(1, 2, "7");
    other.put(1, 2, "8");
    one.put(2, 1, "0");

    assertThat(one.differing(other)).containsExactly(1, 2);
    assertThat(one.count()).isEqualTo(5);
  }

  private static RowPrint print(int bucket, long key, long row) {
    return new RowPrint(bucket, key, row, "id=" + key);
  }
}
