package io.tidemark.jobs.run;

import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.catalog.table.PartitionTerm;
import io.tidemark.jobs.plan.SinkSql;
import io.tidemark.jobs.sink.SinkColumn;
import io.tidemark.jobs.sink.SinkDefinition;
import io.tidemark.jobs.sink.SinkLayout;
import io.tidemark.jobs.spec.ChangeColumns;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.SinkSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What a sink's declaration comes to: the columns of its rows, and the SQL that finds them.
 *
 * @param writer the job that writes the table read
 * @param layout the columns written
 * @param sql how rows are found
 * @param partition what the table is partitioned by first
 */
public record SinkPlan(JobSpec writer, SinkLayout layout, SinkSql sql, String partition) {
  /** Derives it from columns that are declared, so that no table is read. */
  public static SinkPlan of(SinkSpec sink, JobCatalog jobs, JobTables tables) {
    JobSpec writer = jobs.writerOf(sink.input()).orElseThrow();
    StructType shown = tables.shown(writer);
    List<String> keys = tables.keys(writer);
    if (keys.isEmpty()) {
      keys = List.of(SystemColumns.TOPIC, SystemColumns.PARTITION, SystemColumns.OFFSET);
    }
    List<String> values = new ArrayList<>(values(sink, shown));
    values.removeAll(keys);
    Set<String> maps =
        values.stream()
            .filter(column -> holdsMap(shown.apply(column).dataType().sql()))
            .collect(Collectors.toSet());
    String partition =
        writer instanceof MirrorSpec ? ChangeColumns.BUCKET : PartitionTerm.DT.column();
    SinkSql sql =
        new SinkSql(
            writer,
            keys,
            values,
            maps,
            partition,
            relation ->
                writer.view().isPresent()
                    ? tables.readSql(writer, relation)
                    : "SELECT * FROM " + relation);
    Map<String, String> told = new LinkedHashMap<>();
    values.forEach(column -> told.put(column, sql.told(column)));
    SinkLayout layout =
        new SinkLayout(
            sink.name(),
            sink.input(),
            columns(shown, keys),
            columns(shown, values),
            new SinkDefinition(keys, sql.rows(), told));
    return new SinkPlan(writer, layout, sql, partition);
  }

  private static boolean holdsMap(String sql) {
    return sql.contains("MAP<");
  }

  private static List<String> values(SinkSpec sink, StructType shown) {
    return sink.columns().isEmpty() ? Arrays.asList(shown.fieldNames()) : sink.columns();
  }

  private static List<SinkColumn> columns(StructType shown, List<String> names) {
    return names.stream()
        .map(name -> SinkColumn.of(name, shown.apply(name).dataType().sql()))
        .toList();
  }

  /** What is wrong with a sink's columns; a plan can be made when it is nothing. */
  public static List<Problem> problems(SinkSpec sink, JobCatalog jobs, JobTables tables) {
    JobSpec writer = jobs.writerOf(sink.input()).orElseThrow();
    StructType shown = tables.shown(writer);
    List<Problem> problems = new ArrayList<>();
    List<String> known = Arrays.asList(shown.fieldNames());
    String kind =
        sink.target() instanceof SinkSpec.Jdbc
            ? "jdbc"
            : sink.target() instanceof SinkSpec.Kafka ? "kafka" : "redis";
    for (String column : sink.columns()) {
      if (!known.contains(column)) {
        problems.add(
            new Problem(
                "job " + sink.name(),
                kind + ".columns",
                column,
                "is not a column of %s; %s"
                    .formatted(
                        writer.view().orElse(sink.input()),
                        Suggestions.didYouMean(
                            column, known, "the columns are " + String.join(", ", known)))));
      }
    }
    if (problems.isEmpty() && sink.target() instanceof SinkSpec.Jdbc) {
      for (String column : values(sink, shown)) {
        StructField field = shown.apply(column);
        if (SinkColumn.of(column, field.dataType().sql()).type().isEmpty()) {
          problems.add(
              new Problem(
                  "job " + sink.name(),
                  "jdbc.columns",
                  column,
                  "is a %s, which no column of the database holds; name the other columns in 'columns', or make a text of it upstream"
                      .formatted(field.dataType().sql())));
        }
      }
    }
    return problems;
  }
}
