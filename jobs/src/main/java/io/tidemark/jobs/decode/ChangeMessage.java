package io.tidemark.jobs.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;

/**
 * A message as a tree, and the schema in front of it as the bytes it came in: it is the largest
 * part of a message and nearly always the one of the message before.
 *
 * @param fields the message without its schema
 * @param schema {@code null} when there is none
 */
record ChangeMessage(ObjectNode fields, byte[] schema) {
  private static final String SCHEMA = "schema";

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonDecoder.factory().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  static ChangeMessage parse(byte[] value) throws IOException, BadMessageException {
    try (JsonParser json = JSON.getFactory().createParser(value)) {
      JsonToken first = json.nextToken();
      if (first == null) {
        throw new BadMessageException(
            new Decoded.Rejected(Reason.EMPTY, "the message is only white space"));
      }
      if (first != JsonToken.START_OBJECT) {
        throw malformed("a JSON object was expected, found " + Excerpt.of(json.getText()));
      }
      ObjectNode fields = JSON.createObjectNode();
      byte[] schema = null;
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        if (json.nextToken() == JsonToken.START_OBJECT && name.equals(SCHEMA)) {
          int start = (int) json.currentTokenLocation().getByteOffset();
          json.skipChildren();
          schema = Arrays.copyOfRange(value, start, (int) json.currentLocation().getByteOffset());
        } else {
          fields.set(name, JSON.<JsonNode>readTree(json));
        }
      }
      if (json.nextToken() != null) {
        throw malformed("more follows the JSON object: " + Excerpt.of(json.getText()));
      }
      return new ChangeMessage(fields, schema);
    }
  }

  static JsonNode tree(byte[] json) throws IOException {
    return JSON.readTree(json);
  }

  private static BadMessageException malformed(String detail) {
    return new BadMessageException(JsonDecoder.malformed(detail));
  }

  /** The text of a field, or {@code null} when it is absent or null. */
  static String text(JsonNode object, String field) throws BadMessageException {
    JsonNode value = object.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw wrongType(field, value, "string");
    }
    return value.textValue();
  }

  /** A whole number, written as a number or as digits, or {@code null} when absent or null. */
  static Long number(JsonNode object, String field) throws BadMessageException {
    JsonNode value = object.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    try {
      if (value.isTextual() && value.textValue().matches("-?\\d{1,19}")) {
        return Long.valueOf(value.textValue());
      }
      if (value.isNumber()) {
        BigDecimal number = value.decimalValue();
        // looked at first: all digits of 1e999999999 would take its memory
        if ((long) number.precision() - number.scale() <= 19) {
          return number.longValueExact();
        }
      }
    } catch (ArithmeticException | NumberFormatException noLong) {
      // falls through to the verdict
    }
    throw wrongType(field, value, "a whole number");
  }

  /** An object, or {@code null} when it is absent or null. */
  static ObjectNode object(JsonNode object, String field) throws BadMessageException {
    JsonNode value = object.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (value instanceof ObjectNode found) {
      return found;
    }
    throw wrongType(field, value, "an object");
  }

  static BadMessageException wrongType(String path, JsonNode found, String expected) {
    return new BadMessageException(Reason.WRONG_TYPE, path, Excerpt.of(found.toString()), expected);
  }
}
