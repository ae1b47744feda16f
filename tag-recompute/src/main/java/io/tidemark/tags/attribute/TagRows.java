package io.tidemark.tags.attribute;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.plan.Sql;
import io.tidemark.tags.attribute.plan.RecomputeRecord;
import io.tidemark.tags.attribute.plan.SetSql;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.spec.TagTable;
import io.tidemark.tags.spec.TagTable.Tag;
import io.tidemark.tags.table.HistoryColumns;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.HistoryEntry;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.StructType;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * The rows of the tag table of one day, or the latest, in one snapshot of it.
 *
 * @param lake where the table is
 * @param spec the history
 * @param snapshot the snapshot
 * @param day the day whose rows are taken, where the table has rows of several; else nothing
 */
record TagRows(Lakehouse lake, HistorySpec spec, long snapshot, Optional<LocalDate> day) {
  /**
   * Pins the tags.
   *
   * @param asOf the day whose tags are wanted; nothing for the latest
   * @throws TagsRefusedException when there are none
   */
  static TagRows pin(Lakehouse lake, HistorySpec spec, Optional<LocalDate> asOf) {
    TableName name = spec.tags().table();
    if (!lake.exists(name)) {
      throw new TagsRefusedException(
          "the tag table %s of history %s does not exist; load it, with a row for each user, or correct tags.table in the history's file"
              .formatted(name, spec.name()));
    }
    Table table = lake.load(name);
    if (table.currentSnapshot() == null) {
      throw new TagsRefusedException(
          "the tag table " + name + " has never been written; load it, with a row for each user");
    }
    if (spec.tags().day().isEmpty()) {
      long snapshot =
          asOf.map(day -> asOf(lake, table, name, day))
              .orElse(table.currentSnapshot().snapshotId());
      return new TagRows(lake, spec, snapshot, Optional.empty()).checked();
    }
    TagRows all =
        new TagRows(lake, spec, table.currentSnapshot().snapshotId(), Optional.empty()).checked();
    return new TagRows(lake, spec, all.snapshot(), Optional.of(all.ofDay(asOf)));
  }

  /**
   * The rows that a result was made by.
   *
   * @throws TagsRefusedException when they are not there any more, or not as declared now
   */
  static TagRows of(Lakehouse lake, HistorySpec spec, RecomputeRecord result) {
    TableName name = spec.tags().table();
    if (lake.load(name).snapshot(result.tags()) == null) {
      throw new TagsRefusedException(
          "snapshot %d of the tag table %s, by which it was made, has expired"
              .formatted(result.tags(), name));
    }
    if (result.tagDay().isEmpty() != spec.tags().day().isEmpty()) {
      throw new TagsRefusedException(
          "the tag table %s had no days then, or has none now".formatted(name));
    }
    Optional<LocalDate> day =
        result.tagDay().isEmpty()
            ? Optional.empty()
            : Optional.of(LocalDate.parse(result.tagDay()));
    return new TagRows(lake, spec, result.tags(), day).checked();
  }

  /** The snapshot that was current at the end of a day of the warehouse. */
  private static long asOf(Lakehouse lake, Table table, TableName name, LocalDate day) {
    long end =
        day.plusDays(1).atStartOfDay(lake.environment().timeZone()).toInstant().toEpochMilli();
    Long found = null;
    for (HistoryEntry entry : table.history()) {
      if (entry.timestampMillis() < end) {
        found = entry.snapshotId();
      }
    }
    if (found == null || table.snapshot(found) == null) {
      throw new TagsRefusedException(
          "the tag table %s has no snapshot of %s or before: it began later, or that has expired. Take a later day, or the latest tags without --tags-as-of"
              .formatted(name, day));
    }
    return found;
  }

  private LocalDate ofDay(Optional<LocalDate> asOf) {
    Column column = functions.col(Sql.name(spec.tags().day()));
    Dataset<Row> rows = lake.readAsOf(spec.tags().table(), snapshot);
    Dataset<Row> some = asOf.map(day -> rows.where(column.equalTo(day))).orElse(rows);
    LocalDate day = some.agg(functions.max(column.cast(DataTypes.DateType))).first().getAs(0);
    if (day == null) {
      throw new TagsRefusedException(
          "the tag table %s has no row%s; load it%s"
              .formatted(
                  spec.tags().table(),
                  asOf.map(each -> " of " + each).orElse(""),
                  asOf.map(each -> ", or take the tags of another day").orElse("")));
    }
    return day;
  }

  /** Refused unless its columns are as declared. */
  private TagRows checked() {
    columns().check();
    return this;
  }

  private TagColumns columns() {
    return new TagColumns(spec, lake.readAsOf(spec.tags().table(), snapshot).schema());
  }

  /**
   * Tags by name: declared ones, and other columns of the table whose type one could have.
   *
   * @throws TagsRefusedException when there is no such column
   */
  Map<String, Tag> tags(List<String> names) {
    return columns().tags(names);
  }

  /**
   * Which columns of the table the user, the day and some tags are, by name and id. Rows of a
   * snapshot are read in the columns of today: where a name has gone over to another column, they
   * have NULL in it.
   */
  String columnIds(Collection<String> names) {
    StructType columns = lake.load(spec.tags().table()).schema().asStruct();
    return Stream.concat(Stream.of(spec.user(), spec.tags().day()), names.stream())
        .filter(name -> !name.isEmpty())
        .map(name -> name + "=" + columns.field(name).fieldId())
        .collect(Collectors.joining(","));
  }

  /**
   * The rows: {@code user_id} and the tags, of the declared types. Rows without a user are left
   * out.
   *
   * @param where a condition on the row of the tag table, in SQL; nothing for all
   * @throws TagsRefusedException when the condition is none
   */
  Dataset<Row> read(Map<String, Tag> tags, Optional<String> where) {
    TagTable table = spec.tags();
    Dataset<Row> rows = lake.readAsOf(table.table(), snapshot);
    Column user = functions.col(Sql.name(spec.user()));
    Dataset<Row> some =
        day.map(of -> rows.where(functions.col(Sql.name(table.day())).equalTo(of))).orElse(rows);
    List<Column> columns = new ArrayList<>();
    columns.add(user.cast(HistoryColumns.userType(spec)).as(SetSql.USER));
    tags.forEach(
        (name, tag) ->
            columns.add(functions.col(Sql.name(name)).cast(TagColumns.type(tag)).as(name)));
    return where(some.where(user.isNotNull()), where).select(columns.toArray(Column[]::new));
  }

  private Dataset<Row> where(Dataset<Row> rows, Optional<String> where) {
    if (where.isEmpty()) {
      return rows;
    }
    try {
      return rows.where(where.get());
    } catch (Exception e) {
      // Checked in Scala, and so not declared.
      if (e instanceof AnalysisException wrong) {
        throw new TagsRefusedException(
            "'%s' is no condition on %s: %s"
                .formatted(where.get(), spec.tags().table(), wrong.getSimpleMessage().strip()),
            wrong);
      }
      throw e;
    }
  }

  /** The same rows in another session. */
  TagRows in(Lakehouse session) {
    return new TagRows(session, spec, snapshot, day);
  }

  /** What tells these rows from those of another day, in a text. */
  String dayText() {
    return day.map(LocalDate::toString).orElse("");
  }
}
