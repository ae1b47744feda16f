package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedColumnsTest {
  @Test
  void jobsShareThePlacesOfAType() {
    SharedColumns shared =
        SharedColumns.of(
            List.of(
                List.of("string", "bigint", "string"),
                List.of("bigint", "bigint"),
                List.of(),
                List.of("date", "string")));

    assertThat(shared.types()).containsExactly("string", "bigint", "string", "bigint", "date");
    assertThat(shared.places())
        .containsExactly(List.of(0, 1, 2), List.of(1, 3), List.of(), List.of(4, 0));
  }

  @Test
  void manyAlikeJobsNeedNoMorePlacesThanOne() {
    List<String> columns = List.of("string", "timestamp", "decimal(5,2)", "string");

    SharedColumns shared = SharedColumns.of(Collections.nCopies(20, columns));

    assertThat(shared.types()).isEqualTo(columns);
    assertThat(shared.places()).containsOnly(List.of(0, 1, 2, 3)).hasSize(20);
  }
}
