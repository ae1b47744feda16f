package io.tidemark.jobs.decode;

import static io.tidemark.jobs.decode.Columns.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnSpec.TimeFormat;
import io.tidemark.jobs.spec.EventTimeSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDecoderTest {
  private static final Instant RECORD = Instant.parse("2024-03-01T00:00:00Z");
  private static final EventTimeSpec EVENT_TIME =
      new EventTimeSpec("t", Instant.parse("2020-01-01T00:00:00Z"), Duration.ofMinutes(5));

  @Test
  void readsEveryTypeInColumnOrder() {
    JsonDecoder decoder =
        decoder(
            column("s", "string", true),
            column("b", "boolean", true),
            column("i", "int", true),
            column("l", "bigint", true),
            column("d", "double", true),
            column("m", "decimal(10,2)", true),
            column("day", "date", true),
            column("secs", "timestamp", true, "secs", TimeFormat.EPOCH_SECONDS),
            column("iso", "timestamp", true, "iso", TimeFormat.ISO_8601));
    Decoded.Accepted row =
        accepted(
            decoder,
            """
            {"iso":"2024-02-29T08:00:00.123456789+08:00","secs":1709164800,"day":"2024-02-29",
             "m":12.5,"d":1e-3,"l":-9223372036854775808,"i":2147483647,"b":false,"s":"雪 ❄",
             "unknown":{"t":[1,{"s":2}]},"t":1709164800001}\
            """);
    assertThat(row.values())
        .containsExactly(
            Instant.ofEpochMilli(1709164800001L),
            "雪 ❄",
            false,
            Integer.MAX_VALUE,
            Long.MIN_VALUE,
            0.001,
            new BigDecimal("12.50"),
            LocalDate.of(2024, 2, 29),
            Instant.ofEpochSecond(1709164800),
            Instant.parse("2024-02-29T00:00:00.123456Z"));
    assertThat(row.eventTime()).isEqualTo(Instant.ofEpochMilli(1709164800001L));
  }

  @Test
  void leavesOptionalColumnsNull() {
    JsonDecoder decoder = decoder(column("a", "string", false), column("b", "int", false));
    assertThat(accepted(decoder, "{\"t\":1709164800000,\"b\":null}").values())
        .containsExactly(Instant.ofEpochMilli(1709164800000L), null, null);
  }

  @Test
  void readsNestedFieldsByTheirPath() {
    JsonDecoder decoder =
        decoder(
            column("country", "string", false, "geo.country", null),
            column("lat", "double", false, "geo.at.lat", null),
            column("again", "string", false, "geo.country", null));
    String geo =
        "{\"country\":\"x\",\"geo\":{\"at\":{\"lat\":1},\"country\":\"cn\"},\"t\":1709164800000}";
    assertThat(accepted(decoder, geo).values())
        .containsExactly(Instant.ofEpochMilli(1709164800000L), "cn", 1.0, "cn");
    assertThat(accepted(decoder, "{\"geo\":null,\"t\":1709164800000}").values()).hasSize(4);
    assertThat(rejected(decoder, "{\"geo\":[7, 8],\"t\":1709164800000}"))
        .isEqualTo(
            new Decoded.Rejected(
                Reason.WRONG_TYPE, "field 'geo': found [7, 8], expected an object"));
    assertReason(decoder, "{\"geo\":{\"country\":{}},\"t\":1709164800000}", Reason.WRONG_TYPE);
    assertReason(decoder, "{\"geo\":{\"at\":{}},\"geo\":{},\"t\":1709164800000}", Reason.MALFORMED);
    assertReason(decoder, "{\"geo.country\":\"cn\",\"t\":1709164800000}", null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "string | \"\" | ``",
        "string | \"\\ud83d\\ude00\" | 😀",
        "string | 12 | !",
        "string | true | !",
        "string | {} | !",
        "string | [\"a\"] | !",
        "string | \"\\ud83d\" | !",
        "string | \"\\ude00\\ud83d\" | !",
        "boolean | true | true",
        "boolean | \"true\" | !",
        "boolean | 1 | !",
        "int | -0 | 0",
        "int | 2147483648 | !",
        "int | 7.0 | 7",
        "bigint | 1.0 | 1",
        "bigint | 1e3 | 1000",
        "bigint | 0e999999999 | 0",
        "bigint | 1e999999999 | !",
        "bigint | 1e-999999999 | !",
        "bigint | 1e99999999999 | !",
        "double | 1e99999999999 | !",
        "decimal(5,2) | 1e99999999999 | !",
        "bigint | 9223372036854775807 | 9223372036854775807",
        "bigint | 9223372036854775807.0 | 9223372036854775807",
        "bigint | 9223372036854775808 | !",
        "bigint | -9223372036854775809 | !",
        "bigint | 1.5 | !",
        "bigint | \"12\" | !",
        "bigint | false | !",
        "double | 1 | 1.0",
        "double | 1e400 | !",
        "double | \"NaN\" | !",
        "double | \"1\" | !",
        "decimal(5,2) | 0 | 0.00",
        "decimal(5,2) | 0e-999999999 | 0.00",
        "decimal(5,2) | 999.99 | 999.99",
        "decimal(5,2) | 1.000 | 1.00",
        "decimal(5,2) | 1e2 | 100.00",
        "decimal(5,2) | 0.01 | 0.01",
        "decimal(5,2) | 1000 | !",
        "decimal(5,2) | 0.001 | !",
        "decimal(5,2) | 0.015 | !",
        "decimal(5,2) | 1e999999999 | !",
        "decimal(5,2) | 1e-999999999 | !",
        "decimal(5,2) | \"1\" | !",
        "decimal(2,2) | 0.99 | 0.99",
        "decimal(2,2) | 1 | !",
        "decimal(38,0) | 99999999999999999999999999999999999999 "
            + "| 99999999999999999999999999999999999999",
        "date | \"2023-02-29\" | !",
        "date | \"2024-2-9\" | !",
        "date | \"+12024-01-01\" | !",
        "date | \"0001-01-01\" | 0001-01-01",
        "date | 20240101 | !",
      })
  void readsExactlyOrRefuses(String type, String json, String expected) {
    JsonDecoder decoder = decoder(column("v", type, true));
    String message = "{\"v\":" + json + ",\"t\":1709164800000}";
    if (expected.equals("!")) {
      assertReason(decoder, message, Reason.WRONG_TYPE);
    } else {
      assertThat(String.valueOf(accepted(decoder, message).values()[1])).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "1",
        "\"x\"",
        "null",
        "{",
        "{]",
        "{\"t\":1709164800000",
        "{\"t\":1709164800000,}",
        "{\"t\":1709164800000}}",
        "{\"t\":1709164800000} {}",
        "{\"t\":1709164800000}x",
        "{\"t\":1709164800000} 1",
        "{'t':1709164800000}",
        "{\"t\":1709164800000,\"t\":1709164800000}",
        "{\"t\":1709164800000,\"\\u0074\":1709164800000}",
        "{\"t\":1709164800000,\"v\":null,\"v\":1}",
        "{\"t\":1709164800000,\"v\":NaN}",
        "{\"t\":1709164800000,\"v\":-Infinity}",
        "{\"t\":1709164800000,\"v\":01}",
        "{\"t\":1709164800000,\"v\":+1}",
        "{\"t\":1709164800000,\"u\":\"\\x\"}",
        "{\"t\":1709164800000,\"u\":\"a\nb\"}",
        "{\"t\":1709164800000/*c*/}",
        "{\"v\":\"wrong type first\",\"t\":1709164800000",
      })
  void refusesWhatIsNotExactlyOneObject(String message) {
    assertReason(decoder(column("v", "double", false)), message, Reason.MALFORMED);
  }

  @Test
  void refusesWhatWouldExhaustTheParser() {
    JsonDecoder decoder = decoder(column("v", "decimal(38,0)", false));
    String deep = "[".repeat(100_000);
    assertReason(decoder, "{\"u\":" + deep, Reason.MALFORMED);
    assertReason(decoder, "{\"v\":" + deep, Reason.MALFORMED);
    String digits = "9".repeat(100_000);
    assertReason(decoder, "{\"v\":" + digits + ",\"t\":1709164800000}", Reason.MALFORMED);
    assertReason(decoder, "{\"u\":" + digits + ",\"t\":1709164800000}", Reason.MALFORMED);
    assertReason(decoder, "{\"" + digits + "\":1,\"t\":1709164800000}", Reason.MALFORMED);
  }

  @Test
  void refusesEmptyMessages() {
    JsonDecoder decoder = decoder();
    assertThat(reason(decoder.decode(null, RECORD))).isEqualTo(Reason.EMPTY);
    assertThat(reason(decoder.decode(new byte[0], RECORD))).isEqualTo(Reason.EMPTY);
    assertReason(decoder, " \r\n\t", Reason.EMPTY);
  }

  @Test
  void refusesOtherEncodings() {
    JsonDecoder decoder = decoder();
    String message = "{\"t\":1709164800000}";
    for (String name : List.of("UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
      byte[] bytes = message.getBytes(Charset.forName(name));
      assertThat(reason(decoder.decode(bytes, RECORD))).as(name).isEqualTo(Reason.MALFORMED);
    }
    byte[] latin1 = "{\"t\":1709164800000,\"u\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(reason(decoder.decode(latin1, RECORD))).isEqualTo(Reason.NOT_UTF8);
    assertReason(decoder, "\uFEFF" + message, null);
  }

  @Test
  void reportsTheReasonThatComesFirstWhereverItStands() {
    JsonDecoder decoder = decoder(column("a", "int", true), column("b", "int", true));
    assertReason(decoder, "{\"t\":1,\"a\":1}", Reason.MISSING_FIELD);
    assertReason(decoder, "{\"t\":1,\"a\":1,\"b\":2}", Reason.IMPOSSIBLE_TIME);
    assertReason(decoder, "{\"t\":99999999999999999,\"a\":1,\"b\":2}", Reason.IMPOSSIBLE_TIME);
    assertReason(decoder, "{\"t\":99999999999999999,\"b\":2}", Reason.MISSING_FIELD);
    assertReason(decoder, "{\"b\":\"x\"}", Reason.WRONG_TYPE);
    assertReason(decoder, "{\"t\":99999999999999999,\"b\":\"x\"}", Reason.WRONG_TYPE);
    assertReason(decoder, "{\"t\":null,\"a\":1,\"b\":2}", Reason.MISSING_FIELD);
  }

  @Test
  void boundsTheEventTimeOnBothSides() {
    JsonDecoder decoder = decoder();
    long notBefore = EVENT_TIME.notBefore().toEpochMilli();
    long ahead = RECORD.plus(EVENT_TIME.maxAhead()).toEpochMilli();
    assertReason(decoder, "{\"t\":" + notBefore + "}", null);
    assertReason(decoder, "{\"t\":" + (notBefore - 1) + "}", Reason.IMPOSSIBLE_TIME);
    assertReason(decoder, "{\"t\":" + ahead + "}", null);
    assertReason(decoder, "{\"t\":" + (ahead + 1) + "}", Reason.IMPOSSIBLE_TIME);
    assertReason(decoder, "{\"t\":9223372036854775807}", Reason.IMPOSSIBLE_TIME);
    assertReason(decoder, "{\"t\":-9223372036854775808}", Reason.IMPOSSIBLE_TIME);
    assertReason(decoder, "{\"t\":9223372036854775808}", Reason.WRONG_TYPE);
  }

  @Test
  void aTimeTooFarAheadIsKeptOrClampedAsDeclared() {
    long ahead = RECORD.plus(EVENT_TIME.maxAhead()).toEpochMilli();
    String later = "{\"t\":" + (ahead + 1) + "}";
    assertThat(ahead(EventTimeSpec.Ahead.KEEP, later)).isEqualTo(Instant.ofEpochMilli(ahead + 1));
    assertThat(ahead(EventTimeSpec.Ahead.CLAMP, later)).isEqualTo(RECORD);
    assertThat(ahead(EventTimeSpec.Ahead.CLAMP, "{\"t\":" + ahead + "}"))
        .as("as far ahead as it may be")
        .isEqualTo(Instant.ofEpochMilli(ahead));
    String last = "{\"t\":253402300799000}";
    assertThat(ahead(EventTimeSpec.Ahead.CLAMP, last)).isEqualTo(RECORD);
    assertThat(ahead(EventTimeSpec.Ahead.KEEP, last)).as("of the last day there is").isNull();
    for (EventTimeSpec.Ahead policy : EventTimeSpec.Ahead.values()) {
      assertThat(ahead(policy, "{\"t\":9223372036854775807}"))
          .as("a column of the table would have to hold it")
          .isNull();
    }
  }

  /** The event time of a message; null where it is a dead letter. */
  private static Instant ahead(EventTimeSpec.Ahead policy, String message) {
    Decoded decoded =
        Columns.decoder(
                new EventTimeSpec("t", EVENT_TIME.notBefore(), EVENT_TIME.maxAhead(), policy))
            .decode(message.getBytes(StandardCharsets.UTF_8), RECORD);
    return decoded instanceof Decoded.Accepted row ? row.eventTime() : null;
  }

  @Test
  void saysWhatWasFoundAndWhatWasExpected() {
    JsonDecoder decoder = decoder(column("v", "int", true));
    assertThat(rejected(decoder, "{\"t\":1709164800000, \"v\" : \"12\" }").detail())
        .isEqualTo("field 'v': found \"12\", expected int");
    assertThat(rejected(decoder, "{\"v\" : 1.50 ,\"t\":1709164800000}").detail())
        .isEqualTo("field 'v': found 1.50, expected int");
    assertThat(rejected(decoder, "{\"t\":1709164800000}").detail())
        .isEqualTo("field 'v': found null or nothing, expected int");
    assertThat(rejected(decoder, "{\"v\":{\"a\": [1] },\"t\":1709164800000}").detail())
        .isEqualTo("field 'v': found {\"a\": [1] }, expected int");
    assertThat(rejected(decoder, "{\"v\":\"" + "雪".repeat(5000) + "\",\"t\":1}").detail())
        .isEqualTo("field 'v': found \"" + "雪".repeat(199) + "..., expected int");
    assertThat(rejected(decoder, "{\"v\":1,\"t\":1}").detail())
        .contains("'t'", "1970-01-01T00:00:00.001Z", "2020-01-01T00:00:00Z");
    assertThat(rejected(decoder, "{\"v\":1,\"t\":1709164800000").detail()).contains("byte 24");
    assertThat(rejected(decoder, "{\"v\":1,\"v\":2}").detail()).contains("'v'", "twice");
  }

  @Test
  void survivesSerialization() throws Exception {
    JsonDecoder decoder = decoder(column("country", "string", false, "geo.country", null));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(decoder);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      JsonDecoder copy = (JsonDecoder) in.readObject();
      String message = "{\"geo\":{\"country\":\"cn\"},\"t\":1709164800000}";
      assertThat(accepted(copy, message).values()[1]).isEqualTo("cn");
    }
  }

  @Test
  void refusesColumnsThatCannotBeRead() {
    assertThatThrownBy(() -> new JsonDecoder(List.of(column("a", "int", true)), EVENT_TIME))
        .hasMessageContaining("event time 't'");
    assertThatThrownBy(
            () ->
                decoder(
                    column("geo", "string", false),
                    column("country", "string", false, "geo.country", null)))
        .hasMessageContaining("'geo'")
        .hasMessageContaining("'country'");
  }

  /** A decoder of an event time {@code t} and these columns. */
  private static JsonDecoder decoder(ColumnSpec... columns) {
    return Columns.decoder(EVENT_TIME, columns);
  }

  private static Decoded decode(JsonDecoder decoder, String message) {
    return decoder.decode(message.getBytes(StandardCharsets.UTF_8), RECORD);
  }

  private static Decoded.Accepted accepted(JsonDecoder decoder, String message) {
    Decoded decoded = decode(decoder, message);
    assertThat(decoded).as(message).isInstanceOf(Decoded.Accepted.class);
    return (Decoded.Accepted) decoded;
  }

  private static Decoded.Rejected rejected(JsonDecoder decoder, String message) {
    return (Decoded.Rejected) decode(decoder, message);
  }

  private static void assertReason(JsonDecoder decoder, String message, Reason expected) {
    Decoded decoded = decode(decoder, message);
    assertThat(reason(decoded)).as("%s -> %s", Excerpt.of(message), decoded).isEqualTo(expected);
  }

  private static Reason reason(Decoded decoded) {
    return decoded instanceof Decoded.Rejected rejected ? rejected.reason() : null;
  }
}
