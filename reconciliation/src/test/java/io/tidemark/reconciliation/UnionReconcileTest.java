package io.tidemark.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.jobs.spec.EventTimeSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Lateness;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.ReadLimit;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.Start;
import io.tidemark.jobs.spec.TransformInput;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.jobs.spec.Window;
import io.tidemark.reconciliation.plan.Cause;
import io.tidemark.reconciliation.plan.DayResult;
import io.tidemark.reconciliation.plan.MetricResult;
import io.tidemark.reconciliation.publish.JobOutcome.Status;
import io.tidemark.reconciliation.publish.Publishing;
import io.tidemark.reconciliation.publish.Publishing.Wish;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A day of a union is compared as readers see it, at a cut of all its roots. */
@Tag("any-zone")
class UnionReconcileTest {
  private static final LocalDate DAY = LocalDate.parse("2026-03-01");
  private static final Range DAYS = TestLake.days(DAY, DAY);

  private static final IngestSpec OTHER =
      new IngestSpec(
          "ods_f",
          "",
          "",
          "f",
          Start.Edge.EARLIEST,
          ReadLimit.NONE,
          List.of(
              new ColumnSpec("id", ColumnType.parse("string"), false, "id", null),
              new ColumnSpec("ch", ColumnType.parse("string"), false, "ch", null)),
          new EventTimeSpec("event_time", Instant.EPOCH, Duration.ofDays(1)),
          TableName.parse("ods.f"));

  private static final TransformSpec UNION =
      new TransformSpec(
          "dwd_u",
          "",
          "",
          List.of(
              new TransformInput(
                  TableName.parse("ods.e"), "SELECT id, ch, 'e' AS via, source.* FROM input"),
              new TransformInput(
                  TableName.parse("ods.f"), "SELECT id, ch, 'f' AS via, source.* FROM input")),
          List.of(),
          null,
          List.of("id"),
          TableName.parse("dwd.u"),
          ReconcilePolicy.DEFAULT);

  private static final AggregateSpec DAILY =
      new AggregateSpec(
              "dws_u_1d",
              "",
              "",
              UNION.output(),
              List.of("via"),
              Window.ONE_DAY,
              Lateness.UNLIMITED,
              List.of(
                  new MetricSpec("pv", Function.COUNT, "*"),
                  new MetricSpec("channels", Function.DISTINCT, "ch")),
              TableName.parse("dws.u_1d"),
              ReconcilePolicy.DEFAULT)
          .overRowsTakenBack();

  private static final List<JobSpec> BOTH = List.of(UNION, DAILY);

  @TempDir Path folder;
  private TestLake test;

  @BeforeEach
  void stream() {
    test = new TestLake(folder, "SELECT *, source.* FROM input", OTHER, UNION, DAILY);
    test.day(DAY);
    test.ingest();
    test.tables.ensure(OTHER);
    test.catchUp(UNION, DAILY);
    other("a0", "a1", "new");
    test.catchUp(UNION, DAILY);
    test.seal(DAYS);
  }

  @Test
  void isEqualOnceAllRootsAreSealedAndCanBePublishedAndPutBack() {
    assertThatThrownBy(this::compare)
        .as("one of two is not sealed")
        .isInstanceOf(UnsealedException.class)
        .hasMessageContaining("ods.f");
    Seals.seal(test.lake.load(OTHER.output()), DAYS);
    test.batch(DAYS, UNION, DAILY);

    DayResult result = compare();

    assertThat(result.jobs()).hasSize(2).allMatch(job -> job.equal());
    assertThat(takenBack()).as("what the other had first was read last").isEqualTo(2);

    List<Row> seen = seen();
    test.reconciliation().record(result);
    Publishing publishing = new Publishing(test.lake, test.jobs);
    assertThat(publishing.publish(BOTH, DAY, new Wish(true, Optional.empty())))
        .allMatch(outcome -> outcome.status() == Status.DONE);
    assertThat(takenBack()).as("a published day has the rows that stay").isZero();
    assertThat(seen()).isEqualTo(seen);
    assertThat(publishing.undo(BOTH, DAY)).allMatch(outcome -> outcome.status() == Status.DONE);
    assertThat(takenBack()).isEqualTo(2);
    assertThat(seen()).isEqualTo(seen);
  }

  @Test
  void aRowThatSomebodyTookAwayIsNamedAsThat() {
    Seals.seal(test.lake.load(OTHER.output()), DAYS);
    test.batch(DAYS, UNION, DAILY);
    test.sql("DELETE FROM dwd.u WHERE id = 'new'");

    DayResult result = compare();

    MetricResult rows = result.jobs().get(0).metrics().get(0);
    assertThat(rows.measure().differing()).isEqualTo(1);
    assertThat(rows.worst())
        .singleElement()
        .satisfies(key -> assertThat(key.causes()).containsOnlyKeys(Cause.LOST));
    assertThat(result.jobs().get(1).equal()).as("it had been counted before").isTrue();
  }

  private DayResult compare() {
    Reconciliation reconciliation = test.reconciliation();
    return reconciliation.compare(DAY, reconciliation.pin(BOTH, DAYS).get(DAY));
  }

  private long takenBack() {
    return test.lake.spark().sql("SELECT 1 FROM dwd.u WHERE takes_back").count();
  }

  /** What readers see of both tables. */
  private List<Row> seen() {
    return Stream.of(
            "SELECT id, via FROM dwd.u_v ORDER BY id", "SELECT * FROM dws.u_1d_v ORDER BY via")
        .flatMap(sql -> test.lake.spark().sql(sql).collectAsList().stream())
        .toList();
  }

  /** Rows of the other topic, received a minute before anything of the first. */
  private void other(String... ids) {
    Table table = test.tables.ensure(OTHER);
    Marker last = Commits.takeOver(table, OTHER.name(), "checkpoint");
    Instant at = DAY.atTime(8, 0).atZone(TestLake.ZONE).toInstant();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      rows.add(
          RowFactory.create(ids[i], "cf", at, DAY, "f", 0, (long) i, at.plusSeconds(i), 0L, false));
    }
    StagedFiles staged =
        StagedFiles.write(
            table,
            test.lake.spark().createDataFrame(rows, test.tables.schema(OTHER)).coalesce(1),
            Layout.AS_THEY_COME);
    Marker next =
        new Marker(
            OTHER.name(), "checkpoint", last.epoch(), last.batch() + 1, "0", Map.of(), last.back());
    Commits.append(staged, next, TableState.of(table).sealedDays(), Map.of());
  }
}
