package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.lit;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Project;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Real tables that messages reach without a broker, in micro-batches as the ingest makes them. */
final class MessageLake {
  static final Instant TIME = Instant.parse("2026-03-14T08:00:00Z");
  private static final String ENVIRONMENT =
      """
      time-zone: UTC
      catalog: { type: embedded, warehouse: w }
      checkpoints: c
      kafka: { bootstrap-servers: "one:9092" }
      spark: { spark.master: "local[2]", spark.ui.enabled: false, spark.sql.shuffle.partitions: 2 }
      """;
  static final StructType MESSAGE =
      new StructType()
          .add("key", DataTypes.BinaryType)
          .add("value", DataTypes.BinaryType)
          .add("topic", DataTypes.StringType)
          .add("partition", DataTypes.IntegerType)
          .add("offset", DataTypes.LongType)
          .add("timestamp", DataTypes.TimestampType);

  private final Path root;
  private final Map<Integer, Long> next = new TreeMap<>();
  private long batch;
  Lakehouse lake;
  JobCatalog jobs;
  JobTables tables;

  MessageLake(Path root, UnaryOperator<Project> project) {
    this.root = root;
    declare(project);
  }

  /** Reads the declarations anew; the tables are as they are. */
  void declare(UnaryOperator<Project> project) {
    Declarations declarations =
        project.apply(new Project(root).with("env/test.yml", ENVIRONMENT)).read();
    lake = lake == null ? Lakehouse.open(declarations.environment()) : lake;
    jobs = declarations.jobs();
    tables = new JobTables(lake, jobs);
  }

  IngestSpec ingest(String name) {
    return (IngestSpec) jobs.job(name);
  }

  /** A message of a partition; the next offsets are its. */
  Row message(IngestSpec job, int partition, String value) {
    long offset = next.merge(partition, 1L, Long::sum) - 1;
    return RowFactory.create(
        null,
        value == null ? null : value.getBytes(StandardCharsets.UTF_8),
        job.topic(),
        partition,
        offset,
        TIME.plusSeconds(offset));
  }

  /** A micro-batch: dead letters, then rows. */
  void ingest(IngestSpec job, Row... messages) {
    ingest(job, true, messages);
  }

  /**
   * The same, or all of it that a driver leaves that ends between the two.
   *
   * @param whole whether the rows come, too
   */
  void ingest(IngestSpec job, boolean whole, Row... messages) {
    Table ods = tables.ensure(job);
    Marker last = Commits.takeOver(ods, job.name(), "checkpoint");
    DeadLetterTable letters = new DeadLetterTable(job, lake.load(job.deadLetters()));
    KafkaOffsets begin = KafkaOffsets.parse(job.topic(), last.position());
    letters.takeOver(begin);
    TreeMap<Integer, Long> position = new TreeMap<>(begin.next());
    for (Row message : messages) {
      position.merge(message.getInt(3), message.getLong(4) + 1, Math::max);
    }
    KafkaOffsets end = new KafkaOffsets(job.topic(), position);
    IngestRows rows = new IngestRows(job, null);
    Dataset<Row> decoded =
        rows.decode(
            lake.spark()
                .createDataFrame(List.of(messages), MESSAGE)
                .withColumn(
                    "headers", lit(null).cast("array<struct<key: string, value: binary>>")));
    long number = begin.total() + last.back();
    letters.append(IngestRows.dead(decoded, number), "checkpoint", batch, end);
    if (whole) {
      var sealed = TableState.of(ods).sealedDays();
      StagedFiles staged =
          StagedFiles.write(
              ods,
              JobTables.known(ods, JobTables.odsSchema(job)),
              rows.accepted(decoded, number, sealed),
              Layout.AS_THEY_COME);
      Marker marker =
          new Marker(
              job.name(), "checkpoint", last.epoch(), batch, end.toJson(), Map.of(), last.back());
      Commits.append(staged, marker, sealed, Map.of());
    }
    batch++;
  }

  DeadLetterRepair repair(IngestSpec job, MicroBatchListener listener) {
    return new DeadLetterRepair(lake, jobs, tables, job, listener);
  }

  void catchUp(JobSpec job) {
    new StreamRun(lake, jobs, tables, new StopSignal(), MicroBatchListener.SILENT)
        .catchUp(List.of(job));
  }

  /** Rows of a query, as text. */
  List<String> rows(String sql) {
    List<String> rows = new ArrayList<>();
    lake.spark().sql(sql).collectAsList().forEach(row -> rows.add(row.toString()));
    return rows;
  }
}
