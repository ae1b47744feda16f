package io.tidemark.reconciliation.ends.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-zone")
class MirrorFindingsTest {
  private static final String COUNTS = "3,000 rows in shop:public.orders, 2,999 in dwd.order_v";
  private static final String IN_VAIN = "within 120 s the capture had not confirmed it";
  private static final Map<Long, Long> ONE = Map.of(1L, 10L);
  private static final Map<Long, Long> NONE = Map.of();

  private final Settling settling = new Settling(Map.of(1L, "id=1"), 0);

  @Test
  void whatIsNotComparedIsNamed() {
    assertThat(findings("note", "span").equal())
        .isEqualTo(COUNTS + ", all equal; not compared: note, span");
  }

  @Test
  void whatSettledIsEqual() {
    settling.judge(ONE, ONE, ONE);

    assertThat(findings().lookedUpAgain(settling, 0, true, IN_VAIN))
        .isEqualTo(COUNTS + ", all equal once they had settled");
  }

  @Test
  void whatIsOpenIsInFlightOnceTheMirrorHasPassedItAndElseNotJudged() {
    assertThat(findings().lookedUpAgain(settling, 0, true, IN_VAIN))
        .isEqualTo(COUNTS + "; 1 in flight");
    assertThat(findings().lookedUpAgain(settling, 0, false, IN_VAIN))
        .isEqualTo(COUNTS + "; 1 not judged: " + IN_VAIN);
  }

  @Test
  void whatDiffersIsToldWithTheKeysThatWereTooMany() {
    settling.judge(ONE, NONE, ONE);
    settling.judge(ONE, NONE, ONE);

    assertThat(findings().lookedUpAgain(settling, 2_000, true, IN_VAIN))
        .isEqualTo(
            COUNTS
                + "; 1 only in the source: id=1 (only in the source); 2,000 more keys not judged:"
                + " too many differ to look all of them up again");
  }

  private static MirrorFindings findings(String... notCompared) {
    return new MirrorFindings(
        "shop:public.orders", "dwd.order_v", 3000, 2999, List.of(notCompared));
  }
}
