package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.InputPositions;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.run.HopStream.HopInput;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Project;
import io.tidemark.jobs.spec.TransformSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Table;
import org.apache.iceberg.events.Listeners;
import org.apache.iceberg.events.ScanEvent;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transform looks its rows up in a table that somebody else refreshes. */
@Tag("any-zone")
class DimensionTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 14);
  private static final String ENVIRONMENT =
      """
      time-zone: UTC
      catalog: { type: embedded, warehouse: w }
      checkpoints: c
      kafka: { bootstrap-servers: "one:9092" }
      spark: { spark.master: "local[2]", spark.ui.enabled: false, spark.sql.shuffle.partitions: 2 }
      """;
  private static final String TRANSFORM =
      """
      job: dwd_event
      input: ods.event
      sql: event.sql
      lookup:
        channel:
          table: dim.channel
          key: { id: place }
          columns: { label: string, weight: bigint }
      dedupe: { key: [event_id] }
      output: dwd.event
      """;
  private static final String SQL =
      """
      SELECT event_id, place, channel.label, channel.weight, channel IS NULL AS unknown, source.*
      FROM input WHERE coalesce(channel.weight, 0) >= 0
      """;

  @TempDir Path root;
  private Lakehouse lake;
  private JobCatalog jobs;
  private JobTables tables;
  private JobSpec ods;
  private TransformSpec dwd;
  private long offset;
  private LocalDate day = DAY;

  @BeforeEach
  void open() {
    Declarations declarations =
        new Project(root)
            .with("env/test.yml", ENVIRONMENT)
            .with(
                "jobs/a_ods.yml",
                """
                job: ods_event
                topic: event
                columns:
                  event_id: string
                  event_time: { type: timestamp, required: true }
                  place: string
                event-time: { column: event_time }
                output: ods.event
                """)
            .with("jobs/b_dwd.yml", TRANSFORM)
            .with("jobs/event.sql", SQL)
            .with(
                "jobs/c_dws.yml",
                "job: dws_event_1d\ninput: dwd.event\ndimensions: [label]\nwindow: 1 day\nlateness: unlimited\nmetrics: { pv: { count: \"*\" } }\noutput: dws.event_1d\n")
            .read();
    jobs = declarations.jobs();
    lake = Lakehouse.open(declarations.environment());
    tables = new JobTables(lake, jobs);
    ods = jobs.job("ods_event");
    dwd = (TransformSpec) jobs.job("dwd_event");
    tables.ensure(ods);
    sql("CREATE NAMESPACE dim");
    sql("CREATE TABLE dim.channel (id STRING, label STRING, weight INT) USING iceberg");
  }

  @Test
  void allModesReadOneVersionAndRecordIt() {
    refresh("('a', 'A', 1), ('b', 'B', -1), (NULL, 'N', 1), (NULL, 'N', 1), ('d', NULL, NULL)");
    long first = version();
    ingest("a", "b", "c", "d", null);
    catchUp();

    List<String> rows = rows("dwd.event");
    assertThat(rows)
        .as("b is filtered by the dimension; a NULL key finds no NULL key")
        .containsExactlyInAnyOrder(
            "[e0,a,A,1,false]",
            "[e2,c,null,null,true]",
            "[e3,d,null,null,false]",
            "[e4,null,null,null,true]");
    assertThat(streamed()).containsExactly(Map.of("dim.channel", first));

    Seals.seal(lake.load(ods.output()), new Range(DAY, DAY));
    assertThat(batch("dws_event_1d")).containsExactly("dwd_event", "dws_event_1d");
    assertThat(rows("dwd.event.branch_offline")).containsExactlyInAnyOrderElementsOf(rows);
    assertThat(batched("dwd.event")).isEqualTo(Map.of("dim.channel", first));
    assertThat(batched("dws.event_1d")).isEmpty();

    refresh("('a', 'Z', 1), ('b', 'B', 1)");
    long second = version();
    assertThat(batch("dws_event_1d"))
        .as("a newer dimension has a day made again when it is asked for")
        .containsExactly("dwd_event", "dws_event_1d");
    assertThat(batched("dwd.event")).isEqualTo(Map.of("dim.channel", second));
    assertThat(rows("dwd.event.branch_offline")).contains("[e0,a,Z,1,false]", "[e1,b,B,1,false]");
    assertThat(rows("dwd.event")).containsExactlyInAnyOrderElementsOf(rows);

    day = DAY.plusDays(1);
    ingest("a");
    catchUp();
    assertThat(rows("dwd.event")).hasSize(5).contains("[e0,a,A,1,false]", "[e5,a,Z,1,false]");
    assertThat(streamed())
        .containsExactly(Map.of("dim.channel", first), Map.of("dim.channel", second));
  }

  @Test
  void aDayIsMadeAgainWhenWhatItWasMadeFromWas() {
    refresh("('a', 'A', 1)");
    ingest("a", "b");
    catchUp();
    Seals.seal(lake.load(ods.output()), new Range(DAY, DAY));
    assertThat(batch("dws_event_1d")).containsExactly("dwd_event", "dws_event_1d");
    assertThat(batch("dws_event_1d")).as("nothing has changed").isEmpty();
    assertThat(batch("dwd_event")).isEmpty();
    assertThat(outdated("dws_event_1d")).isEmpty();
    assertThat(labels()).containsExactlyInAnyOrder("[A,1]", "[null,1]");

    refresh("('a', 'A', 1), ('b', 'B', 1)");
    assertThat(outdated("dws_event_1d"))
        .as("a dimension that is refreshed does not outdate a comparison")
        .isEmpty();
    assertThat(batch("dwd_event")).containsExactly("dwd_event");
    assertThat(outdated("dws_event_1d")).contains("dwd_event");
    assertThat(batch("dws_event_1d")).containsExactly("dws_event_1d");
    assertThat(outdated("dws_event_1d")).isEmpty();
    assertThat(labels()).containsExactlyInAnyOrder("[A,1]", "[B,1]");
    assertThat(batch("dws_event_1d")).isEmpty();

    BatchRun run = new BatchRun(lake, jobs, tables, report -> {});
    Range days = new Range(DAY, DAY);
    run.run(dwd, days, true);
    refresh("('a', 'Z', 1)");
    assertThat(run.run(jobs.job("dws_event_1d"), days))
        .as("what a run has made it does not make twice")
        .extracting(BatchRun.Report::job)
        .containsExactly("dws_event_1d");
    assertThat(labels()).containsExactlyInAnyOrder("[A,1]", "[B,1]");
  }

  /** The other batch runs as a whole while the first reads ODS. */
  @Test
  void twoBatchesAtOnceMakeOneInput() {
    refresh("('a', 'A', 1)");
    ingest("a", "b");
    catchUp();
    Seals.seal(lake.load(ods.output()), new Range(DAY, DAY));
    AtomicBoolean begun = new AtomicBoolean();
    List<String> other = new ArrayList<>();
    // Iceberg knows no way to take a listener back: this one does nothing after the first scan.
    Listeners.register(
        scan -> {
          if (scan.tableName().endsWith("ods.event") && begun.compareAndSet(false, true)) {
            other.addAll(batch("dws_event_1d"));
          }
        },
        ScanEvent.class);

    assertThat(batch("dws_event_1d")).as("what the other has made stays").isEmpty();
    assertThat(other).containsExactly("dwd_event", "dws_event_1d");
    assertThat(batches("dwd.event")).isEqualTo(1);
    assertThat(outdated("dws_event_1d")).isEmpty();
    assertThat(rows("dwd.event.branch_offline"))
        .containsExactlyInAnyOrder("[e0,a,A,1,false]", "[e1,b,null,null,true]");

    new BatchRun(lake, jobs, tables, report -> {}).run(dwd, new Range(DAY, DAY), true);
    assertThat(batches("dwd.event")).as("what was made before is made again").isEqualTo(2);
  }

  private long batches(String table) {
    return StreamSupport.stream(lake.load(TableName.parse(table)).snapshots().spliterator(), false)
        .filter(snapshot -> snapshot.summary().containsKey(BatchRecord.PROPERTY))
        .count();
  }

  private Optional<String> outdated(String job) {
    JobSpec spec = jobs.job(job);
    BatchRecord batch = BatchRecord.latest(lake.load(spec.output()), DAY).orElseThrow().getValue();
    return new BatchInputs(lake, jobs).madeAgain(spec, DAY, batch).map(JobSpec::name);
  }

  private List<String> labels() {
    return lake
        .spark()
        .sql("SELECT label, pv FROM dws.event_1d.branch_offline")
        .collectAsList()
        .stream()
        .map(Row::toString)
        .toList();
  }

  @Test
  void aKeyThatIsThereTwiceIsRefusedAndNothingIsLost() {
    ingest("a");
    catchUp();
    assertThat(streamed())
        .as("a table that nothing was ever written to is a version, too")
        .containsExactly(Map.of("dim.channel", DimensionVersions.WITHOUT_ROWS));

    refresh("('a', 'A', 1), ('a', 'A2', 1), ('b', 'B', 1)");
    ingest("b");

    assertThatThrownBy(this::catchUp)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("lookup.channel.key: 'dim.channel' has keys that are there more than")
        .hasMessageContaining("once in snapshot " + version() + ": id=a (2 rows)");
    assertThat(rows("dwd.event")).containsExactly("[e0,a,null,null,true]");

    refresh("('a', 'A', 1), ('b', 'B', 1)");
    catchUp();
    assertThat(rows("dwd.event"))
        .containsExactlyInAnyOrder("[e0,a,null,null,true]", "[e1,b,B,1,false]");
  }

  @Test
  void aDimensionIsReadByTheNamesOfItsColumns() {
    refresh("('a', 'A', 1)");
    ingest("a");
    catchUp();
    sql("DROP TABLE dim.channel");
    ingest("a");
    assertThatThrownBy(this::catchUp)
        .hasMessageContaining("lookup.channel.table: 'dim.channel' does not exist; create it");

    sql(
        "CREATE TABLE dim.channel (weight BIGINT, more DATE, label STRING, id STRING) USING iceberg");
    sql("INSERT INTO dim.channel VALUES (7, NULL, 'A7', 'a')");
    catchUp();
    assertThat(rows("dwd.event"))
        .containsExactlyInAnyOrder("[e0,a,A,1,false]", "[e1,a,A7,7,false]");

    sql("ALTER TABLE dim.channel RENAME COLUMN label TO title");
    ingest("a");
    assertThatThrownBy(this::catchUp)
        .hasMessageContaining(
            "lookup.channel.columns: 'label' is not a column of the dimension; its columns are weight, more, title, id");
    sql("ALTER TABLE dim.channel RENAME COLUMN title TO label");
    catchUp();
    assertThat(rows("dwd.event")).hasSize(3).contains("[e2,a,A7,7,false]");
  }

  /** Planned, and not yet read. */
  @Test
  void columnsMayChangeInTheMiddleOfAMicroBatch() {
    refresh("('a', 'A', 1)");
    ingest("a");
    tables.ensure(dwd);
    JobSession session = new JobSession(lake);
    Table input = lake.load(ods.output());
    Table output = lake.load(dwd.output());
    var columns = JobTables.known(output, tables.schema(dwd));
    HopStep step =
        new TransformStep(
            session,
            dwd,
            Map.of(
                ods.output(),
                session.lake().known(ods.output(), JobTables.known(input, tables.schema(ods)))),
            Histories.none(session),
            session.lake().known(dwd.output(), columns),
            Lookups.keeping(session, dwd, tables.inputSchemas(dwd)),
            new WaitingRows(session, dwd, List.of(ods.output())));
    List<String> begun = new ArrayList<>();
    HopStep changed =
        new HopStep() {
          @Override
          public Result rows(
              Map<TableName, InputRange> ranges, InputPositions before, InputPositions upTo) {
            Result planned = step.rows(ranges, before, upTo);
            begun.add("again");
            if (begun.size() == 1) {
              sql("DROP TABLE dim.channel PURGE");
              sql("CREATE TABLE dim.channel (weight INT, id STRING, label STRING) USING iceberg");
              refresh("(2, 'a', 'A2')");
            }
            return planned;
          }

          @Override
          public boolean othersChanged() {
            return step.othersChanged();
          }
        };
    StreamContext context =
        new StreamContext(lake.environment().stream(), new StopSignal(), MicroBatchListener.SILENT);
    List<HopInput> inputs = List.of(new HopInput(ods, input));
    new HopStream(dwd, inputs, output, columns, changed, "definition", context).run(true);

    assertThat(begun).hasSize(2);
    assertThat(rows("dwd.event")).containsExactly("[e0,a,A2,2,false]");
  }

  @Test
  void everyProblemIsToldAtTheStart() {
    sql("DROP TABLE dim.channel");
    assertThat(problems(true)).singleElement().asString().contains("does not exist; create it");
    assertThat(problems(false)).isEmpty();

    sql("CREATE TABLE dim.channel (id BIGINT, label STRUCT<a: STRING>) USING iceberg");
    assertThat(problems(false))
        .containsExactly(
            "lookup.channel.columns: 'label' is of type STRUCT<a: STRING> in the dimension, but declared as STRING; make them the same",
            "lookup.channel.columns: 'weight' is not a column of the dimension; its columns are id, label",
            "lookup.channel.key: 'id' is of type BIGINT in the dimension, but compared with STRING; make them the same");
  }

  private List<String> problems(boolean mustExist) {
    return new DimensionCheck(lake, tables)
        .problems(jobs.jobs(), mustExist).stream().map(Problem::text).toList();
  }

  private void refresh(String values) {
    sql("INSERT OVERWRITE dim.channel VALUES " + values);
  }

  private long version() {
    return lake.load(TableName.parse("dim.channel")).currentSnapshot().snapshotId();
  }

  private void catchUp() {
    new StreamRun(lake, jobs, tables, new StopSignal(), MicroBatchListener.SILENT)
        .catchUp(List.of(dwd));
  }

  /** The jobs that were recomputed. */
  private List<String> batch(String job) {
    return new BatchRun(lake, jobs, tables, report -> {})
        .run(jobs.job(job), new Range(DAY, DAY)).stream()
            .filter(report -> !report.kept())
            .map(BatchRun.Report::job)
            .toList();
  }

  private Map<String, Long> batched(String table) {
    Optional<Map.Entry<Long, BatchRecord>> record =
        BatchRecord.latest(lake.load(TableName.parse(table)), DAY);
    return record.orElseThrow().getValue().dimensions();
  }

  /** What the commits of the stream say, in their order; those that hold no row say nothing. */
  private List<Map<String, Long>> streamed() {
    Table table = lake.load(dwd.output());
    Map<Long, Map<String, Long>> bySequence = new TreeMap<>();
    table
        .snapshots()
        .forEach(
            snapshot ->
                bySequence.put(
                    snapshot.sequenceNumber(),
                    DimensionVersions.of(snapshot.summary()).snapshots()));
    return bySequence.values().stream().filter(versions -> !versions.isEmpty()).toList();
  }

  private List<String> rows(String table) {
    return lake
        .spark()
        .sql("SELECT event_id, place, label, weight, unknown FROM " + table)
        .collectAsList()
        .stream()
        .map(Row::toString)
        .toList();
  }

  private void sql(String text) {
    lake.spark().sql(text);
  }

  /** Rows as the ingest would commit them. */
  private void ingest(String... places) {
    Instant time = day.atTime(8, 0).toInstant(ZoneOffset.UTC);
    List<Row> rows = new ArrayList<>();
    for (String place : places) {
      rows.add(
          RowFactory.create(
              "e" + offset, time, place, day, "event", 0, offset, time, offset, false));
      offset++;
    }
    Table table = lake.load(ods.output());
    Marker last = Commits.takeOver(table, ods.name(), "checkpoint");
    StagedFiles staged =
        StagedFiles.write(
            table, lake.spark().createDataFrame(rows, tables.schema(ods)), Layout.AS_THEY_COME);
    Marker next =
        new Marker(ods.name(), "checkpoint", last.epoch(), last.batch() + 1, "0", Map.of());
    Commits.append(staged, next, TableState.of(table).sealedDays(), Map.of());
  }
}
