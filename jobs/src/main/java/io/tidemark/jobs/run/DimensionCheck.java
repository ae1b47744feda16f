package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.TransformSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** Compares what a transform declares of its dimensions with the tables that are there. */
public final class DimensionCheck {
  private final Lakehouse lake;
  private final JobTables tables;

  /**
   * @param tables tells the columns of the jobs' inputs
   */
  public DimensionCheck(Lakehouse lake, JobTables tables) {
    this.lake = lake;
    this.tables = tables;
  }

  /**
   * What is wrong with the dimensions of some jobs.
   *
   * @param mustExist whether a table that is not there is a problem
   */
  public List<Problem> problems(List<? extends JobSpec> jobs, boolean mustExist) {
    List<Problem> problems = new ArrayList<>();
    for (JobSpec job : jobs) {
      if (job instanceof TransformSpec transform) {
        for (LookupSpec lookup : transform.lookups()) {
          boolean exists = lake.exists(lookup.table());
          // A history is made by its job, before the first row is looked up in it.
          if (exists || mustExist && !lookup.asOf()) {
            Optional<Table> table =
                exists ? Optional.of(lake.load(lookup.table())) : Optional.empty();
            problems.addAll(problems(transform, lookup, table, tables.inputSchemas(transform)));
          }
        }
      }
    }
    return problems;
  }

  /**
   * What is wrong with one dimension.
   *
   * @param table nothing when it is not there
   * @param inputs columns of each of the job's inputs
   */
  static List<Problem> problems(
      TransformSpec job, LookupSpec lookup, Optional<Table> table, List<StructType> inputs) {
    if (table.isEmpty()) {
      return List.of(
          problem(
              job,
              lookup,
              "table",
              lookup.table().toString(),
              "does not exist; create it (a file below conf/tables and './tidemark tables apply'"
                  + " do), or remove the lookup"));
    }
    Set<Problem> problems = new LinkedHashSet<>();
    lookup
        .columns()
        .forEach(
            (column, type) ->
                column(table.get(), column, DataType.fromDDL(type.sql()), "declared as")
                    .ifPresent(
                        remedy -> problems.add(problem(job, lookup, "columns", column, remedy))));
    lookup
        .key()
        .forEach(
            (column, compared) ->
                inputs.stream()
                    .flatMap(
                        input ->
                            key(table.get(), column, input.apply(compared).dataType()).stream())
                    .forEach(remedy -> problems.add(problem(job, lookup, "key", column, remedy))));
    return List.copyOf(problems);
  }

  private static Optional<String> column(
      Table table, String column, DataType wanted, String whatWantsIt) {
    NestedField field = table.schema().asStruct().field(column);
    if (field == null) {
      return Optional.of(
          "is not a column of the dimension; its columns are "
              + String.join(
                  ", ", table.schema().columns().stream().map(NestedField::name).toList()));
    }
    return holds(field.type(), wanted)
        ? Optional.empty()
        : Optional.of(
            "is of type %s in the dimension, but %s %s; make them the same"
                .formatted(SparkSchemaUtil.convert(field.type()).sql(), whatWantsIt, wanted.sql()));
  }

  /** Keys are compared as they are; an int is a bigint, whichever of the two has it. */
  private static Optional<String> key(Table table, String column, DataType input) {
    NestedField field = table.schema().asStruct().field(column);
    boolean narrower = field != null && holds(SparkSchemaUtil.convert(input), field.type());
    return narrower ? Optional.empty() : column(table, column, input, "compared with");
  }

  private static boolean holds(Type is, DataType wanted) {
    return holds(is, SparkSchemaUtil.convert(wanted));
  }

  private static boolean holds(Type is, Type wanted) {
    return SparkSchemaUtil.convert(is).equals(SparkSchemaUtil.convert(wanted))
        || wanted.isPrimitiveType() && TypeUtil.isPromotionAllowed(is, wanted.asPrimitiveType());
  }

  static Problem problem(
      TransformSpec job, LookupSpec lookup, String key, String value, String remedy) {
    return new Problem("job " + job.name(), "lookup." + lookup.name() + "." + key, value, remedy);
  }
}
