package io.tidemark.tags.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tags.history.Piece.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-zone")
class PiecePlanTest {
  private static final int WINDOW = 730;
  private static final PiecePlan PLAN = new PiecePlan(32, 8, 128, WINDOW);

  @Test
  void piecesAdjoinAndHoldTheWindow() {
    for (int bucket = 0; bucket < 32; bucket++) {
      for (int day = -200; day < 200; day++) {
        List<Piece> pieces = PLAN.pieces(bucket, day);
        assertThat(pieces.get(0).firstDay()).isLessThanOrEqualTo(day - WINDOW + 1);
        assertThat(pieces.get(0).lastDay()).isGreaterThanOrEqualTo(day - WINDOW + 1);
        assertThat(pieces.get(pieces.size() - 1).lastDay()).isEqualTo(day);
        for (int i = 1; i < pieces.size(); i++) {
          assertThat(pieces.get(i).firstDay()).isEqualTo(pieces.get(i - 1).lastDay() + 1);
        }
        assertThat(pieces).filteredOn(each -> each.level() == Level.DAY).hasSizeLessThan(8);
        assertThat(pieces).filteredOn(each -> each.level() == Level.WEEK).hasSizeLessThan(16);
      }
    }
  }

  /** What a day takes away and adds makes the pieces of the day before those of the day. */
  @Test
  void whatIsWrittenAndDroppedMakesTheNextDay() {
    for (int bucket = 0; bucket < 32; bucket++) {
      List<Piece> now = new ArrayList<>(PLAN.pieces(bucket, 20_000));
      for (int day = 20_001; day < 20_300; day++) {
        List<Piece> written = PLAN.written(bucket, day);
        for (Piece dropped : PLAN.dropped(bucket, day)) {
          boolean tooOld = dropped.lastDay() < day - WINDOW + 1;
          assertThat(tooOld || written.stream().anyMatch(each -> each.covers(dropped))).isTrue();
          now.remove(dropped);
        }
        now.addAll(written);
        assertThat(now).containsExactlyInAnyOrderElementsOf(PLAN.pieces(bucket, day));
      }
    }
  }

  /** Counted in user-days, which are as many on each day here: no day writes 1 % of the history. */
  @Test
  void noDayWritesMuch() {
    double most = 0;
    double all = 0;
    for (int day = 20_001; day <= 20_256; day++) {
      int now = day;
      double share =
          IntStream.range(0, 32)
                  .flatMap(bucket -> PLAN.written(bucket, now).stream().mapToInt(Piece::days))
                  .sum()
              / (32.0 * WINDOW);
      most = Math.max(most, share);
      all += share;
    }
    assertThat(most).isLessThan(0.0085);
    assertThat(all / 256).isLessThan(0.0042);
  }

  @Test
  void aWindowShorterThanAnEpochLosesWeeksAndDays() {
    PiecePlan plan = new PiecePlan(1, 4, 64, 6);
    assertThat(plan.pieces(0, 20))
        .containsExactly(
            new Piece(Level.WEEK, 12, 15),
            new Piece(Level.WEEK, 16, 19),
            new Piece(Level.DAY, 20, 20));
    assertThat(plan.dropped(0, 21)).containsExactly(new Piece(Level.WEEK, 12, 15));
  }

  @Test
  void aSingleBucketIsClosedAtOnce() {
    PiecePlan plan = new PiecePlan(1, 8, 8, 16);
    assertThat(plan.pieces(0, 15))
        .containsExactly(new Piece(Level.EPOCH, 0, 7), new Piece(Level.EPOCH, 8, 15));
    assertThat(plan.written(0, 16)).containsExactly(new Piece(Level.DAY, 16, 16));
    assertThat(plan.dropped(0, 23))
        .hasSize(8)
        .contains(new Piece(Level.EPOCH, 0, 7), new Piece(Level.DAY, 22, 22));
  }
}
