package io.tidemark.jobs.spec;

import io.tidemark.jobs.schema.AvroSchemas;
import io.tidemark.jobs.schema.FieldType;
import io.tidemark.jobs.schema.FieldType.Kind;
import io.tidemark.jobs.schema.ProtobufSchemas;
import io.tidemark.jobs.schema.SchemaTextException;
import io.tidemark.jobs.spec.ColumnSpec.TimeFormat;
import io.tidemark.jobs.spec.PayloadSpec.Format;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether messages written by a schema can fill the declared columns. */
public final class SchemaFit {
  private final FieldType message;

  /** The fit to a schema whose messages are of this type. */
  public SchemaFit(FieldType message) {
    this.message = message;
  }

  /** The fit to the schema that a payload declares, which was read before. */
  static SchemaFit ofFile(PayloadSpec payload) {
    SchemaFile file = payload.schema();
    try {
      return new SchemaFit(
          payload.format() == Format.AVRO
              ? AvroSchemas.type(AvroSchemas.parse(List.of(), file.text()))
              : ProtobufSchemas.type(
                  ProtobufSchemas.message(
                          ProtobufSchemas.parse(file.texts(), file.name()), file.message())
                      .orElseThrow()));
    } catch (SchemaTextException e) {
      throw new IllegalStateException("the schema was read before", e);
    }
  }

  /** What stands against each column that no message can fill, to be read after its name. */
  public Map<ColumnSpec, String> problems(List<ColumnSpec> columns) {
    Map<ColumnSpec, String> problems = new LinkedHashMap<>();
    for (ColumnSpec column : columns) {
      if (column.from().equals(ColumnSource.VALUE)) {
        problem(column).ifPresent(problem -> problems.put(column, problem));
      }
    }
    return problems;
  }

  /** Columns that messages have no field for; they stay NULL unless they are required. */
  public List<ColumnSpec> missing(List<ColumnSpec> columns) {
    return columns.stream()
        .filter(column -> column.from().equals(ColumnSource.VALUE))
        .filter(column -> message.at(column.path()).isEmpty())
        .toList();
  }

  private Optional<String> problem(ColumnSpec column) {
    Optional<FieldType> field = message.at(column.path());
    if (field.isEmpty()) {
      return Optional.of(
          "is read from '%s', which the schema (%s) does not have; correct its 'path'"
              .formatted(column.path(), message.text()));
    }
    if (field.get().kinds().stream().anyMatch(kind -> fits(kind, column))) {
      return Optional.empty();
    }
    return Optional.of(
        "is %s, but '%s' is %s in the schema (%s), which does not fit"
            .formatted(described(column), column.path(), field.get().text(), message.text()));
  }

  private static boolean fits(Kind kind, ColumnSpec column) {
    return switch (column.type().base()) {
      case STRING -> kind == Kind.TEXT;
      case BOOLEAN -> kind == Kind.BOOLEAN;
      case INT, BIGINT, DOUBLE, DECIMAL -> kind == Kind.NUMBER;
      case DATE -> kind == Kind.DATE || kind == Kind.TEXT;
      case TIMESTAMP ->
          kind == Kind.TIMESTAMP
              || kind == (column.format() == TimeFormat.ISO_8601 ? Kind.TEXT : Kind.NUMBER);
    };
  }

  private static String described(ColumnSpec column) {
    return column.format() == null
        ? column.type().sql()
        : column.type().sql() + (column.format() == TimeFormat.ISO_8601 ? " as text" : "");
  }
}
