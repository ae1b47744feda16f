package io.tidemark.jobs.schema;

import io.tidemark.jobs.schema.FieldType.Inside;
import io.tidemark.jobs.schema.FieldType.Kind;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.avro.LogicalType;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/** Reads Avro schemas. */
public final class AvroSchemas {
  private AvroSchemas() {}

  /**
   * The schema that a text is.
   *
   * @param references texts whose types it uses, each behind those that it uses itself
   * @throws SchemaTextException when it, or one of the others, is none
   */
  public static Schema parse(Collection<String> references, String text)
      throws SchemaTextException {
    // Whoever wrote messages by a schema has accepted its names and defaults; neither matters here.
    Schema.Parser parser = new Schema.Parser(NameValidator.NO_VALIDATION);
    parser.setValidateDefaults(false);
    try {
      references.forEach(parser::parse);
      return parser.parse(text);
    } catch (RuntimeException e) {
      // The parser has several kinds for what people write.
      throw new SchemaTextException("is no Avro schema: " + e.getMessage());
    }
  }

  /** What a schema's values are. */
  public static FieldType type(Schema schema) {
    return switch (schema.getType()) {
      case RECORD ->
          structure(schema.getFullName(), name -> Optional.ofNullable(schema.getField(name)));
      case MAP ->
          new FieldType(
              EnumSet.of(Kind.STRUCTURE),
              "a map",
              name -> Optional.of(type(schema.getValueType())));
      case ARRAY -> FieldType.of(Kind.STRUCTURE, "an array");
      case UNION -> union(schema.getTypes());
      default -> FieldType.of(kind(schema), text(schema));
    };
  }

  private static FieldType structure(String name, Function<String, Optional<Schema.Field>> fields) {
    return new FieldType(
        EnumSet.of(Kind.STRUCTURE),
        "record " + name,
        field -> fields.apply(field).map(Schema.Field::schema).map(AvroSchemas::type));
  }

  private static FieldType union(List<Schema> branches) {
    List<FieldType> types =
        branches.stream()
            .filter(branch -> branch.getType() != Schema.Type.NULL)
            .map(AvroSchemas::type)
            .toList();
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    types.forEach(type -> kinds.addAll(type.kinds()));
    Inside inside =
        name ->
            types.stream()
                .map(FieldType::inside)
                .filter(Objects::nonNull)
                .flatMap(fields -> fields.field(name).stream())
                .findFirst();
    return new FieldType(
        kinds, types.isEmpty() ? "null" : String.join(" or ", texts(types)), inside);
  }

  private static List<String> texts(List<FieldType> types) {
    return types.stream().map(FieldType::text).toList();
  }

  private static Kind kind(Schema schema) {
    return switch (logicalName(schema)) {
      case "date" -> Kind.DATE;
      case "decimal", "big-decimal" -> Kind.NUMBER;
      case "timestamp-millis",
          "timestamp-micros",
          "timestamp-nanos",
          "local-timestamp-millis",
          "local-timestamp-micros",
          "local-timestamp-nanos" ->
          Kind.TIMESTAMP;
      case "time-millis", "time-micros" -> Kind.TEXT;
      default ->
          switch (schema.getType()) {
            case INT, LONG, FLOAT, DOUBLE -> Kind.NUMBER;
            case BOOLEAN -> Kind.BOOLEAN;
            case NULL -> Kind.STRUCTURE;
            default -> Kind.TEXT;
          };
    };
  }

  private static String text(Schema schema) {
    String type = schema.getType().getName();
    String logical = logicalName(schema);
    return logical.isEmpty() ? type : type + " (" + logical + ")";
  }

  /** The name of the logical type; empty when there is none that holds. */
  public static String logicalName(Schema schema) {
    LogicalType logical = schema.getLogicalType();
    return logical == null ? "" : logical.getName();
  }
}
