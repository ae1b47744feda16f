package io.tidemark.jobs.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SkippedRangesTest {
  @Test
  void whatWasNeverSkippedWasRead() {
    assertThat(new SkippedRanges().readBetween(10, 30)).isEqualTo(20);
    assertThat(new SkippedRanges().readBetween(30, 10)).isZero();
  }

  @Test
  void whatWasSkippedWasNotRead() {
    SkippedRanges skipped = new SkippedRanges().moved(100, 150).moved(200, 220);
    assertThat(skipped.readBetween(100, 150)).isZero();
    assertThat(skipped.readBetween(90, 150)).isEqualTo(10);
    assertThat(skipped.readBetween(120, 220)).isEqualTo(50);
  }

  @Test
  void whatIsGoneBackToIsReadThen() {
    SkippedRanges skipped = new SkippedRanges().moved(100, 150).moved(150, 120);
    assertThat(skipped.readBetween(110, 150)).isEqualTo(30);
    assertThat(skipped.readBetween(100, 120)).isZero();
  }

  @Test
  void goingBackIntoTheMiddleLeavesBothSides() {
    SkippedRanges skipped = new SkippedRanges().moved(0, 100).moved(60, 40);
    assertThat(skipped.readBetween(0, 100)).isEqualTo(20);
  }

  /** Two processes may complete the log of moves at the same moment. */
  @Test
  void aMoveThatIsRecordedTwiceSkipsOnce() {
    SkippedRanges skipped = new SkippedRanges().moved(100, 150).moved(100, 150);
    assertThat(skipped.readBetween(0, 150)).isEqualTo(100);
    skipped.moved(150, 120).moved(150, 120);
    assertThat(skipped.readBetween(100, 150)).isEqualTo(30);
  }
}
