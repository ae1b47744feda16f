package io.tidemark.jobs.decode;

import static io.tidemark.jobs.decode.Payloads.TIME;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Int64Value;
import com.google.protobuf.StringValue;
import com.google.protobuf.Timestamp;
import io.tidemark.jobs.schema.ProtobufSchemas;
import io.tidemark.jobs.schema.SchemaTextException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Values are written by Protobuf's own writer, and broken by hand. */
class ProtobufReaderTest {
  private static final String PROTO3 =
      """
      syntax = "proto3";
      package shop;
      import "google/protobuf/timestamp.proto";
      import "google/protobuf/wrappers.proto";
      import "common.proto";
      import "validate/validate.proto"; // not given, and only its options are used
      enum Size { UNKNOWN = 0; LARGE = 1; }
      message Scan {
        int64 t = 1;
        string plain = 2;
        optional string maybe = 3;
        uint32 u32 = 4;
        uint64 u64 = 5;
        sint32 s32 = 6;
        fixed64 f64 = 7;
        bool flag = 8;
        double share = 9;
        float ratio = 10;
        bytes raw = 11;
        Size size = 12;
        google.protobuf.Timestamp at = 13;
        google.protobuf.Int64Value weight = 14;
        google.protobuf.StringValue note = 15;
        common.Place place = 16;
        map<string, int32> counts = 17;
        map<int32, common.Place> places = 18;
        repeated string tags = 19 [(validate.rules).min = 1];
        oneof way { string by_road = 20; int64 by_air = 21; }
        message Inner { string deep = 1; }
        Inner inner = 22;
      }
      """;
  private static final String COMMON =
      """
      syntax = "proto3";
      package common;
      message Place { string city = 1; optional int32 floor = 2; }
      """;
  private static final String PROTO2 =
      """
      package old;
      message Scan {
        required int64 t = 1;
        optional string s = 2 [default = "none"];
        required int32 n = 3;
        enum Size { SMALL = 1; LARGE = 2; }
        optional Size size = 4;
      }
      """;
  private static final Map<String, String> TEXTS =
      Map.of("s.proto", PROTO3, "common.proto", COMMON);

  private static Descriptor type(Map<String, String> texts, String name) {
    try {
      return ProtobufSchemas.message(ProtobufSchemas.parse(texts, "s.proto"), name).orElseThrow();
    } catch (SchemaTextException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static DynamicMessage message(Descriptor type, Map<String, Object> values) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    values.forEach((name, value) -> message.setField(type.findFieldByName(name), value));
    return message.buildPartial();
  }

  private static byte[] scan(Object... namesAndValues) {
    Map<String, Object> values = new LinkedHashMap<>(Map.of("t", TIME.toEpochMilli()));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return message(type(TEXTS, "shop.Scan"), values).toByteArray();
  }

  private static List<Object> read(byte[] message, String... columns) {
    return Payloads.read(Payloads.protobuf(TEXTS, "shop.Scan", columns), message);
  }

  @Test
  void scalarsFitAsInJson() {
    byte[] message =
        scan(
            "plain",
            "七",
            "u32",
            -1,
            "u64",
            -1L,
            "s32",
            -5,
            "f64",
            9L,
            "flag",
            true,
            "share",
            0.5,
            "ratio",
            1.5f,
            "raw",
            ByteString.copyFrom(new byte[] {1, 2, 3}));
    assertThat(
            read(
                message,
                "plain string",
                "u32 bigint",
                "u64 decimal(20,0)",
                "s32 int",
                "f64 bigint",
                "flag boolean",
                "share double",
                "ratio decimal(2,1)",
                "raw string"))
        .containsExactly(
            "七",
            4294967295L,
            new BigDecimal("18446744073709551615"),
            -5,
            9L,
            true,
            0.5,
            new BigDecimal("1.5"),
            "AQID");
    assertThat(read(message, "u64 bigint"))
        .containsExactly(
            Reason.WRONG_TYPE, "field 'u64': found 18446744073709551615, expected bigint");
    assertThat(read(message, "u32 int"))
        .containsExactly(Reason.WRONG_TYPE, "field 'u32': found 4294967295, expected int");
  }

  @Test
  void aFieldThatKnowsWhetherItWasSetIsMissingUnlessItWas() {
    assertThat(
            read(
                scan(),
                "plain string",
                "u32 int",
                "flag boolean",
                "size string",
                "maybe string",
                "at timestamp",
                "weight bigint",
                "place.city string",
                "by_road string",
                "by_air bigint"))
        .containsExactly("", 0, false, "UNKNOWN", null, null, null, null, null, null);
    assertThat(
            read(scan("maybe", "", "by_air", 0L), "maybe string", "by_road string", "by_air int"))
        .containsExactly("", null, 0);
    assertThat(read(scan(), "plain string required")).containsExactly("");
    assertThat(read(scan(), "maybe string required").get(0)).isEqualTo(Reason.MISSING_FIELD);
  }

  @Test
  void momentsAndWrappedValues() {
    byte[] message =
        scan(
            "at", Timestamp.newBuilder().setSeconds(TIME.getEpochSecond()).setNanos(1999).build(),
            "weight", Int64Value.of(5),
            "note", StringValue.getDefaultInstance());
    assertThat(read(message, "at timestamp", "weight bigint", "note string"))
        .containsExactly(TIME.plusNanos(1000), 5L, "");
    assertThat(read(message, "at.seconds bigint")).containsExactly(TIME.getEpochSecond());
    byte[] never = scan("at", Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build());
    assertThat(read(never, "at timestamp").get(0)).isEqualTo(Reason.IMPOSSIBLE_TIME);
    byte[] broken = scan("at", Timestamp.newBuilder().setNanos(-1).build());
    assertThat(read(broken, "at timestamp"))
        .containsExactly(
            Reason.IMPOSSIBLE_TIME,
            "field 'at': found 0 s and -1 ns, expected a time of years 1 to 9999");
  }

  @Test
  void messagesMapsAndListsInsideOthers() {
    Descriptor scan = type(TEXTS, "shop.Scan");
    FieldDescriptor counts = scan.findFieldByName("counts");
    FieldDescriptor places = scan.findFieldByName("places");
    DynamicMessage place =
        message(
            places.getMessageType().findFieldByName("value").getMessageType(),
            Map.of("city", "Hefei"));
    byte[] message =
        scan(
            "counts",
            List.of(
                message(counts.getMessageType(), Map.of("key", "a", "value", 1)),
                message(counts.getMessageType(), Map.of("key", "b", "value", 2)),
                message(counts.getMessageType(), Map.of("key", "a", "value", 3))),
            "places",
            List.of(message(places.getMessageType(), Map.of("key", 7, "value", place))),
            "place",
            place,
            "inner",
            message(scan.findNestedTypeByName("Inner"), Map.of("deep", "down")),
            "tags",
            List.of("x"));
    assertThat(
            read(
                message,
                "counts.a int",
                "counts.b int",
                "counts.c int",
                "places.7.city string",
                "place.city string",
                "place.floor int",
                "inner.deep string"))
        .containsExactly(3, 2, null, "Hefei", "Hefei", null, "down");
    assertThat(read(message, "tags string").get(1).toString()).contains("found a list");
    assertThat(read(message, "counts string").get(1).toString()).contains("found a map");
    assertThat(read(message, "place string").get(1).toString())
        .contains("found message common.Place");
    assertThat(read(message, "plain.x string").get(1).toString())
        .isEqualTo("field 'plain': found \"\", expected an object");
  }

  @Test
  void constantsAreTheirNames() throws IOException {
    Descriptor scan = type(TEXTS, "shop.Scan");
    FieldDescriptor size = scan.findFieldByName("size");
    assertThat(read(scan("size", size.getEnumType().findValueByName("LARGE")), "size string"))
        .containsExactly("LARGE");
    assertThat(read(with(scan(), 12, 0, 7), "size string"))
        .containsExactly(
            Reason.WRONG_TYPE,
            "field 'size': found 7, which is no constant of Size, expected string (well-formed"
                + " Unicode)");
  }

  /** Adds a number field as another writer of the same bytes would. */
  private static byte[] with(byte[] message, int field, int wireType, long value)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(message);
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    coded.writeTag(field, wireType);
    if (wireType == 0) {
      coded.writeUInt64NoTag(value);
    } else {
      coded.writeFixed64NoTag(value);
    }
    coded.flush();
    return out.toByteArray();
  }

