package io.tidemark.jobs.schema;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A schema as a registry has it.
 *
 * @param type {@code AVRO}, {@code PROTOBUF} or whatever else it knows
 * @param text the schema
 * @param references the schemas that it uses, directly or not, by the names it calls them; each
 *     behind those that it uses itself
 */
public record RegisteredSchema(String type, String text, Map<String, String> references) {
  public RegisteredSchema {
    references = new LinkedHashMap<>(references); // the order counts
  }
}
