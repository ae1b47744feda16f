package io.tidemark.reconciliation.ends.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlaceTallyTest {
  private static final long NEXT = PlaceTally.BUCKET;

  private final List<String> holes = new ArrayList<>();

  private PlaceTally tally(Map<Integer, Long> first, List<Map<Integer, Long>> positions) {
    return new PlaceTally(
        first, positions, (partition, range) -> holes.add(partition + ":" + range));
  }

  @Test
  void rowsAndLettersFillATopicAcrossBuckets() {
    PlaceTally tally = tally(Map.of(0, 0L), List.of(Map.of(0, NEXT + 3)));
    tally.add(0, 0, 0, 0, bits(0, (int) NEXT), NEXT);
    tally.add(0, 1, 0, 0, bits(0, 2), 2);
    tally.add(0, 1, 0, PlaceTally.LETTER, bits(2, 3), 1);
    tally.finish();

    assertThat(holes).isEmpty();
    assertThat(tally.withRows()).isEqualTo(NEXT + 2);
    assertThat(tally.letters()).isEqualTo(1);
    assertThat(tally.copies()).isZero();
  }

  @Test
  void holesAreFoundAtBothEndsInsideAndWhereWholeBucketsAreMissing() {
    PlaceTally tally = tally(Map.of(0, 1L, 1, 5L), List.of(Map.of(0, 3 * NEXT + 2, 1, 7L)));
    tally.add(0, 0, 0, 0, bits(2, 4), 2);
    tally.add(0, 0, 0, PlaceTally.LETTER, bits(6, (int) NEXT), NEXT - 6);
    tally.add(0, 3, 0, 0, bits(0, 1), 1);
    tally.finish();

    assertThat(holes).containsExactly("0:1", "0:4-5", "0:32768-98303", "0:98305", "1:5-6");
  }

  @Test
  void withoutAKnownBeginningAPartitionBeginsAtItsFirstRow() {
    PlaceTally tally = tally(Map.of(), List.of(Map.of(0, NEXT + 9, 1, 4L)));
    tally.add(0, 1, 0, 0, bits(7, 8), 1);
    tally.finish();

    assertThat(holes).containsExactly("0:32776");
  }

  @Test
  void copiesRowsInPartAndRowsNotReadAreTold() {
    PlaceTally tally = tally(Map.of(0, 0L), List.of(Map.of(0, 4L)));
    BitSet firsts = new BitSet();
    firsts.set(0, 2);
    firsts.set(5);
    tally.add(0, 0, 0, 0, firsts.toByteArray(), 4);
    tally.add(0, 0, 0, 1, bits(1, 4), 3);
    tally.add(0, 0, 0, PlaceTally.LETTER, bits(1, 2), 1);
    tally.finish();

    assertThat(tally.copies()).isEqualTo(1);
    assertThat(tally.bucketsWithCopies()).isEqualTo(Map.of(0, List.of(0L)));
    assertThat(tally.partly().of("t")).isEqualTo("t-0 [2-3]");
    assertThat(tally.notRead().of("t")).isEqualTo("t-0 [5]");
    assertThat(tally.repaired()).as("a letter that became a row").isEqualTo(1);
    assertThat(tally.letters()).isZero();
    assertThat(tally.withRows()).isEqualTo(4);
    assertThat(holes).isEmpty();
  }

  /** One of them is ahead: only what both have read is held against the topic. */
  @Test
  void jobsOfASplitAreTakenTogether() {
    PlaceTally tally = tally(Map.of(0, 0L), List.of(Map.of(0, 6L), Map.of(0, 4L)));
    tally.add(0, 0, 0, 0, bits(0, 2), 2);
    BitSet ahead = new BitSet();
    ahead.set(4, 6);
    ahead.set(0, 2);
    tally.add(0, 0, 0, 0, ahead.toByteArray(), 4);
    tally.add(0, 0, 1, 0, bits(1, 3), 2);
    tally.finish();

    assertThat(holes).containsExactly("0:3");
    assertThat(tally.inTwoTables().of("t")).isEqualTo("t-0 [1]");
    assertThat(tally.withRows()).isEqualTo(3);
    assertThat(tally.notRead().offsets()).isZero();
  }

  private static byte[] bits(int from, int to) {
    BitSet bits = new BitSet();
    bits.set(from, to);
    byte[] fixed = new byte[PlaceTally.BUCKET / 8];
    byte[] set = bits.toByteArray();
    System.arraycopy(set, 0, fixed, 0, set.length);
    return fixed;
  }
}
