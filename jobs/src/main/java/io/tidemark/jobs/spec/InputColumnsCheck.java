package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks the columns of aggregates that read what an ingest job writes: there they are declared.
 * The columns of a transform are known only to the engine that runs its SQL, and are checked by it.
 */
final class InputColumnsCheck {
  private static final Set<ColumnType.Base> NUMERIC =
      Set.of(
          ColumnType.Base.INT,
          ColumnType.Base.BIGINT,
          ColumnType.Base.DOUBLE,
          ColumnType.Base.DECIMAL);

  private InputColumnsCheck() {}

  static void check(List<JobFile> files) {
    Map<TableName, IngestSpec> ingests = new HashMap<>();
    for (JobFile file : files) {
      if (file.spec() instanceof IngestSpec ingest) {
        ingests.put(ingest.output(), ingest);
      }
    }
    for (JobFile file : files) {
      if (file.spec() instanceof AggregateSpec job && ingests.containsKey(job.input())) {
        check(file, job, columns(ingests.get(job.input())));
      }
    }
  }

  private static Map<String, ColumnType> columns(IngestSpec ingest) {
    Map<String, ColumnType> columns = new LinkedHashMap<>();
    ingest.columns().forEach(column -> columns.put(column.name(), column.type()));
    if (ingest.payload().isChangeLog()) {
      columns.putAll(ChangeColumns.TYPES);
    }
    columns.putAll(SystemColumns.TYPES);
    return columns;
  }

  private static void check(JobFile file, AggregateSpec job, Map<String, ColumnType> columns) {
    List<String> known = new ArrayList<>(columns.keySet());
    for (String dimension : job.dimensions()) {
      if (!columns.containsKey(dimension)) {
        file.section()
            .refuse(
                job.granularities().isEmpty() ? JobKeys.DIMENSIONS : JobKeys.GRANULARITIES,
                "",
                dimension,
                unknown(job, dimension, known));
      }
    }
    for (MetricSpec metric : job.metrics()) {
      for (String column : metric.columns()) {
        check(file, job, metric, column, columns.get(column), known);
      }
    }
  }

  private static void check(
      JobFile file,
      AggregateSpec job,
      MetricSpec metric,
      String column,
      ColumnType type,
      List<String> known) {
    if (type == null) {
      file.section()
          .refuse(JobKeys.METRICS, metric.name(), column, job.lacksColumnOf(metric, column, known));
    } else if (metric.adds() && column.equals(metric.column()) && !NUMERIC.contains(type.base())) {
      file.section()
          .refuse(JobKeys.METRICS, metric.name(), column, MetricSpec.doesNotAddUp(type.sql()));
    } else if (column.equals(metric.time()) && type.base() != ColumnType.Base.TIMESTAMP) {
      file.section()
          .refuse(JobKeys.METRICS, metric.name(), column, MetricSpec.isNoTime(type.sql()));
    }
  }

  private static String unknown(AggregateSpec job, String column, List<String> known) {
    return "is not a column of " + job.input() + "; " + ColumnNames.didYouMean(column, known);
  }
}
