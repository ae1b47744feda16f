package io.tidemark.tags.attribute;

import io.tidemark.catalog.config.Suggestions;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.spec.TagTable.Tag;
import io.tidemark.tags.table.HistoryColumns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that a tag table has in a snapshot, and which of them are tags.
 *
 * @param spec the history that declares some of them
 * @param columns all of them
 */
record TagColumns(HistorySpec spec, StructType columns) {
  /**
   * Holds the declared columns against those that are there.
   *
   * @throws TagsRefusedException with every one that is missing or of another type
   */
  void check() {
    List<String> problems = new ArrayList<>();
    check(spec.user(), HistoryColumns.userType(spec), problems);
    if (!spec.tags().day().isEmpty()) {
      check(spec.tags().day(), DataTypes.DateType, problems);
    }
    spec.tags().columns().forEach((column, tag) -> check(column, type(tag), problems));
    if (!problems.isEmpty()) {
      throw new TagsRefusedException(
          "the tag table %s of history %s is not as declared:\n  %s\nChange the history's file, or have the table loaded with these columns."
              .formatted(spec.tags().table(), spec.name(), String.join("\n  ", problems)));
    }
  }

  private void check(String column, DataType type, List<String> problems) {
    if (columns.getFieldIndex(column).isEmpty()) {
      problems.add(
          "there is no column %s; %s"
              .formatted(
                  column,
                  Suggestions.didYouMean(
                      column,
                      new TreeSet<>(List.of(columns.fieldNames())),
                      "it has " + String.join(", ", columns.fieldNames()))));
    } else if (!fits(columns.apply(column).dataType(), type)) {
      problems.add(
          "column %s is %s, declared is %s"
              .formatted(column, columns.apply(column).dataType().sql(), type.sql()));
    }
  }

  /** Whether values need at most widening. */
  private static boolean fits(DataType there, DataType declared) {
    if (there instanceof ArrayType one && declared instanceof ArrayType other) {
      return fits(one.elementType(), other.elementType());
    }
    return there.equals(declared)
        || there.equals(DataTypes.IntegerType) && declared.equals(DataTypes.LongType);
  }

  /** The type of a tag's column. */
  static DataType type(Tag tag) {
    DataType value = DataType.fromDDL(tag.type().sql());
    return tag.multiple() ? DataTypes.createArrayType(value) : value;
  }

  /**
   * Tags by name: declared ones, and other columns of the table whose type one could have.
   *
   * @throws TagsRefusedException when there is no such column
   */
  Map<String, Tag> tags(List<String> names) {
    Map<String, Tag> tags = new LinkedHashMap<>();
    for (String name : names) {
      tags.put(
          name,
          Optional.ofNullable(spec.tags().columns().get(name))
              .or(() -> undeclared(name))
              .orElseThrow(
                  () ->
                      new TagsRefusedException(
                          "'%s' is no tag of history %s; %s"
                              .formatted(
                                  name,
                                  spec.name(),
                                  Suggestions.didYouMean(
                                      name,
                                      new TreeSet<>(List.of(columns.fieldNames())),
                                      "%s has %s"
                                          .formatted(
                                              spec.tags().table(),
                                              String.join(", ", columns.fieldNames())))))));
    }
    return tags;
  }

  private Optional<Tag> undeclared(String name) {
    if (columns.getFieldIndex(name).isEmpty() || name.equals(spec.user())) {
      return Optional.empty();
    }
    DataType type = columns.apply(name).dataType();
    DataType value = type instanceof ArrayType array ? array.elementType() : type;
    boolean known =
        List.of(
                DataTypes.StringType,
                DataTypes.BooleanType,
                DataTypes.IntegerType,
                DataTypes.LongType,
                DataTypes.DateType)
            .contains(value);
    return known
        ? Optional.of(new Tag(ColumnType.parse(value.sql()), type instanceof ArrayType))
        : Optional.empty();
  }
}
