package io.tidemark.jobs.decode;

import static io.tidemark.jobs.decode.Payloads.TIME;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values are written by Avro's own writer, and broken by hand. */
class AvroReaderTest {
  private static final long MICROS = TIME.getEpochSecond() * 1_000_000;

  private static String record(String... fields) {
    return "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"t\",\"type\":\"long\"}"
        + (fields.length == 0 ? "" : "," + String.join(",", fields))
        + "]}";
  }

  private static String field(String name, String type) {
    return "{\"name\":\"" + name + "\",\"type\":" + type + "}";
  }

  private static String logical(String type, String logical) {
    return "{\"type\":\"%s\",\"logicalType\":\"%s\"}".formatted(type, logical);
  }

  /** A message of a record with the time and these values behind it. */
  static byte[] write(String schema, Object... values) {
    Schema parsed = new Schema.Parser().parse(schema);
    GenericData.Record record = new GenericData.Record(parsed);
    record.put(0, TIME.toEpochMilli());
    for (int i = 0; i < values.length; i++) {
      record.put(i + 1, values[i]);
    }
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      new GenericDatumWriter<>(parsed).write(record, encoder);
      encoder.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What becomes of one value of an Avro type in a column. */
  private static Object one(String type, Object value, String column) {
    String schema = record(field("v", type));
    List<Object> read = Payloads.read(Payloads.avro(schema, "v " + column), write(schema, value));
    return read.size() == 1 ? read.get(0) : read.get(0) + ": " + read.get(1);
  }

  @Test
  void plainTypesFitAsInJson() {
    assertThat(one("\"string\"", "depot 七", "string")).isEqualTo("depot 七");
    assertThat(one("\"boolean\"", true, "boolean")).isEqualTo(true);
    assertThat(one("\"int\"", 7, "int")).isEqualTo(7);
    assertThat(one("\"int\"", 7, "bigint")).isEqualTo(7L);
    assertThat(one("\"long\"", 7L, "int")).isEqualTo(7);
    assertThat(one("\"long\"", Long.MIN_VALUE, "bigint")).isEqualTo(Long.MIN_VALUE);
    assertThat(one("\"long\"", 7L, "double")).isEqualTo(7.0);
    assertThat(one("\"long\"", 7L, "decimal(5,2)")).isEqualTo(new BigDecimal("7.00"));
    assertThat(one("\"double\"", 1.25, "double")).isEqualTo(1.25);
    assertThat(one("\"double\"", 4.0, "bigint")).isEqualTo(4L);
    assertThat(one("\"double\"", 1.25, "decimal(5,2)")).isEqualTo(new BigDecimal("1.25"));
    assertThat(one("\"float\"", 1.25f, "double")).isEqualTo(1.25);
    assertThat(one("\"string\"", "2026-01-15", "date")).isEqualTo(LocalDate.of(2026, 1, 15));
    assertThat(one("\"long\"", TIME.toEpochMilli(), "timestamp")).isEqualTo(TIME);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          int    | 2147483648 | found 2147483648, expected int
          string | 7          | found 7, expected string (well-formed Unicode)
          boolean| 1          | found 1, expected boolean
          date   | 1          | found 1, expected date (yyyy-MM-dd)
          decimal(3,2) | 10   | found 10, expected decimal(3,2)
          """)
  void whatDoesNotFitNamesTheField(String column, long value, String detail) {
    assertThat(one("\"long\"", value, column)).isEqualTo("WRONG_TYPE: field 'v': " + detail);
  }

  @Test
  void textInANumbersColumnIsShownInQuotes() {
    assertThat(one("\"string\"", "heavy", "bigint"))
        .isEqualTo("WRONG_TYPE: field 'v': found \"heavy\", expected bigint");
    assertThat(one("\"double\"", Double.NaN, "double"))
        .isEqualTo("WRONG_TYPE: field 'v': found NaN, expected double");
    assertThat(one("\"double\"", Double.NaN, "bigint"))
        .isEqualTo("WRONG_TYPE: field 'v': found NaN, expected bigint");
  }

  @Test
  void logicalTypesSayTheUnit() {
    assertThat(one(logical("int", "date"), 20468, "date")).isEqualTo(LocalDate.of(2026, 1, 15));
    assertThat(one(logical("long", "timestamp-millis"), TIME.toEpochMilli(), "timestamp"))
        .isEqualTo(TIME);
    assertThat(one(logical("long", "timestamp-micros"), MICROS + 1, "timestamp"))
        .isEqualTo(TIME.plusNanos(1000));
    assertThat(one(logical("long", "timestamp-nanos"), MICROS * 1000 + 1999, "timestamp"))
        .isEqualTo(TIME.plusNanos(1000));
    assertThat(one(logical("long", "local-timestamp-micros"), MICROS, "timestamp"))
        .as("a clock in the payload's zone, eight hours before UTC")
        .isEqualTo(TIME.minus(Duration.ofHours(8)));
    assertThat(one(logical("long", "local-timestamp-millis"), MICROS / 1000, "timestamp"))
        .isEqualTo(TIME.minus(Duration.ofHours(8)));
    assertThat(one(logical("long", "local-timestamp-nanos"), MICROS * 1000, "timestamp"))
        .isEqualTo(TIME.minus(Duration.ofHours(8)));
    assertThat(one(logical("int", "time-millis"), 3_661_001, "string")).isEqualTo("01:01:01.001");
    assertThat(one(logical("long", "time-micros"), 3_661_000_001L, "string"))
        .isEqualTo("01:01:01.000001");
    assertThat(one(logical("string", "uuid"), "a-b", "string")).isEqualTo("a-b");
  }

  @Test
  void impossibleTimesAreDeadLetters() {
    assertThat(one(logical("int", "date"), Integer.MAX_VALUE, "date"))
        .isEqualTo(
            "IMPOSSIBLE_TIME: field 'v': found day 2147483647, expected a time of years 1 to 9999");
    assertThat(one(logical("long", "timestamp-millis"), Long.MAX_VALUE, "timestamp"))
        .isEqualTo(
            "IMPOSSIBLE_TIME: field 'v': found 9223372036854775807, expected a time of years 1 to"
                + " 9999");
    assertThat(one(logical("long", "time-micros"), -1L, "string"))
        .isEqualTo(
            "WRONG_TYPE: field 'v': found -1, which is no time of day, expected string"
                + " (well-formed Unicode)");
  }

  @Test
  void aDayIsNoMomentAndAMomentIsNoNumber() {
    assertThat(one(logical("int", "date"), 1, "timestamp"))
        .isEqualTo(
            "WRONG_TYPE: field 'v': found 1970-01-02, expected timestamp (epoch milliseconds)");
    assertThat(one(logical("long", "timestamp-millis"), 0L, "bigint"))
        .isEqualTo("WRONG_TYPE: field 'v': found 1970-01-01T00:00:00Z, expected bigint");
  }

  @Test
  void decimalsAndBytes() {
    String decimal = "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}";
    ByteBuffer minus = ByteBuffer.wrap(BigInteger.valueOf(-12345).toByteArray());
    assertThat(one(decimal, minus, "decimal(9,3)")).isEqualTo(new BigDecimal("-123.450"));
    assertThat(one(decimal, minus, "decimal(9,1)").toString())
        .isEqualTo("WRONG_TYPE: field 'v': found -123.45, expected decimal(9,1)");
    assertThat(one(decimal, ByteBuffer.allocate(0), "decimal(9,2)").toString())
        .isEqualTo("MALFORMED: the Avro value is broken: a decimal has no bytes");
    String fixed =
        "{\"type\":\"fixed\",\"name\":\"f\",\"size\":4,\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}";
    Schema type = new Schema.Parser().parse(fixed);
    byte[] four = ByteBuffer.allocate(4).putInt(12345).array();
    assertThat(one(fixed, new GenericData.Fixed(type, four), "decimal(9,2)"))
        .isEqualTo(new BigDecimal("123.45"));
    ByteBuffer withScale =
        ByteBuffer.wrap(new byte[] {4, 0x30, 0x39, 4}); // 2 bytes, 12345, scale 2
    assertThat(one(logical("bytes", "big-decimal"), withScale, "decimal(9,2)"))
        .isEqualTo(new BigDecimal("123.45"));
    assertThat(one("\"bytes\"", ByteBuffer.wrap(new byte[] {1, 2, 3}), "string")).isEqualTo("AQID");
    String uuid = "{\"type\":\"fixed\",\"name\":\"u\",\"size\":16,\"logicalType\":\"uuid\"}";
    assertThat(
            one(
                uuid,
                new GenericData.Fixed(new Schema.Parser().parse(uuid), new byte[16]),
                "string"))
        .isEqualTo("00000000-0000-0000-0000-000000000000");
  }

  @Test
  void unionsEnumsMapsAndRecordsInsideOthers() {
    String size = "{\"type\":\"enum\",\"name\":\"size\",\"symbols\":[\"S\",\"L\"]}";
    String depot =
        "{\"type\":\"record\",\"name\":\"depot\",\"fields\":["
            + field("city", "[\"null\",\"string\"]")
            + ","
            + field("floors", "{\"type\":\"array\",\"items\":\"int\"}")
            + "]}";
    String schema =
        record(
            field("n", "[\"null\",\"string\",\"long\"]"),
            field("size", size),
            field("depot", "[\"null\"," + depot + "]"),
            field("tags", "{\"type\":\"map\",\"values\":\"long\"}"));
    Schema parsed = new Schema.Parser().parse(schema);
    GenericData.Record inner =
        new GenericData.Record(parsed.getField("depot").schema().getTypes().get(1));
    inner.put("city", "Hefei");
    inner.put("floors", List.of(1, 2, 3));
    byte[] full =
        write(
            schema,
            5L,
            new GenericData.EnumSymbol(parsed.getField("size").schema(), "L"),
            inner,
            Map.of("a", 1L, "b", 2L));
    Decoder decoder =
        Payloads.avro(schema, "n bigint", "size string", "depot.city string", "tags.b bigint");
    assertThat(Payloads.read(decoder, full)).containsExactly(5L, "L", "Hefei", 2L);

    byte[] bare =
        write(
            schema,
            null,
            new GenericData.EnumSymbol(parsed.getField("size").schema(), "S"),
            null,
            Map.of());
    assertThat(Payloads.read(decoder, bare)).containsExactly(null, "S", null, null);
    assertThat(Payloads.read(Payloads.avro(schema, "depot.city string required"), bare))
        .containsExactly(
            Reason.MISSING_FIELD,
            "field 'depot.city': found null or nothing, expected string (well-formed Unicode)");
    assertThat(Payloads.read(Payloads.avro(schema, "depot string", "tags string"), full))
        .containsExactly(
            Reason.WRONG_TYPE,
            "field 'depot': found a record, expected string (well-formed Unicode)");
    assertThat(Payloads.read(Payloads.avro(schema, "depot.floors int"), full))
        .containsExactly(Reason.WRONG_TYPE, "field 'depot.floors': found an array, expected int");
    assertThat(Payloads.read(Payloads.avro(schema, "size.of int"), full))
        .containsExactly(Reason.WRONG_TYPE, "field 'size': found \"L\", expected an object");
  }

  @Test
  void aFieldThatTheWriterDidNotHaveIsMissing() {
    String schema = record();
    assertThat(Payloads.read(Payloads.avro(schema, "later string"), write(schema)))
        .containsExactly((Object) null);
  }

  @Test
  void brokenMessagesAreDeadLetters() {
    String schema = record(field("s", "\"string\""), field("u", "[\"null\",\"int\"]"));
    Decoder decoder = Payloads.avro(schema, "s string", "u int");
    byte[] good = write(schema, "abc", 1);
    assertThat(Payloads.read(decoder, good)).containsExactly("abc", 1);

    byte[] longer = Arrays.copyOf(good, good.length + 3);
    assertThat(Payloads.read(decoder, longer))
        .containsExactly(Reason.MALFORMED, "the Avro value is broken: 3 bytes follow the value");
    byte[] latin = good.clone();
    latin[good.length - 4] = (byte) 0xe9;
    assertThat(Payloads.read(decoder, latin).get(0)).isEqualTo(Reason.NOT_UTF8);
    byte[] branch = good.clone();
    branch[good.length - 2] = 8;
    assertThat(Payloads.read(decoder, branch))
        .containsExactly(Reason.MALFORMED, "the Avro value is broken: a union takes branch 4 of 2");
    assertThat(decoder.decode(new byte[0], TIME))
        .isEqualTo(new Decoded.Rejected(Reason.EMPTY, "the message has no bytes"));
    assertThat(decoder.decode(null, TIME))
        .isEqualTo(new Decoded.Rejected(Reason.EMPTY, "the message has no bytes"));
  }

  /** Two billion bytes, items or levels that a few bytes claim. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"string\"",
        "\"bytes\"",
        "{\"type\":\"array\",\"items\":\"null\"}",
        "{\"type\":\"array\",\"items\":\"int\"}",
        "{\"type\":\"map\",\"values\":\"null\"}"
      })
  @Timeout(10)
  void absurdLengthsCostNothing(String type) {
    String schema = record(field("v", type));
    byte[] time = write(record());
    byte[] absurd = Arrays.copyOf(time, time.length + 5);
    byte[] claim = {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
    System.arraycopy(claim, 0, absurd, time.length, claim.length);
    assertThat(Payloads.read(Payloads.avro(schema), absurd).get(0)).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void aSchemaWithoutAnEndIsNotFollowedForEver() {
    String schema =
        "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"t\",\"type\":\"long\"},"
            + "{\"name\":\"again\",\"type\":{\"type\":\"record\",\"name\":\"q\",\"fields\":["
            + "{\"name\":\"q\",\"type\":\"q\"}]}}]}";
    assertThat(Payloads.read(Payloads.avro(schema), write(record())))
        .containsExactly(
            Reason.MALFORMED,
            "the Avro value is broken: more than 200 values are inside each other");
  }

  @Test
  void noBytesMakeItThrow() {
    String schema =
        record(
            field("s", "\"string\""),
            field("m", "{\"type\":\"map\",\"values\":[\"null\",\"double\",\"r\"]}"),
            field("d", logical("int", "date")),
            field("a", "{\"type\":\"array\",\"items\":\"bytes\"}"));
    Decoder decoder = Payloads.avro(schema, "s string", "m.a double", "d date", "a string");
    byte[] good =
        write(schema, "abc", Map.of("a", 2.5), 9, List.of(ByteBuffer.wrap(new byte[] {1, 2})));
    Random random = new Random(20260115);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = Arrays.copyOf(good, random.nextInt(good.length + 3));
      for (int changes = random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThat(decoder.decode(bytes, Instant.EPOCH)).isNotNull();
    }
  }
}
