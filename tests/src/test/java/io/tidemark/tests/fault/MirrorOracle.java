package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;

/** What a mirror must show: what the database holds whose changes it follows. */
final class MirrorOracle {
  private MirrorOracle() {}

  /** Compares the rows that a reader of a mirror sees with those of the database, one by one. */
  static void assertShows(LocalLakehouse house, String job, ShopDatabase database, String why) {
    List<List<Object>> shown =
        house
            .main(house.jobs().job(job))
            .select("id", "status", "amount", "note")
            .collectAsList()
            .stream()
            .map(
                row ->
                    row(
                        row.getLong(0),
                        row.getString(1),
                        text(row.getDecimal(2)),
                        row.getString(3)))
            .toList();
    assertThat(shown)
        .as("rows of %s, %s", job, why)
        .containsExactlyInAnyOrderElementsOf(
            database.rows().values().stream()
                .map(item -> row(item.id(), item.status(), item.amount(), item.note()))
                .toList());
  }

  private static String text(BigDecimal amount) {
    return amount == null ? null : amount.toPlainString();
  }

  private static List<Object> row(long id, String status, String amount, String note) {
    return Arrays.asList(id, status, amount, note);
  }
}
