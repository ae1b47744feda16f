package io.tidemark.tests.lakehouse;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.compaction.run.Compaction;
import io.tidemark.compaction.run.CompactionListener;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.run.BatchRun;
import io.tidemark.jobs.run.Cuts;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.run.StreamRun;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SinkSpec;
import io.tidemark.jobs.spec.ViewSpec;
import io.tidemark.tests.app.Topics;
import io.tidemark.tests.broker.LocalBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A lakehouse on this machine with its own tables, checkpoints and topics, made from the declared
 * configuration: what the tests, the demo and the benchmarks work on. Several can share a broker,
 * because each prefixes its topics.
 */
public final class LocalLakehouse {
  private static final Pattern PAYLOAD =
      Pattern.compile("(?m)^payload:(?: *\\{[^}]*\\}| *\\R(?:[ \\t]+.*(?:\\R|\\z))+)");

  private final Declarations declarations;
  private final Lakehouse lake;
  private final JobTables tables;

  private LocalLakehouse(Declarations declarations) {
    this.declarations = declarations;
    this.lake = Lakehouse.open(declarations.environment());
    this.tables = new JobTables(lake, declarations.jobs(), declarations.tables());
  }

  /**
   * Makes a lakehouse.
   *
   * @param conf the configuration it is declared in; it is copied, with the topics renamed
   * @param home an empty folder for everything it keeps
   * @param settings what differs from the environment's file, by dotted key
   */
  public static LocalLakehouse create(
      Path conf, Path home, LocalBroker broker, ZoneId zone, Map<String, String> settings) {
    Path ownConf = home.resolve("conf");
    copyConf(conf, ownConf, home.getFileName() + ".");
    Map<String, String> all = new TreeMap<>();
    all.put("time-zone", zone.getId());
    all.put("catalog.warehouse", home.resolve("warehouse").toString());
    all.put("checkpoints", home.resolve("checkpoints").toString());
    all.put("kafka.bootstrap-servers", broker.bootstrapServers());
    all.put("stream.trigger", "1 second");
    all.put("spark.spark.sql.shuffle.partitions", "2");
    all.putAll(settings);
    return new LocalLakehouse(Declarations.read(ownConf, "local", all));
  }

  /** Opens an environment of the declared configuration as it is. */
  public static LocalLakehouse open(Path conf, String environment) {
    return new LocalLakehouse(Declarations.read(conf, environment, Map.of()));
  }

  private static void copyConf(Path from, Path to, String topicPrefix) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        String text = Files.readString(file);
        Files.writeString(
            copy, asJson(text).replaceAll("(?m)^topic: *(\\S+)", "topic: " + topicPrefix + "$1"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy the configuration " + from, e);
    }
  }

  /**
   * Messages of Avro and Protobuf are sent as JSON here: what is behind ODS knows nothing of that.
   */
  private static String asJson(String job) {
    return PAYLOAD
        .matcher(job)
        .replaceAll(
            payload ->
                payload.group().matches("(?s).*format: *(avro|protobuf|json-schema)\\b.*")
                    ? ""
                    : Matcher.quoteReplacement(payload.group()));
  }

  public Lakehouse lake() {
    return lake;
  }

  public JobCatalog jobs() {
    return declarations.jobs();
  }

  public JobTables tables() {
    return tables;
  }

  /** The jobs that read Kafka. */
  public List<IngestSpec> ingests() {
    return jobs().jobs().stream()
        .filter(IngestSpec.class::isInstance)
        .map(IngestSpec.class::cast)
        .toList();
  }

  /** The jobs that can be recomputed. */
  public List<JobSpec> recomputed() {
    return jobs().jobs().stream().filter(job -> !(job instanceof IngestSpec)).toList();
  }

  /** Creates the topics of every declared job that are not there. */
  public void createTopics(int partitions) {
    try (Topics topics = new Topics(declarations.environment().kafka().bootstrapServers())) {
      ingests().forEach(job -> topics.create(job.topic(), partitions));
    }
  }

  /** Creates every declared table and view that is not there. */
  public void createTables() {
    jobs().jobs().forEach(tables::ensure);
  }

  /** Drains jobs, upstream first. */
  public void catchUp(List<JobSpec> chosen) {
    streams(new StopSignal(), MicroBatchListener.SILENT).catchUp(chosen);
  }

