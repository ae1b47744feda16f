package io.tidemark.reconciliation.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.reconciliation.plan.HashedRows;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** By how many tasks rows are added up. */
@Tag("any-zone")
class GroupSumsTest {
  @Test
  void largeSidesAreReadByManyTasksAlsoBeforeExecutorsAreThere() {
    long rows = 1_000_000_000;
    int bits = HashedRows.bits(rows);
    int tasks = new GroupSums(bits, rows).tasks(2);

    assertThat(tasks).isEqualTo(119);
    assertThat((double) tasks * (1 << bits) * Long.BYTES / rows)
        .as("bytes that are sent for each row")
        .isBetween(7.0, 8.0);
  }

  @Test
  void smallSidesAreReadByAsManyTasksAsRunAtOnce() {
    for (long rows : new long[] {0, 1, 1000, 10_000_000}) {
      assertThat(new GroupSums(HashedRows.bits(rows), rows).tasks(2)).isEqualTo(2);
    }
    assertThat(new GroupSums(10, Long.MAX_VALUE).tasks(2))
        .as("unknown")
        .isEqualTo(Integer.MAX_VALUE);
  }
}
