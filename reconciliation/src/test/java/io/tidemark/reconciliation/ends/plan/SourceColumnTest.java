package io.tidemark.reconciliation.ends.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnType;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceColumnTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          string        | text                        | "C d"::text
          string        | character varying(20)       | "C d"::text
          string        | public.mood                 | "C d"::text
          string        | character(5)                | rtrim("C d"::text, ' ')
          string        | numeric                     | "C d"::text
          string        | text[]                      | array_to_json("C d")::text
          string        | numeric(8,2)[]              | array_to_json("C d"::text[])::text
          boolean       | boolean                     | "C d"::text
          int           | smallint                    | "C d"::bigint::text
          bigint        | time(3) without time zone   | (extract(epoch FROM "C d") * 1000)::bigint::text
          bigint        | time without time zone      | (extract(epoch FROM "C d") * 1000000)::bigint::text
          decimal(12,2) | numeric(12,2)               | trim_scale("C d"::numeric)::text
          decimal(19,2) | money                       | trim_scale("C d"::numeric)::text
          double        | real                        | encode(float8send(CASE WHEN "C d"::float8 = 0 THEN 0 ELSE "C d"::text::float8 END), 'hex')
          date          | date                        | CASE WHEN isfinite("C d") THEN ("C d" - DATE '1970-01-01')::text ELSE "C d"::text END
          """)
  void writesValuesAsTheMirrorDoes(String declared, String type, String sql) {
    assertThat(source(declared, type, "UTC")).isEqualTo(sql);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          string | interval
          string | bit(8)
          string | timestamp with time zone[]
          string | time with time zone
          int    | text
          bigint | integer[]
          date   | timestamp without time zone
          double | text
          """)
  void leavesOutWhatTheTwoWriteInDifferentWays(String declared, String type) {
    assertThat(SourceColumn.of(column(declared), type, ZoneId.of("UTC"))).isEmpty();
  }

  /** PostgreSQL reads '+08:00' as eight hours west. */
  @Test
  void clocksWithoutAZoneAreReadInTheDeclaredOne() {
    assertThat(source("timestamp", "timestamp(3) without time zone", "Asia/Shanghai"))
        .contains("(\"C d\" AT TIME ZONE 'Asia/Shanghai')");
    assertThat(source("timestamp", "timestamp without time zone", "+08:00"))
        .contains("(\"C d\" AT TIME ZONE INTERVAL '28800 seconds')");
    assertThat(source("timestamp", "timestamp with time zone", "+08:00"))
        .doesNotContain("AT TIME ZONE");
  }

  @Test
  void namesAreQuoted() {
    assertThat(SourceColumn.quoted("a\"b")).isEqualTo("\"a\"\"b\"");
  }

  private static String source(String declared, String type, String zone) {
    return SourceColumn.of(column(declared), type, ZoneId.of(zone)).orElseThrow().source();
  }

  private static ColumnSpec column(String type) {
    return new ColumnSpec("c_d", ColumnType.parse(type), false, "C d", null);
  }
}
