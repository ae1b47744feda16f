package io.tidemark.catalog.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Puts comments on the fields of a schema, by their paths. */
final class SchemaComments {
  private final Map<String, String> comments;

  private SchemaComments(Map<String, String> comments) {
    this.comments = comments;
  }

  static Schema add(Schema schema, Map<String, String> comments) {
    return new Schema(new SchemaComments(comments).fields("", schema.columns()));
  }

  private List<NestedField> fields(String prefix, List<NestedField> fields) {
    List<NestedField> commented = new ArrayList<>();
    for (NestedField field : fields) {
      String path = prefix + field.name();
      commented.add(
          NestedField.from(field)
              .ofType(type(path + ".", field.type()))
              .withDoc(comments.getOrDefault(path, field.doc()))
              .build());
    }
    return commented;
  }

  private Type type(String prefix, Type type) {
    if (type.isStructType()) {
      return Types.StructType.of(fields(prefix, type.asStructType().fields()));
    }
    if (type.isListType()) {
      Types.ListType list = type.asListType();
      Type element = type(prefix + "element.", list.elementType());
      return list.isElementOptional()
          ? Types.ListType.ofOptional(list.elementId(), element)
          : Types.ListType.ofRequired(list.elementId(), element);
    }
    if (type.isMapType()) {
      Types.MapType map = type.asMapType();
      Type value = type(prefix + "value.", map.valueType());
      return map.isValueOptional()
          ? Types.MapType.ofOptional(map.keyId(), map.valueId(), map.keyType(), value)
          : Types.MapType.ofRequired(map.keyId(), map.valueId(), map.keyType(), value);
    }
    return type;
  }
}
