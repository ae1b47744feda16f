package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.plan.TransformSql;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.TransformSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The tables and views that the declared jobs write: their columns follow from the declarations.
 */
public final class JobTables {
  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final Map<TableName, StructType> schemas = new HashMap<>();

  /** Columns of the views of aggregates. */
  private final Map<TableName, StructType> seen = new HashMap<>();

  /** Opened with the first job whose columns only Spark can tell. */
  private JobSession analysis;

  public JobTables(Lakehouse lake, JobCatalog jobs) {
    this.lake = lake;
    this.jobs = jobs;
  }

  /** The table a job writes, created with its view and everything upstream when it is not there. */
  public synchronized Table ensure(JobSpec job) {
    for (JobSpec upstream : jobs.inputs(job)) {
      ensure(upstream);
    }
    Table table = lake.ensure(job.output(), schema(job), properties(job));
    if (job instanceof IngestSpec ingest) {
      lake.ensure(ingest.deadLetters(), deadLetterSchema(), properties(job));
    }
    if (job instanceof AggregateSpec aggregate) {
      String relation = lake.identifier(aggregate.output());
      lake.ensureView(
          viewOf(aggregate), readSql(aggregate, relation), readSqlInTrino(aggregate, relation));
    }
    return table;
  }

  /** The view that shows one row per key of an aggregate's {@code main}. */
  public static TableName viewOf(AggregateSpec job) {
    return job.output().withSuffix("_v");
  }

  /**
   * SQL that reads an aggregate's rows, whichever branch or snapshot {@code relation} stands for.
   */
  public String readSql(AggregateSpec job, String relation) {
    StructType schema = schema(job);
    return new AggregateSql(job).read(relation, column -> schema.apply(column).dataType().sql());
  }

  /** The same in the words of Trino. */
  public synchronized String readSqlInTrino(AggregateSpec job, String relation) {
    StructType stored = schema(job);
    StructType shown =
        seen.computeIfAbsent(
            job.output(), table -> analysis().read(stored, readSql(job, "stored")).schema());
    return new AggregateSql(job)
        .readInTrino(
            relation,
            column -> stored.apply(column).dataType().sql(),
            column -> shown.apply(column).dataType().sql());
  }

  /** The columns of a job's output. */
  public synchronized StructType schema(JobSpec job) {
    StructType known = schemas.get(job.output());
    if (known == null) {
      known = derive(job);
      schemas.put(job.output(), known);
    }
    return known;
  }

  private StructType derive(JobSpec job) {
    if (job instanceof IngestSpec ingest) {
      return odsSchema(ingest);
    }
    JobSession session = analysis();
    if (job instanceof TransformSpec transform) {
      return nullable(
          session
              .transformed(new TransformSql(transform), session.empty(schemaOf(transform.input())))
              .schema());
    }
    AggregateSpec aggregate = (AggregateSpec) job;
    return nullable(
        session
            .aggregated(new AggregateSql(aggregate), session.empty(schemaOf(aggregate.input())))
            .schema());
  }

  private JobSession analysis() {
    if (analysis == null) {
      analysis = new JobSession(lake);
    }
    return analysis;
  }

  private StructType schemaOf(TableName table) {
    return schema(jobs.writerOf(table).orElseThrow());
  }

  private static Map<String, String> properties(JobSpec job) {
    return Map.of("tidemark.job", job.name());
  }

  private static StructType odsSchema(IngestSpec job) {
    List<StructField> fields = new ArrayList<>();
    for (ColumnSpec column : job.columns()) {
      fields.add(field(column));
    }
    if (fields.stream().noneMatch(field -> field.name().equals(SystemColumns.EVENT_TIME))) {
      fields.add(
          DataTypes.createStructField(SystemColumns.EVENT_TIME, DataTypes.TimestampType, true));
    }
    return new StructType(fields.toArray(StructField[]::new))
        .add(SystemColumns.DT, DataTypes.DateType)
        .add(SystemColumns.TOPIC, DataTypes.StringType)
        .add(SystemColumns.PARTITION, DataTypes.IntegerType)
        .add(SystemColumns.OFFSET, DataTypes.LongType)
        .add(SystemColumns.KAFKA_TIME, DataTypes.TimestampType)
        .add(SystemColumns.INGEST_BATCH, DataTypes.LongType)
        .add(SystemColumns.PENDING, DataTypes.BooleanType);
  }

  static StructField field(ColumnSpec column) {
    return DataTypes.createStructField(column.name(), DataType.fromDDL(column.type().sql()), true);
  }

  /** The columns of every dead-letter table. */
  static StructType deadLetterSchema() {
    return new StructType()
        .add(SystemColumns.DT, DataTypes.DateType)
        .add(SystemColumns.TOPIC, DataTypes.StringType)
        .add(SystemColumns.PARTITION, DataTypes.IntegerType)
        .add(SystemColumns.OFFSET, DataTypes.LongType)
        .add(SystemColumns.KAFKA_TIME, DataTypes.TimestampType)
        .add("message_key", DataTypes.BinaryType)
        .add("message_value", DataTypes.BinaryType)
        .add("reason", DataTypes.StringType)
        .add("detail", DataTypes.StringType)
        .add(SystemColumns.INGEST_BATCH, DataTypes.LongType);
  }

  private static StructType nullable(StructType schema) {
    return new StructType(
        Arrays.stream(schema.fields())
            .map(field -> DataTypes.createStructField(field.name(), field.dataType(), true))
            .toArray(StructField[]::new));
  }
}
