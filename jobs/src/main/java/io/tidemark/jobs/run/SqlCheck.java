package io.tidemark.jobs.run;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Values;
import io.tidemark.jobs.plan.JoinSql;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.DerivedMetric;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.JoinSide;
import io.tidemark.jobs.spec.JoinSpec;
import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.RollupMetric;
import io.tidemark.jobs.spec.RollupSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.TransformInput;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.jobs.spec.ViewSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.Dataset;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Checks what only Spark can tell: that the SQL of every job parses, names columns that are there,
 * gives columns that a table can have, works row by row, and adds up numbers only. It works on
 * empty frames and reads no table.
 */
public final class SqlCheck {
  private final JobCatalog jobs;
  private final JobTables tables;

  /** A check of jobs, which derives the columns of {@code tables} on the way. */
  public SqlCheck(JobCatalog jobs, JobTables tables) {
    this.jobs = jobs;
    this.tables = tables;
  }

  /**
   * Checks every job whose input is sound.
   *
   * @param chosen the jobs to check, upstream first
   * @throws ConfigurationException with every problem
   */
  public void check(List<JobSpec> chosen) {
    List<Problem> problems = new ArrayList<>();
    Set<JobSpec> unsound = new HashSet<>();
    for (JobSpec job : chosen) {
      if (jobs.inputs(job).stream().anyMatch(unsound::contains)) {
        unsound.add(job);
        continue;
      }
      List<Problem> own = problemsOf(job);
      if (!own.isEmpty()) {
        unsound.add(job);
        problems.addAll(own);
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  private List<Problem> problemsOf(JobSpec job) {
    try {
      if (job instanceof TransformSpec transform) {
        List<Problem> problems = lookupProblems(transform);
        if (!problems.isEmpty()) {
          return problems;
        }
      }
      if (job instanceof AggregateSpec aggregate) {
        List<Problem> problems = columnProblems(aggregate);
        if (!problems.isEmpty()) {
          return problems;
        }
      }
      if (job instanceof JoinSpec join) {
        List<Problem> problems = sideProblems(join);
        if (!problems.isEmpty()) {
          return problems;
        }
      }
      StructType schema = tables.schema(job);
      if (job instanceof TransformSpec transform) {
        List<Dataset<Row>> made =
            tables.analysed(transform).stream().map(rows -> (Dataset<Row>) rows).toList();
        List<Problem> problems = resultProblems(job, key(job), schema);
        problems.addAll(dedupeProblems(transform, schema));
        problems.addAll(unlikeProblems(transform, made));
        problems.addAll(rowByRowProblems(transform, made));
        if (problems.isEmpty()
            && (transform.corrects() || transform.holdsBack())
            && tables.decidesRows(transform)) {
          String why =
              transform.histories().isEmpty()
                  ? "a row that is held back may find something later"
                  : "a lookup as of event time may find something else later";
          problems.add(
              problem(
                  job,
                  "lookup",
                  "",
                  "decides which rows there are, by WHERE or the key of duplicates, and "
                      + why
                      + "; give what was found as a column, and leave rows out behind this job"));
        }
        return problems;
      }
      if (job instanceof AggregateSpec aggregate) {
        List<Problem> problems = metricProblems(aggregate);
        problems.addAll(partProblems(aggregate, schema));
        jobs.viewsOf(job).forEach(view -> problems.addAll(havingProblems(view, schema)));
        return problems;
      }
      return List.of();
    } catch (ConfigurationException e) {
      return e.problems();
    } catch (Exception e) {
      // Spark throws checked exceptions that it declares nowhere.
      if (e instanceof SparkThrowable || e.getCause() instanceof AnalysisException) {
        return List.of(problem(job, key(job), "", "does not work: " + firstLine(e)));
      }
      throw e;
    }
  }

  /** A lookup stands beside the columns of the input, and is made by some of them. */
  private List<Problem> lookupProblems(TransformSpec job) {
    List<Problem> problems = new ArrayList<>();
    for (TransformInput each : job.inputs()) {
      problems.addAll(lookupProblems(job, each.table()));
    }
    return problems;
  }

  private List<Problem> lookupProblems(TransformSpec job, TableName table) {
    List<Problem> problems = new ArrayList<>();
    for (LookupSpec lookup : job.lookups()) {
      List<String> input = Arrays.asList(inputOf(table).fieldNames());
      if (input.contains(lookup.name())) {
        problems.add(
            problem(
                job,
                "lookup",
                lookup.name(),
                "is a column of the input, too; choose another name"));
      }
      lookup
          .key()
          .forEach(
              (column, compared) -> {
                if (!input.contains(compared)) {
                  problems.add(
                      problem(
                          job,
                          "lookup." + lookup.name() + ".key." + column,
                          compared,
                          "is not a column of %s; the columns are %s"
                              .formatted(table, String.join(", ", input))));
                }
              });
    }
    return problems;
  }

  private static List<Problem> rowByRowProblems(TransformSpec job, List<Dataset<Row>> made) {
    return made.stream()
        .flatMap(rows -> RowByRowCheck.check(rows).stream())
        .distinct()
        .map(remedy -> problem(job, key(job), "", remedy))
        .toList();
  }

  /** All inputs of a union have to give the columns that the first gives. */
  private static List<Problem> unlikeProblems(TransformSpec job, List<Dataset<Row>> made) {
    List<Problem> problems = new ArrayList<>();
    Map<String, String> first = types(made.get(0));
    for (int i = 1; i < made.size(); i++) {
      Map<String, String> other = types(made.get(i));
      Set<String> columns = new LinkedHashSet<>(first.keySet());
      columns.addAll(other.keySet());
      for (String column : columns) {
        if (!Objects.equals(first.get(column), other.get(column))) {
          problems.add(
              problem(
                  job,
                  key(job),
                  column,
                  "is %s in what %s gives, and %s in what %s gives; let all inputs give the same columns, by CAST or NULL"
                      .formatted(
                          first.getOrDefault(column, "missing"),
                          job.inputs().get(0).table(),
                          other.getOrDefault(column, "missing"),
                          job.inputs().get(i).table())));
        }
      }
    }
    return problems;
  }

  private static Map<String, String> types(Dataset<Row> rows) {
    Map<String, String> types = new LinkedHashMap<>();
    for (StructField field : rows.schema().fields()) {
      types.put(field.name(), field.dataType().sql());
    }
    return types;
  }

  /** The columns of a transform are known here only; those of ODS were looked at before. */
  private List<Problem> columnProblems(AggregateSpec job) {
    List<String> input = Arrays.asList(inputOf(job.input()).fieldNames());
    List<Problem> problems = new ArrayList<>();
    for (MetricSpec metric : job.metrics()) {
      for (String column : metric.columns()) {
        if (input.stream().noneMatch(column::equalsIgnoreCase)) {
          problems.add(
              problem(
                  job,
                  "metrics." + metric.name(),
                  column,
                  job.lacksColumnOf(metric, column, input)));
        }
      }
    }
    return problems;
  }

  /** What a metric that is made of others is made of has to be numbers. */
  private static List<Problem> partProblems(AggregateSpec job, StructType stored) {
    List<Problem> problems = new ArrayList<>();
    for (DerivedMetric metric : job.derived()) {
      for (String part : metric.parts()) {
        // What has no column of its own is an average or derived, and so a number.
        Arrays.stream(stored.fields())
            .filter(field -> field.name().equals(part))
            .filter(field -> !(field.dataType() instanceof NumericType))
            .forEach(
                field ->
                    problems.add(
                        problem(
                            job,
                            "metrics." + metric.name(),
                            part,
                            "is of type %s, and a %s is made of numbers; make it of others"
                                .formatted(
                                    field.dataType().sql(), Values.text(metric.operation())))));
      }
    }
    return problems;
  }

  /** Text would be taken as a number, and fail at the first that is none. */
  private static List<Problem> havingProblems(ViewSpec view, StructType stored) {
    List<Problem> problems = new ArrayList<>();
    if (view.shape() instanceof RollupSpec rollup) {
      for (RollupMetric metric : rollup.metrics()) {
        // What has no column of its own is an average, an estimate or derived, and so a number.
        Arrays.stream(stored.fields())
            .filter(field -> metric.having().containsKey(field.name()))
            .filter(field -> !(field.dataType() instanceof NumericType))
            .forEach(
                field ->
                    problems.add(
                        new Problem(
                            "view " + view.name(),
                            "rollup.metrics." + metric.name() + ".having",
                            field.name(),
                            "is of type %s, and is compared with a number; take another metric"
                                .formatted(field.dataType().sql()))));
      }
    }
    return problems;
  }

  /** Spark would add up text as numbers, and fail at the first that is none. */
  private List<Problem> metricProblems(AggregateSpec job) {
    StructType input = inputOf(job.input());
    List<Problem> problems = new ArrayList<>();
    for (MetricSpec metric : job.metrics()) {
      Arrays.stream(input.fields())
          .filter(field -> field.name().equalsIgnoreCase(metric.column()))
          .filter(field -> metric.adds() && !(field.dataType() instanceof NumericType))
          .forEach(
              field ->
                  problems.add(
                      problem(
                          job,
                          "metrics." + metric.name(),
                          metric.column(),
                          MetricSpec.doesNotAddUp(field.dataType().sql()))));
      Arrays.stream(input.fields())
          .filter(field -> field.name().equalsIgnoreCase(metric.time()))
          .filter(field -> !field.dataType().equals(DataTypes.TimestampType))
          .forEach(
              field ->
                  problems.add(
                      problem(
                          job,
                          "metrics." + metric.name(),
                          metric.time(),
                          MetricSpec.isNoTime(field.dataType().sql()))));
    }
    return problems;
  }

  private StructType inputOf(TableName table) {
    return tables.schemaOf(table);
  }

  private static List<Problem> resultProblems(JobSpec job, String key, StructType schema) {
    List<Problem> problems = new ArrayList<>();
    List<String> names = Arrays.asList(schema.fieldNames());
    List<String> needed = new ArrayList<>(SystemColumns.CARRIED);
    if (job.holdsBack()) {
      needed.add(SystemColumns.UNKNOWN_KEYS);
    }
    for (String carried : needed) {
      if (!names.contains(carried)) {
        problems.add(
            problem(job, key, "", "does not give the column '" + carried + "'; select source.*"));
      }
    }
    Set<String> seen = new HashSet<>();
    for (StructField field : schema.fields()) {
      if (!seen.add(field.name())) {
        problems.add(
            problem(job, key, field.name(), "is given twice; source.* carries the system columns"));
      }
      if (field.dataType().equals(DataTypes.NullType)) {
        problems.add(problem(job, key, field.name(), "has no type; CAST the NULL to one"));
      }
    }
    return problems;
  }

  private static List<Problem> dedupeProblems(TransformSpec job, StructType schema) {
    List<Problem> problems = new ArrayList<>(missing(job, "dedupe.key", job.dedupeKey(), schema));
    problems.addAll(missing(job, "dedupe.latest-by", job.latestBy(), schema));
    return problems;
  }

  private static List<Problem> missing(
      JobSpec job, String key, List<String> columns, StructType schema) {
    List<String> names = Arrays.asList(schema.fieldNames());
    return columns.stream()
        .filter(column -> !names.contains(column))
        .map(
            column ->
                problem(
                    job,
                    key,
                    column,
                    "is not a column of the SQL's result; the columns are "
                        + String.join(", ", names)))
        .toList();
  }

  /** Each side by itself, and then whether one fits the other. */
  private List<Problem> sideProblems(JoinSpec job) {
    List<Dataset<Row>> made =
        tables.analysed(job).stream().map(rows -> (Dataset<Row>) rows).toList();
    List<Problem> problems = new ArrayList<>();
    List<JoinSide> sides = List.of(job.left(), job.right());
    for (int i = 0; i < sides.size(); i++) {
      String key = i == 0 ? "join.left" : "join.right";
      StructType schema = made.get(i).schema();
      problems.addAll(resultProblems(job, key + ".sql", schema));
      RowByRowCheck.check(made.get(i))
          .forEach(remedy -> problems.add(problem(job, key + ".sql", "", remedy)));
      problems.addAll(missing(job, key + ".on", job.on(), schema));
      problems.addAll(missing(job, key + ".key", sides.get(i).key(), schema));
      Arrays.stream(schema.fieldNames())
          .filter(column -> JoinSql.reserved().contains(column))
          .filter(column -> !column.equals(JoinSql.CLOSED) && !column.equals(JoinSql.NEW))
          .forEach(
              column ->
                  problems.add(
                      problem(
                          job,
                          key + ".sql",
                          column,
                          "is a column that the join adds; give it another name by AS")));
    }
    return problems.isEmpty() ? unfitProblems(job, made) : problems;
  }

  private static List<Problem> unfitProblems(JoinSpec job, List<Dataset<Row>> made) {
    List<Problem> problems = new ArrayList<>();
    Map<String, String> left = types(made.get(0));
    Map<String, String> right = types(made.get(1));
    for (String column : job.on()) {
      if (!left.get(column).equals(right.get(column))) {
        problems.add(
            problem(
                job,
                "join.on",
                column,
                "is %s on the left and %s on the right; CAST one to the type of the other"
                    .formatted(left.get(column), right.get(column))));
      }
    }
    new JoinSql.Columns(job, List.copyOf(left.keySet()), List.copyOf(right.keySet()))
        .givenTwice()
        .forEach(
            column ->
                problems.add(
                    problem(
                        job,
                        "join.right.sql",
                        column,
                        "is a column of the left side, too; give one another name by AS, or join on"
                            + " it")));
    return problems;
  }

  private static Problem problem(JobSpec job, String key, String value, String remedy) {
    return new Problem("job " + job.name(), key, value, remedy);
  }

  private static String key(JobSpec job) {
    if (job instanceof MirrorSpec) {
      return "input";
    }
    if (job instanceof JoinSpec) {
      return "join";
    }
    if (job instanceof TransformSpec transform) {
      return transform.inputs().size() > 1 ? "inputs" : "sql";
    }
    return "metrics";
  }

  private static String firstLine(Throwable e) {
    return e.getMessage().lines().findFirst().orElse(e.getClass().getSimpleName());
  }
}
