package io.tidemark.jobs.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What the schema in front of a Debezium message says of a column.
 *
 * @param name of the type, such as {@code io.debezium.time.MicroTimestamp}; empty for a plain one
 * @param scale of a decimal, 0 for any other
 */
record ConnectType(String name, int scale) {
  static final String DECIMAL = "org.apache.kafka.connect.data.Decimal";

  /**
   * The types of a row's columns.
   *
   * @param schema the bytes they come from, for recognising them again
   */
  record OfRow(byte[] schema, Map<String, ConnectType> byColumn) {
    static final OfRow UNKNOWN = new OfRow(null, Map.of());

    boolean isOf(byte[] other) {
      return Arrays.equals(schema, other);
    }

    /** Reads the part of an envelope's schema that describes the row. */
    static OfRow parse(byte[] schema) throws IOException {
      Map<String, ConnectType> types = new HashMap<>();
      for (JsonNode part : ChangeMessage.tree(schema).path("fields")) {
        String of = part.path("field").asText();
        if (of.equals("after") || of.equals("before")) {
          for (JsonNode column : part.path("fields")) {
            types.put(
                column.path("field").asText(),
                new ConnectType(
                    column.path("name").asText(""),
                    column.path("parameters").path("scale").asInt(0)));
          }
        }
      }
      return new OfRow(schema, types);
    }
  }
}
