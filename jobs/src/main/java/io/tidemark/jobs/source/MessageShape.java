package io.tidemark.jobs.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.jobs.spec.ColumnSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What sampled messages have in common, field by field, in the order in which fields came. */
final class MessageShape {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, FieldShape> fields = new LinkedHashMap<>();
  private final TreeSet<String> objects = new TreeSet<>();
  private final List<String> unusable = new ArrayList<>();
  private long messages;
  private long malformed;

  /** Looks at a message. */
  void see(byte[] message) {
    JsonNode node = null;
    try {
      node = message == null ? null : JSON.readTree(message);
    } catch (JsonProcessingException e) {
      // Counted below: it will be a dead letter.
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory can be read", e);
    }
    if (node == null || !node.isObject()) {
      malformed++;
      return;
    }
    messages++;
    object("", node);
  }

  private void object(String prefix, JsonNode object) {
    object
        .fields()
        .forEachRemaining(
            field -> {
              String path = prefix + field.getKey();
              if (!field.getKey().matches(ColumnSpec.FIELD_NAME)) {
                if (!unusable.contains(path)) {
                  unusable.add(path);
                }
              } else if (field.getValue().isObject()) {
                objects.add(path);
                object(path + ".", field.getValue());
              } else if (!field.getValue().isNull()) {
                fields.computeIfAbsent(path, FieldShape::new).see(field.getValue());
              }
            });
  }

  /** Fields with values that a column can hold. A field that holds fields is not among them. */
  List<FieldShape> columns() {
    return fields.values().stream()
        .filter(field -> field.kind() != FieldShape.Kind.ARRAY && !objects.contains(field.path()))
        .toList();
  }

  /** Fields for which there is no column: arrays, odd names, now a value and now an object. */
  List<String> leftOut() {
    List<String> names = new ArrayList<>(unusable);
    fields.values().stream()
        .filter(field -> field.kind() == FieldShape.Kind.ARRAY || objects.contains(field.path()))
        .forEach(field -> names.add(field.path()));
    return names;
  }

  /** JSON objects seen. */
  long messages() {
    return messages;
  }

  /** Other messages seen. */
  long malformed() {
    return malformed;
  }
}
