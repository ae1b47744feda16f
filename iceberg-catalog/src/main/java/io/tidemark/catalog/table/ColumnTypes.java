package io.tidemark.catalog.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Column types as they are declared, in SQL's words, to Iceberg's and back. */
public final class ColumnTypes {
  private static final Map<String, Type> SIMPLE =
      Map.ofEntries(
          Map.entry("string", Types.StringType.get()),
          Map.entry("boolean", Types.BooleanType.get()),
          Map.entry("int", Types.IntegerType.get()),
          Map.entry("bigint", Types.LongType.get()),
          Map.entry("float", Types.FloatType.get()),
          Map.entry("double", Types.DoubleType.get()),
          Map.entry("date", Types.DateType.get()),
          Map.entry("timestamp", Types.TimestampType.withZone()),
          Map.entry("timestamp_ntz", Types.TimestampType.withoutZone()),
          Map.entry("binary", Types.BinaryType.get()));
  private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d{1,2}), *(\\d{1,2})\\)");
  private static final Pattern FIELD = Pattern.compile("([a-z][a-z0-9_]*) *: *(.+)");
  private static final int MAX_PRECISION = 38;

  private final AtomicInteger ids;

  private ColumnTypes(AtomicInteger ids) {
    this.ids = ids;
  }

  /**
   * Reads a type.
   *
   * @param ids gives fields inside the type their ids
   * @throws IllegalArgumentException when it is none
   */
  public static Type parse(String text, AtomicInteger ids) {
    return new ColumnTypes(ids).type(text.strip());
  }

  private Type type(String text) {
    Matcher decimal = DECIMAL.matcher(text);
    if (SIMPLE.containsKey(text)) {
      return SIMPLE.get(text);
    }
    if (decimal.matches()) {
      return decimal(Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)), text);
    }
    if (text.startsWith("array<") && text.endsWith(">")) {
      return Types.ListType.ofOptional(ids.incrementAndGet(), type(inside(text).strip()));
    }
    if (text.startsWith("map<") && text.endsWith(">")) {
      List<String> parts = parts(inside(text));
      if (parts.size() == 2) {
        return Types.MapType.ofOptional(
            ids.incrementAndGet(), ids.incrementAndGet(), type(parts.get(0)), type(parts.get(1)));
      }
    }
    if (text.startsWith("struct<") && text.endsWith(">")) {
      List<NestedField> fields = new ArrayList<>();
      for (String part : parts(inside(text))) {
        Matcher field = FIELD.matcher(part);
        if (!field.matches()) {
          throw refused(text);
        }
        fields.add(
            NestedField.optional(ids.incrementAndGet(), field.group(1), type(field.group(2))));
      }
      return Types.StructType.of(fields);
    }
    throw refused(text);
  }

  private static Type decimal(int precision, int scale, String text) {
    if (precision < 1 || precision > MAX_PRECISION || scale > precision) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a type; use a precision from 1 to 38 and a scale up to the precision");
    }
    return Types.DecimalType.of(precision, scale);
  }

  private static String inside(String text) {
    return text.substring(text.indexOf('<') + 1, text.length() - 1);
  }

  /** What commas part that are not inside brackets. */
  private static List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '<' || c == '(' ? 1 : c == '>' || c == ')' ? -1 : 0;
      if (c == ',' && depth == 0) {
        parts.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    parts.add(text.substring(start).strip());
    return parts;
  }

  private static IllegalArgumentException refused(String text) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' is not a type; use string, boolean, int, bigint, float, double, decimal(p,s), date,"
            + " timestamp, timestamp_ntz, binary, array<type>, map<type,type> or"
            + " struct<name:type,...>");
  }

  /** The type as one would declare it. */
  public static String text(Type type) {
    if (type.isStructType()) {
      return type.asStructType().fields().stream()
          .map(field -> field.name() + ":" + text(field.type()))
          .collect(Collectors.joining(",", "struct<", ">"));
    }
    if (type.isListType()) {
      return "array<" + text(type.asListType().elementType()) + ">";
    }
    if (type.isMapType()) {
      Types.MapType map = type.asMapType();
      return "map<" + text(map.keyType()) + "," + text(map.valueType()) + ">";
    }
    if (type instanceof Types.DecimalType decimal) {
      return "decimal(" + decimal.precision() + "," + decimal.scale() + ")";
    }
    return SIMPLE.entrySet().stream()
        .filter(entry -> entry.getValue().equals(type))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseGet(type::toString);
  }
}