  @Test
  void aValueOfAnotherTypeIsNotTakenForNone() throws IOException {
    assertThat(read(with(scan(), 2, 0, 5), "plain string"))
        .containsExactly(
            Reason.WRONG_TYPE,
            "field 'plain': found a value that is no string, expected string (well-formed"
                + " Unicode)");
    assertThat(read(with(scan(), 99, 0, 5), "plain string"))
        .as("fields that the schema does not know are skipped")
        .containsExactly("");
  }

  @Test
  void protobuf2() throws IOException {
    Map<String, String> texts = Map.of("s.proto", PROTO2);
    Descriptor type = type(texts, "Scan");
    Decoder decoder = Payloads.protobuf(texts, "old.Scan", "s string", "n int", "size string");
    byte[] bare = message(type, Map.of("t", TIME.toEpochMilli())).toByteArray();
    assertThat(Payloads.read(decoder, bare)).containsExactly(null, null, null);
    assertThat(Payloads.read(decoder, with(bare, 4, 0, 2))).containsExactly(null, null, "LARGE");
    assertThat(Payloads.read(decoder, with(bare, 4, 0, 9)).get(1).toString())
        .contains("field 'size': found a value that is no enum");
    byte[] latin = Arrays.copyOf(bare, bare.length + 3);
    System.arraycopy(new byte[] {0x12, 1, (byte) 0xe9}, 0, latin, bare.length, 3);
    assertThat(Payloads.read(decoder, latin).get(0))
        .as("text that is no UTF-8 is not changed into other text")
        .isEqualTo(Reason.MALFORMED);
  }

  @Test
  void brokenMessagesAreDeadLetters() {
    byte[] good = scan("plain", "abc");
    Decoder decoder = Payloads.protobuf(TEXTS, "shop.Scan", "plain string");
    assertThat(Payloads.read(decoder, good)).containsExactly("abc");
    List<Object> truncated = Payloads.read(decoder, Arrays.copyOf(good, good.length - 1));
    assertThat(truncated.get(0)).isEqualTo(Reason.MALFORMED);
    assertThat(truncated.get(1).toString()).startsWith("the Protobuf value is broken: ");
    byte[] absurd = {0x12, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07};
    assertThat(Payloads.read(decoder, absurd).get(0)).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void noBytesMakeItThrow() {
    byte[] good =
        scan(
            "plain",
            "abc",
            "u64",
            99L,
            "at",
            Timestamp.newBuilder().setSeconds(5).build(),
            "note",
            StringValue.of("x"));
    Decoder decoder =
        Payloads.protobuf(
            TEXTS,
            "shop.Scan",
            "plain string",
            "u64 bigint",
            "at timestamp",
            "note string",
            "places.7.city string",
            "place.floor int",
            "tags string");
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
