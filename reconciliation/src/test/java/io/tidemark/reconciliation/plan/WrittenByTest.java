package io.tidemark.reconciliation.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.reconciliation.plan.WrittenBy.Entry;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WrittenByTest {
  @Test
  void nothingIsSaidWhereEveryCommitIsLikeTodays() {
    assertThat(WrittenBy.ALIKE.said("b")).isEqualTo("CAST(NULL AS STRING)");
    assertThat(new WrittenBy(List.of(new Entry(0, null))).isAlike()).isTrue();
  }

  @Test
  void aRowBelongsToTheLastEntryAtOrBeforeIt() {
    WrittenBy by =
        new WrittenBy(
            List.of(new Entry(0, "it's old"), new Entry(100, null), new Entry(250, "odd")));

    assertThat(by.said("b"))
        .isEqualTo(
            "CASE WHEN b IS NULL THEN NULL WHEN b >= 250L THEN 'odd' WHEN b >= 100L THEN NULL ELSE 'it\\'s old' END");
  }

  @Test
  void theQueryOfAKeyTakesAnyValueForAValue() {
    Map<String, String> key = new LinkedHashMap<>();
    key.put("dt", "2026-01-31");
    key.put("ch", "a' OR '1'='1\\");
    key.put("w`x", null);
    Pin pin = new Pin(LocalDate.parse("2026-01-31"), "j", 7L, 8, Map.of(), "d");

    assertThat(EvidenceSql.of(TableName.parse("dws.e_1h"), pin, key))
        .isEqualTo(
            """
            SELECT 'stream' AS side, * FROM dws.e_1h VERSION AS OF 7 WHERE dt = DATE'2026-01-31' AND CAST(`ch` AS STRING) <=> 'a\\' OR \\'1\\'=\\'1\\\\' AND CAST(`w``x` AS STRING) <=> NULL
            UNION ALL
            SELECT 'batch' AS side, * FROM dws.e_1h VERSION AS OF 8 WHERE dt = DATE'2026-01-31' AND CAST(`ch` AS STRING) <=> 'a\\' OR \\'1\\'=\\'1\\\\' AND CAST(`w``x` AS STRING) <=> NULL""");
  }
}