  /**
   * Drains sinks.
   *
   * @param reload whether they write everything again
   */
  public void drain(List<SinkSpec> sinks, boolean reload) {
    streams(new StopSignal(), MicroBatchListener.SILENT)
        .catchUp(List.of(), new StreamRun.Sinks(sinks, reload));
  }

  /** Streams of this lakehouse, as one driver runs them. */
  public StreamRun streams(StopSignal stop, MicroBatchListener listener) {
    return new StreamRun(lake, jobs(), tables, stop, listener);
  }

  /** Compaction of this lakehouse's tables by the declared policies. */
  public Compaction compaction(InstantSource clock, CompactionListener listener) {
    Policies policies = new Policies(declarations.of(CompactionPolicy.class));
    return new Compaction(lake, jobs(), tables, policies, clock, listener);
  }

  /** Seals days in every ODS table. */
  public void seal(LocalDate from, LocalDate to) {
    for (IngestSpec job : ingests()) {
      Seals.seal(tables.ensure(job), new Range(from, to));
    }
  }

  /** Recomputes days of jobs into the offline branch. */
  public void batch(List<JobSpec> chosen, LocalDate from, LocalDate to) {
    BatchRun run = new BatchRun(lake, jobs(), tables, report -> {});
    chosen.forEach(job -> run.run(job, new Range(from, to)));
  }

  /** Rows that the streams have still to read of what ODS holds now. */
  public long backlog() {
    Map<String, Long> heads = new TreeMap<>();
    for (IngestSpec job : ingests()) {
      Snapshot head = tables.ensure(job).currentSnapshot();
      if (head != null) {
        heads.put(job.output().toString(), head.snapshotId());
      }
    }
    Cuts cuts = new Cuts(lake, jobs());
    return recomputed().stream().mapToLong(job -> cuts.backlog(job, heads)).sum();
  }

  /**
   * Messages that became rows or dead letters, or were ignored, from the tables' metadata alone.
   */
  public long messagesRead() {
    return ingests().stream().mapToLong(this::messagesRead).sum();
  }

  private long messagesRead(IngestSpec job) {
    // A message of a change log is no row or several, and of a split one may only be counted:
    // there the commits say how many were read.
    return job.payload().isChangeLog() || job.split().isSplit()
        ? lake.exists(job.output())
            ? MicroBatchReport.of(job.name(), lake.load(job.output())).read()
            : 0
        : rows(job.output()) + rows(job.deadLetters()) - repaired(job.deadLetters());
  }

  /** Dead letters that are rows by now, and would be counted twice. */
  private long repaired(TableName letters) {
    if (!lake.exists(letters)) {
      return 0;
    }
    Table table = lake.load(letters);
    int mark = table.schema().findField("repaired_at").fieldId();
    long repaired = 0;
    try (CloseableIterable<FileScanTask> tasks = table.newScan().includeColumnStats().planFiles()) {
      for (FileScanTask task : tasks) {
        repaired +=
            task.file().recordCount()
                - task.file().nullValueCounts().getOrDefault(mark, task.file().recordCount());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return repaired;
  }

  private long rows(TableName table) {
    if (!lake.exists(table)) {
      return 0;
    }
    Snapshot head = lake.load(table).currentSnapshot();
    return head == null
        ? 0
        : Long.parseLong(head.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0"));
  }

  /** What a reader sees of a job on {@code main}. */
  public Dataset<Row> main(JobSpec job) {
    return read(job, lake.identifier(job.output()));
  }

  /** What a reader sees of a job on the offline branch. */
  public Dataset<Row> offline(JobSpec job) {
    return read(job, lake.identifier(job.output()) + ".branch_" + Lakehouse.OFFLINE);
  }

  /** The rows of a declared view. */
  public Dataset<Row> main(ViewSpec view) {
    return lake.spark().table(lake.identifier(view.name()));
  }

  /** What a declared view shows of the offline branch of its summary. */
  public Dataset<Row> offline(ViewSpec view) {
    String branch = lake.identifier(view.of()) + ".branch_" + Lakehouse.OFFLINE;
    return lake.spark().sql(tables.readSql(view, branch));
  }

  private Dataset<Row> read(JobSpec job, String relation) {
    return job.view().isPresent()
        ? lake.spark().sql(tables.readSql(job, relation))
        : lake.spark().table(relation);
  }
}
