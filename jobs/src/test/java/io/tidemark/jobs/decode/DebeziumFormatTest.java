package io.tidemark.jobs.decode;

import static io.tidemark.jobs.decode.ChangeLogs.assertIgnored;
import static io.tidemark.jobs.decode.ChangeLogs.assertRejected;
import static io.tidemark.jobs.decode.ChangeLogs.changes;
import static io.tidemark.jobs.decode.ChangeLogs.decode;
import static io.tidemark.jobs.decode.ChangeLogs.decoder;
import static io.tidemark.jobs.decode.ChangeLogs.payload;
import static io.tidemark.jobs.decode.ChangeLogs.shown;
import static io.tidemark.jobs.decode.Columns.column;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.ColumnSpec.TimeFormat;
import io.tidemark.jobs.spec.PayloadSpec;
import io.tidemark.jobs.spec.PayloadSpec.Decimals;
import io.tidemark.jobs.spec.PayloadSpec.Format;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DebeziumFormatTest {
  private static final String POSTGRES =
      """
      "source":{"version":"2.7.0.Final","connector":"postgresql","name":"shop","ts_ms":1768464000123,
       "snapshot":"false","db":"shop","sequence":"[\\"24023119\\",\\"24023128\\"]","schema":"public",
       "table":"item","txId":555,"lsn":24023128,"xmin":null}""";
  private static final String MYSQL =
      """
      "source":{"version":"2.7.0.Final","connector":"mysql","name":"shop","ts_ms":1768464000000,
       "snapshot":"false","db":"shop","sequence":null,"table":"item","server_id":223344,"gtid":null,
       "file":"mysql-bin.000003","pos":484,"row":2,"thread":7,"query":null}""";

  private final Decoder bare = decoder(Format.DEBEZIUM_JSON);
  private final Decoder narrow =
      decoder(
          payload(Format.DEBEZIUM_JSON),
          column("id", "bigint", false),
          column("name", "string", false),
          column("price", "decimal(12,2)", false));

  private static String message(String op, String before, String after, String source) {
    return """
        {"before":%s,"after":%s,%s,"op":"%s","ts_ms":1768464000500,"transaction":null}"""
        .formatted(before, after, source, op);
  }

  @Test
  void readsEveryTypeWithoutASchemaAsDeclared() {
    List<Change> changes =
        changes(
            bare,
            message(
                "c",
                "null",
                """
                {"id":1,"name":"scooter","price":"ATE=","on_sale":true,"stock":7,"weight":5.18,
                 "since":20468,"at":1768464000123456,"added_later":{"x":1}}""",
                POSTGRES));
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).operation()).isEqualTo(Change.Operation.INSERT);
    assertThat(changes.get(0).unchanged()).isEmpty();
    assertThat(changes.get(0).values())
        .containsExactly(
            1L,
            "scooter",
            new BigDecimal("3.05"),
            true,
            7,
            5.18,
            LocalDate.of(2026, 1, 15),
            Instant.parse("2026-01-15T08:00:00.123456Z"));
    assertThat(
            ((Decoded.Changes) decode(bare, message("c", "null", "{\"id\":1}", POSTGRES)))
                .eventTimes()
                .get(0))
        .isEqualTo(Instant.ofEpochMilli(1768464000123L));
  }

  @Test
  void aSchemaInFrontSaysHowValuesAreWritten() {
    String schema =
        """
        {"type":"struct","fields":[{"type":"struct","fields":[
          {"type":"int64","optional":false,"field":"id"},
          {"type":"bytes","optional":true,"name":"org.apache.kafka.connect.data.Decimal",
           "version":1,"parameters":{"scale":"4","connect.decimal.precision":"12"},"field":"price"},
          {"type":"int32","optional":true,"name":"io.debezium.time.Date","field":"since"},
          {"type":"int64","optional":true,"name":"%s","field":"at"}],
         "optional":true,"name":"shop.public.item.Value","field":"after"},
         {"type":"string","optional":false,"field":"op"}],"optional":false,
         "name":"shop.public.item.Envelope"}""";
    String row = "{\"id\":1,\"price\":\"Ada0\",\"since\":20468,\"at\":%s}";
    for (String[] type :
        List.of(
            new String[] {"io.debezium.time.Timestamp", "1768464000123", "00.123"},
            new String[] {"org.apache.kafka.connect.data.Timestamp", "1768464000123", "00.123"},
            new String[] {"io.debezium.time.MicroTimestamp", "1768464000123456", "00.123456"},
            new String[] {"io.debezium.time.NanoTimestamp", "1768464000123456789", "00.123456"},
            new String[] {
              "io.debezium.time.ZonedTimestamp", "\"2026-01-15T16:00:00.123456+08:00\"", "00.123456"
            })) {
      String message =
          "{\"schema\":%s,\"payload\":%s}"
              .formatted(
                  schema.formatted(type[0]),
                  message("u", "null", row.formatted(type[1]), POSTGRES));
      Object[] values = changes(bare, message).get(0).values();
      assertThat(values[2]).as(type[0]).isEqualTo(new BigDecimal("12.05"));
      assertThat(values[6]).as(type[0]).isEqualTo(LocalDate.of(2026, 1, 15));
      assertThat(values[7])
          .as(type[0])
          .isEqualTo(Instant.parse("2026-01-15T08:00:" + type[2] + "Z"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PRECISE | "ATE="                       | 3.05
          PRECISE | "/s8="                       | -3.05
          PRECISE | "AA=="                       | 0.00
          PRECISE | {"scale":1,"value":"AU0="}   | 33.30
          STRING  | "3.05"                       | 3.05
          STRING  | "-120"                       | -120.00
          DOUBLE  | 3.05                         | 3.05
          DOUBLE  | 1.0E3                        | 1000.00
          """)
  void decimalsAreReadInEveryHandlingMode(Decimals mode, String written, String value) {
    PayloadSpec payload =
        new PayloadSpec(Format.DEBEZIUM_JSON, "", List.of("id"), mode, ZoneId.of("UTC"), List.of());
    String message = message("c", "null", "{\"id\":1,\"price\":%s}".formatted(written), POSTGRES);
    assertThat(changes(decoder(payload), message).get(0).values()[2])
        .isEqualTo(new BigDecimal(value));
  }

  @Test
  void aDecimalThatDoesNotFitIsADeadLetter() {
    assertRejected(
        bare,
        message("c", "null", "{\"id\":1,\"price\":3.055}", POSTGRES),
        Reason.WRONG_TYPE,
        "field 'price': found 3.055, expected decimal(12,2)");
    assertRejected(
        bare,
        message("c", "null", "{\"id\":1,\"price\":\"3.05\"}", POSTGRES),
        Reason.WRONG_TYPE,
        "field 'price'");
  }

  /** Base64 is padded to fours, so what is shorter or longer are digits. */
  @ParameterizedTest
  @ValueSource(strings = {"12", "125", "-120", "12.5", "125000"})
  void digitsInPlaceOfBytesAreADeadLetterThatSaysWhatToDeclare(String digits) {
    assertRejected(
        bare,
        message("c", "null", "{\"id\":1,\"price\":\"%s\"}".formatted(digits), POSTGRES),
        Reason.WRONG_TYPE,
        "expected decimal(12,2) in base64; if the connector writes digits, declare payload.decimals:"
            + " string");
  }

  /** A right value in three bytes, which no rule about digits may refuse. */
  @Test
  void bytesThatLookLikeDigitsAreBytes() {
    assertThat(
            changes(bare, message("c", "null", "{\"id\":1,\"price\":\"0000\"}", POSTGRES))
                .get(0)
                .values()[2])
        .isEqualTo(new BigDecimal("-29293.56"));
  }

  @Test
  void dateTimesWithoutAZoneAreInTheDeclaredOne() {
    PayloadSpec payload =
        new PayloadSpec(
            Format.DEBEZIUM_JSON,
            "",
            List.of("id"),
            Decimals.PRECISE,
            ZoneId.of("Asia/Shanghai"),
            List.of());
    Decoder shanghai =
        decoder(
            payload,
            column("id", "bigint", false),
            column("at", "timestamp", false, "at", TimeFormat.EPOCH_MILLIS));
    // The clock in the shop shows 08:00, and Debezium counts as if that were UTC.
    assertThat(
            changes(shanghai, message("c", "null", "{\"id\":1,\"at\":1768464000000}", MYSQL))
                .get(0)
                .values()[1])
        .isEqualTo(Instant.parse("2026-01-15T00:00:00Z"));
    assertThat(
            changes(
                    shanghai,
                    message("c", "null", "{\"id\":1,\"at\":\"2026-01-15T08:00:00Z\"}", MYSQL))
                .get(0)
                .values()[1])
        .as("a time with its zone stays what it is")
        .isEqualTo(Instant.parse("2026-01-15T08:00:00Z"));
  }

  @Test
  void positionsAreTheLogsOwn() {
    assertThat(shown(narrow, message("c", "null", "{\"id\":1}", POSTGRES)))
        .containsExactly("INSERT 0:24023119:24023128 [1, null, null]");
    assertThat(shown(narrow, message("r", "null", "{\"id\":1}", MYSQL)))
        .containsExactly("SNAPSHOT 3:484:2 [1, null, null]");
    PayloadSpec oracle =
        new PayloadSpec(
            Format.DEBEZIUM_JSON,
            "",
            List.of("id"),
            Decimals.PRECISE,
            ZoneId.of("UTC"),
            List.of("source.scn", "source.ssn"));
    assertThat(
            shown(
                decoder(oracle, column("id", "bigint", false)),
                message(
                    "c",
                    "null",
                    "{\"id\":1}",
                    "\"source\":{\"ts_ms\":1768464000123,\"scn\":\"2122184\",\"ssn\":3}")))
        .containsExactly("INSERT 2122184:3:0 [1]");
    assertRejected(
        narrow,
        message("c", "null", "{\"id\":1}", "\"source\":{\"ts_ms\":1768464000123}"),
        Reason.MISSING_FIELD,
        "another database needs 'position'");
  }

  /** A transaction that a snapshot does not show may have written before the snapshot's place. */
  @Test
  void aSnapshotOfPostgresStandsBeforeAllThatIsCommittedAfterIt() {
    assertThat(position("r", "[null,\\\"900\\\"]", 900)).isEqualTo("0:0:0");
    assertThat(position("u", "[null,\\\"880\\\"]", 880)).isEqualTo("0:0:880");
    assertThat(position("u", "[\\\"910\\\",\\\"870\\\"]", 870)).isEqualTo("0:910:870");
    assertThat(position("r", "[\\\"950\\\",\\\"990\\\"]", 990))
        .as("a table that is read again, behind what was committed")
        .isEqualTo("0:950:0");
    assertRejected(
        narrow,
        message("u", "null", "{\"id\":1}", postgres("{}", 1)),
        Reason.WRONG_TYPE,
        "source.sequence");
  }

  private String position(String op, String sequence, long lsn) {
    return shown(narrow, message(op, "null", "{\"id\":1}", postgres(sequence, lsn)))
        .get(0)
        .split(" ")[1];
  }

  private static String postgres(String sequence, long lsn) {
    return "\"source\":{\"ts_ms\":1768464000123,\"sequence\":\"%s\",\"lsn\":%d}"
        .formatted(sequence, lsn);
  }

  @Test
  void anUpdateWithoutAKeyEndsTheOldRow() {
    PayloadSpec keyless =
        new PayloadSpec(
            Format.DEBEZIUM_JSON, "", List.of(), Decimals.PRECISE, ZoneId.of("UTC"), List.of());
    Decoder decoder =
        decoder(keyless, column("id", "bigint", false), column("name", "string", false));
    assertThat(
            shown(
                decoder,
                message("u", "{\"id\":1,\"name\":null}", "{\"id\":1,\"name\":\"a\"}", MYSQL)))
        .containsExactly("DELETE 3:484:2 [1, null]", "UPDATE 3:484:2 [1, a]");
    assertThat(shown(decoder, message("u", "null", "{\"id\":null,\"name\":\"a\"}", MYSQL)))
        .containsExactly("UPDATE 3:484:2 [null, a]");
  }

  @Test
  void aDeleteNeedsNoMoreThanTheKey() {
    assertThat(shown(narrow, message("d", "{\"id\":1}", "null", POSTGRES)))
        .containsExactly("DELETE 0:24023119:24023128 [1, null, null]");
    assertThat(
            shown(narrow, message("d", "{\"id\":1,\"name\":\"a\",\"price\":null}", "null", MYSQL)))
        .containsExactly("DELETE 3:484:2 [1, a, null]");
    assertRejected(
        narrow,
        message("d", "{\"name\":\"a\"}", "null", MYSQL),
        Reason.MISSING_FIELD,
        "field 'id'");
    assertRejected(
        narrow, message("d", "null", "null", MYSQL), Reason.MISSING_FIELD, "field 'before'");
  }

  @Test
  void anUpdateThatMovesTheKeyEndsTheOldOne() {
    assertThat(shown(narrow, message("u", "{\"id\":1}", "{\"id\":2,\"name\":\"a\"}", POSTGRES)))
        .containsExactly(
            "DELETE 0:24023119:24023128 [1, null, null]",
            "UPDATE 0:24023119:24023128 [2, a, null]");
    assertThat(
            shown(
                narrow,
                message("u", "{\"id\":2,\"name\":\"b\"}", "{\"id\":2,\"name\":\"a\"}", POSTGRES)))
        .containsExactly("UPDATE 0:24023119:24023128 [2, a, null]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"__debezium_unavailable_value\"",
        "\"X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==\"",
        "[\"__debezium_unavailable_value\"]",
        "[\"b68a35a7-17ad-35b3-af2a-ae46edb4545a\"]",
        "[95,95,100,101,98,101,122,105,117,109,95,117,110,97,118,97,105,108,97,98,108,101,95,118,97,108,"
            + "117,101]",
        "\"{\\\"__debezium_unavailable_value\\\":\\\"__debezium_unavailable_value\\\"}\""
      })
  void aValueStoredApartStaysAsItWas(String placeholder) {
    String after = "{\"id\":1,\"name\":%s,\"price\":\"ATE=\"}".formatted(placeholder);
    assertThat(shown(narrow, message("u", "null", after, POSTGRES)))
        .containsExactly("UPDATE 0:24023119:24023128 [1, null, 3.05] keeps [name]");
    assertThat(shown(narrow, message("u", "{\"id\":1,\"name\":\"b\"}", after, POSTGRES)))
        .as("the image before has it")
        .containsExactly("UPDATE 0:24023119:24023128 [1, b, 3.05]");
  }

  @Test
  void jsonAndArraysAreText() {
    assertThat(
            shown(narrow, message("c", "null", "{\"id\":1,\"name\":[\"a\", {\"b\":1.50}]}", MYSQL)))
        .containsExactly("INSERT 3:484:2 [1, [\"a\",{\"b\":1.50}], null]");
  }

  @Test
  void whatIsNoRowIsIgnored() {
    assertThat(bare.decode(null, ChangeLogs.RECORD)).isInstanceOf(Decoded.Ignored.class);
    assertIgnored(bare, "{\"schema\":null,\"payload\":null}");
    assertIgnored(bare, "{\"ts_ms\":1768464000123}");
    assertIgnored(bare, "{\"schema\":{\"type\":\"struct\"},\"payload\":{\"ts_ms\":1768464000123}}");
    assertIgnored(
        bare,
        """
        {"status":"BEGIN","id":"571:53195829","ts_ms":1768464000123,"event_count":null,
         "data_collections":null}""");
    assertIgnored(
        bare,
        """
        {"source":{"file":"mysql-bin.000003","pos":219},"databaseName":"shop","schemaName":null,
         "ddl":"ALTER TABLE item ADD COLUMN colour VARCHAR(9)","tableChanges":[]}""");
    assertIgnored(bare, message("m", "null", "null", POSTGRES));
  }

  @Test
  void changesOfOtherTablesAreIgnored() {
    PayloadSpec one =
        new PayloadSpec(
            Format.DEBEZIUM_JSON,
            "public.item",
            List.of("id"),
            Decimals.PRECISE,
            ZoneId.of("UTC"),
            List.of());
    assertThat(changes(decoder(one), message("c", "null", "{\"id\":1}", POSTGRES))).hasSize(1);
    assertIgnored(decoder(one), message("c", "null", "{\"id\":1}", MYSQL));
  }

  @Test
  void aTruncatedTableIsADeadLetterThatSaysSo() {
    assertRejected(
        bare, message("t", "null", "null", POSTGRES), Reason.TRUNCATED_TABLE, "public.item");
  }

  @Test
  void aFlattenedMessageIsADeadLetter() {
    assertRejected(bare, "{\"id\":1,\"status\":\"BEGIN\"}", Reason.MISSING_FIELD, "field 'op'");
    assertRejected(
        bare, message("x", "null", "{}", POSTGRES), Reason.WRONG_TYPE, "one of c, u, d, r, t, m");
  }

  @Test
  void anOldConnectorsSnapshotWithoutATimeHasThatOfTheMessage() {
    Decoded decoded =
        decode(
            narrow,
            message(
                "r",
                "null",
                "{\"id\":1}",
                "\"source\":{\"ts_ms\":0,\"file\":\"mysql-bin.000003\",\"pos\":154,\"row\":0}"));
    assertThat(((Decoded.Changes) decoded).eventTimes().get(0))
        .isEqualTo(Instant.ofEpochMilli(1768464000500L));
  }

  @Test
  void badBytesAreDeadLettersAsTheyAreOfPlainJson() {
    assertRejected(bare, "", Reason.EMPTY, "no bytes");
    assertRejected(bare, " \n", Reason.EMPTY, "white space");
    assertRejected(bare, "[1]", Reason.MALFORMED, "a JSON object was expected");
    assertRejected(bare, "{\"op\":\"c\"", Reason.MALFORMED, "");
    assertRejected(bare, "{\"op\":\"c\"} x", Reason.MALFORMED, "");
    assertRejected(bare, "{\"op\":\"c\",\"op\":\"d\"}", Reason.MALFORMED, "op");
    assertRejected(
        bare, message("c", "null", "{\"id\":1,\"id\":2}", POSTGRES), Reason.MALFORMED, "id");
    assertRejected(
        bare, message("c", "null", "{\"id\":1e999999999}", POSTGRES), Reason.WRONG_TYPE, "id");
    assertThat(bare.decode(new byte[] {'{', (byte) 0xC0, '}'}, ChangeLogs.RECORD))
        .extracting(decoded -> ((Decoded.Rejected) decoded).reason())
        .isEqualTo(Reason.NOT_UTF8);
  }

  @Test
  void anImpossibleTimeIsADeadLetter() {
    assertRejected(
        bare,
        message("c", "null", "{\"id\":1,\"at\":253402300800000000}", POSTGRES),
        Reason.IMPOSSIBLE_TIME,
        "years 1 to 9999");
    assertRejected(
        bare,
        message("c", "null", "{\"id\":1}", POSTGRES).replace("1768464000123", "1868464000123"),
        Reason.IMPOSSIBLE_TIME,
        "field 'source.ts_ms'");
  }
}
