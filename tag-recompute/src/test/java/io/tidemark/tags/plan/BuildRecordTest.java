package io.tidemark.tags.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What builds know of those before them. */
class BuildRecordTest {
  private static BuildRecord build(long number) {
    return new BuildRecord(
        "reading",
        number,
        "attempt " + number,
        false,
        "2026-01-10",
        0,
        0,
        List.of(2, 2, 8),
        List.of());
  }

  @Test
  void buildsAreOfTheLineageOfTheFirst() {
    BuildRecord second = build(2).behind(build(1), false);
    assertThat(second.lineage()).isEqualTo("attempt 1");
    assertThat(second.anew()).isZero();
    BuildRecord third = build(3).behind(second, true);
    assertThat(third.lineage()).isEqualTo("attempt 1");
    BuildRecord fourth = build(4).behind(third, false);
    assertThat(fourth.anew()).isEqualTo(3);
    assertThat(fourth.of(7, List.of()).withBlocks(8))
        .returns("attempt 1", BuildRecord::lineage)
        .returns(3L, BuildRecord::anew);
    assertThat(BuildRecord.parse(fourth.toJson())).isEqualTo(fourth);
  }

  @Test
  void anOldBuildIsOfNoLineage() {
    String old = build(5).toJson().replace(",\"lineage\":\"attempt 5\"", "");
    assertThat(build(6).behind(BuildRecord.parse(old), false).lineage()).isEmpty();
  }
}
