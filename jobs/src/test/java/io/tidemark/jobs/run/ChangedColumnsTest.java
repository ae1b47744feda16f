package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.KnownTable;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.SchemaMismatchException;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Project;
import io.tidemark.jobs.spec.TransformSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Types;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The columns of its input change in the middle of a micro-batch: planned, and not yet read. */
class ChangedColumnsTest {
  private static final String ENVIRONMENT =
      """
      time-zone: UTC
      catalog: { type: embedded, warehouse: w }
      checkpoints: c
      kafka: { bootstrap-servers: "one:9092" }
      spark: { spark.master: "local[1]", spark.ui.enabled: false }
      """;

  @TempDir Path root;
  private Lakehouse lake;
  private JobTables tables;
  private JobSpec ods;
  private TransformSpec dwd;
  private long offset;

  @BeforeEach
  void oneMicroBatch() {
    Declarations declarations = new Project(root).with("env/test.yml", ENVIRONMENT).read();
    lake = Lakehouse.open(declarations.environment());
    tables = new JobTables(lake, declarations.jobs());
    ods = declarations.jobs().job("ods_event");
    dwd = (TransformSpec) declarations.jobs().job("dwd_event");
    tables.ensure(dwd);
    ingest();
    run(change -> {});
    ingest();
  }

  @Test
  void theMicroBatchIsRunAgainAndFindsTheRenamedColumn() {
    int runs =
        run(
            change ->
                change
                    .renameColumn("channel", "place")
                    .addColumn("more", Types.StringType.get())
                    .commit());

    assertThat(runs).isEqualTo(2);
    assertThat(lake.spark().table("dwd.event").select("event_id", "channel").collectAsList())
        .extracting(Row::toString)
        .containsExactlyInAnyOrder("[e0,c0]", "[e1,c1]");
  }

  @Test
  void aDroppedColumnIsNotTakenForOneWithoutValues() {
    assertThatThrownBy(() -> run(change -> change.deleteColumn("channel").commit()))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessage(
            "table ods.event does not have the columns its job declares any more (dropped: channel)");

    assertThat(lake.spark().table("dwd.event").count()).isEqualTo(1);
  }

  /**
   * Drains the transform; the first micro-batch meets a change.
   *
   * @return micro-batches that were begun
   */
  private int run(Consumer<UpdateSchema> change) {
    JobSession session = new JobSession(lake);
    Table input = lake.load(ods.output());
    Table output = lake.load(dwd.output());
    Schema columns = JobTables.known(output, tables.schema(dwd));
    KnownTable read =
        session.lake().known(ods.output(), JobTables.known(input, tables.schema(ods)));
    HopStep step =
        new TransformStep(
            session,
            dwd,
            Map.of(ods.output(), read),
            Histories.none(session),
            session.lake().known(dwd.output(), columns),
            Lookups.keeping(session, dwd, tables.inputSchemas(dwd)),
            new WaitingRows(session, dwd, List.of(ods.output())));
    AtomicInteger runs = new AtomicInteger();
    HopStep changed =
        (ranges, before, upTo) -> {
          HopStep.Result planned = step.rows(ranges, before, upTo);
          if (runs.getAndIncrement() == 0) {
            change.accept(lake.load(ods.output()).updateSchema());
          }
          return planned;
        };
    StreamContext context =
        new StreamContext(lake.environment().stream(), new StopSignal(), MicroBatchListener.SILENT);
    List<HopStream.HopInput> inputs = List.of(new HopStream.HopInput(ods, input));
    new HopStream(dwd, inputs, output, columns, changed, "definition", context).run(true);
    return runs.get();
  }

  /** One row, as the ingest would commit it. */
  private void ingest() {
    Instant time = Instant.parse("2026-03-14T08:00:00Z");
    Row row =
        RowFactory.create(
            "e" + offset,
            time,
            offset,
            "c" + offset,
            LocalDate.of(2026, 3, 14),
            "event",
            0,
            offset,
            time,
            offset,
            false);
    Table table = lake.load(ods.output());
    Marker last = Commits.takeOver(table, ods.name(), "checkpoint");
    StagedFiles staged =
        StagedFiles.write(
            table,
            lake.spark().createDataFrame(List.of(row), tables.schema(ods)),
            Layout.AS_THEY_COME);
    Marker next =
        new Marker(ods.name(), "checkpoint", last.epoch(), last.batch() + 1, "0", Map.of());
    Commits.append(staged, next, DayRanges.EMPTY, Map.of());
    offset++;
  }
}
