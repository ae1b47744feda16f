package io.tidemark.jobs.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a registry hands out or a person writes, it is a schema, or it is said to be none. */
class MutatedSchemaTest {
  private static final int ROUNDS = 3_000;
  private static final List<String> SLIPS =
      List.of(
          "",
          " ",
          "{",
          "}",
          "[",
          "]",
          "\"",
          "=",
          ";",
          "<",
          ">",
          ",",
          "-1",
          "99999999999",
          "a",
          "map",
          "\u0000");
  private static final String AVRO =
      """
      {"type": "record", "name": "a.b", "fields": [
        {"name": "t", "type": {"type": "long", "logicalType": "timestamp-millis"}, "default": 5},
        {"name": "d", "type": {"type": "fixed", "name": "f", "size": 4, "logicalType": "decimal", "precision": 4}},
        {"name": "m", "type": {"type": "map", "values": ["null", "a.b"]}},
        {"name": "e", "type": {"type": "enum", "name": "x", "symbols": ["A", "B"]}}]}
      """;
  private static final String PROTO =
      """
      syntax = "proto3";
      package a.b;
      import "google/protobuf/timestamp.proto";
      message M {
        option deprecated = true;
        reserved 5, 7 to 9;
        map<string, N> m = 1 [json_name = "mm"];
        oneof o { int32 i = 2; N n = 3; }
        message N { optional google.protobuf.Timestamp t = 1; repeated E e = 2; }
        enum E { A = 0; B = 1; }
      }
      """;

  private int read;
  private int refused;

  private interface Parse {
    void run(String text) throws SchemaTextException;
  }

  private void mutate(String text, Parse parse) {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      StringBuilder mutated = new StringBuilder(text);
      for (int i = random.nextInt(3); i >= 0; i--) {
        int at = random.nextInt(mutated.length());
        int end = Math.min(mutated.length(), at + random.nextInt(6));
        mutated.replace(at, end, SLIPS.get(random.nextInt(SLIPS.size())));
      }
      try {
        parse.run(mutated.toString());
        read++;
      } catch (SchemaTextException e) {
        refused++;
      }
    }
    assertThat(read).isPositive();
    assertThat(refused).isPositive();
  }

  @Test
  void avro() {
    mutate(AVRO, text -> AvroSchemas.type(AvroSchemas.parse(List.of(), text)).at("m.x.e"));
  }

  @Test
  void protobuf() {
    mutate(
        PROTO,
        text ->
            ProtobufSchemas.parse(Map.of("s.proto", text), "s.proto")
                .getMessageTypes()
                .forEach(type -> ProtobufSchemas.type(type).at("m.x.t.seconds")));
  }
}
