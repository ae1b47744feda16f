package io.tidemark.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class TextTableTest {
  private final StringWriter out = new StringWriter();
  private final PrintWriter printer = new PrintWriter(out);

  @Test
  void answersKeepEveryDigitAndSayWhatIsNull() {
    new TextTable("id", "amount", "sum", "name")
        .add(1234567L, new BigDecimal("10.50"), 1.5e9, "a\nb")
        .add(7L, null, Double.NaN, null)
        .printFirst(5, printer);

    assertThat(out.toString())
        .isEqualToNormalizingNewlines(
            """
                 id  amount         sum  name
            ---------------------------------
            1234567   10.50  1500000000  a b
                  7    NULL         NaN  NULL
            (2 rows)
            """);
  }

  @Test
  void countsAreReadAtAGlance() {
    new TextTable("job", "rows", "average")
        .ofCounts()
        .add("dwd_e", 1234567L, new BigDecimal("354.610255681818"))
        .add("dws_e", null, 2.0)
        .print(printer);

    assertThat(out.toString())
        .isEqualToNormalizingNewlines(
            """
            job         rows     average
            ----------------------------
            dwd_e  1,234,567  354.610256
            dws_e                      2
            """);
  }

  @Test
  void rowsThatAreLeftOutAreMentioned() {
    new TextTable("n").add(1).add(2).add(3).printFirst(2, printer);

    assertThat(out.toString()).endsWith("2\n(the first 2; there are more)\n");
  }
}
