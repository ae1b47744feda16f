package io.tidemark.jobs.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a PostgreSQL type is declared as. */
class DraftTypeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "smallint;int",
        "integer;int",
        "bigint;bigint",
        "boolean;boolean",
        "real;double",
        "double precision;double",
        "numeric(12,2);decimal(12,2)",
        "numeric(5,0);decimal(5,0)",
        "numeric(38,38);decimal(38,38)",
        "numeric(39,2);string",
        "numeric(3,5);string",
        "numeric(5,-2);string",
        "numeric;string",
        "money;decimal(19,2)",
        "date;date",
        "time without time zone;bigint",
        "time(3) without time zone;bigint",
        "time(6) with time zone;string",
        "interval;string",
        "interval(3);string",
        "interval year to month;string",
        "interval day to second(3);string",
        "text;string",
        "character varying(20);string",
        "character(5);string",
        "uuid;string",
        "json;string",
        "jsonb;string",
        "bytea;string",
        "bit(1);boolean",
        "bit(8);string",
        "inet;string",
        "int4range;string",
        "public.citext;string",
        "public.hstore;string",
        "public.geometry(Point,4326);string",
        "integer[];string",
        "numeric(8,2)[];string",
        "timestamp(3) with time zone[];string",
      })
  void everyTypeIsExactOrText(String type, String declared) {
    assertThat(of(type, false).type()).isEqualTo(declared);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "timestamp without time zone;epoch-micros",
        "timestamp(6) without time zone;epoch-micros",
        "timestamp(4) without time zone;epoch-micros",
        "timestamp(3) without time zone;epoch-millis",
        "timestamp(0) without time zone;epoch-millis",
        "timestamp with time zone;iso-8601",
        "timestamp(3) with time zone;iso-8601",
      })
  void aTimeIsReadAsDebeziumCountsIt(String type, String format) {
    assertThat(of(type, false).type()).isEqualTo("timestamp");
    assertThat(of(type, false).format()).isEqualTo(format);
  }

  @Test
  void theUnitOfATimeOfDayIsSaid() {
    assertThat(of("time(3) without time zone", false).remark()).startsWith("milliseconds");
    assertThat(of("time without time zone", false).remark()).startsWith("microseconds");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"tid", "box", "public.address", "money[]", "interval[]", "interval day[]"})
  void whatDebeziumDoesNotSendIsLeftOut(String type) {
    assertThat(of(type, false).type()).isNull();
    assertThat(of(type, false).remark()).contains("does not send");
  }

  @Test
  void enumerationsAreText() {
    assertThat(of("public.mood", true).type()).isEqualTo("string");
    assertThat(of("public.mood[]", true).type()).isEqualTo("string");
  }

  private static DraftType of(String type, boolean isEnum) {
    return DraftType.of(new DatabaseTable.Column("c", type, isEnum, false, ""));
  }
}
