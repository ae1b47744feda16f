package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.SchemaMismatchException;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs end when they are asked to, or are done, however much there is still to read. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@AnyZone
class StopTest {
  private static final int MANY = 12;

  @TempDir private Path folder;
  private FaultProject project;
  private Clicks clicks;
  private LocalLakehouse house;
  private IngestSpec ingest;
  private JobSpec transform;

  @BeforeEach
  void open() {
    project = new FaultProject(folder, SharedBroker.get(), "click");
    clicks = new Clicks(20260318);
    house = project.open(FaultProject.SMALLER);
    ingest = house.ingests().get(0);
    transform = house.jobs().job("dwd_click");
  }

  @Test
  void aCatchUpEndsBehindAWriterThatDoesNotRest() {
    clicks.send(project, "click", 24);
    house.catchUp(List.of(ingest));
    List<MicroBatchReport> reports = new ArrayList<>();

    house
        .streams(
            new StopSignal(),
            onCommit(
                report -> {
                  reports.add(report);
                  if (reports.size() < MANY) {
                    clicks.send(project, "click", 4);
                    house.catchUp(List.of(ingest));
                  }
                }))
        .catchUp(List.of(transform));

    assertThat(reports).isNotEmpty().hasSizeLessThan(MANY);
  }

  @Test
  void aStreamWithABacklogStopsBehindItsMicroBatch() {
    clicks.send(project, "click", 80);
    StopSignal stop = new StopSignal();

    List<MicroBatchReport> reports = new ArrayList<>();
    house.streams(stop, stopAtSecond(stop, reports)).stream(List.of(ingest));

    assertThat(reports).hasSize(2);
    assertNothingIsLost();
  }

  @Test
  void aCatchUpThatIsStoppedBeginsNoOtherJob() {
    clicks.send(project, "click", 80);
    StopSignal stop = new StopSignal();

    List<MicroBatchReport> reports = new ArrayList<>();
    house.streams(stop, stopAtSecond(stop, reports)).catchUp(house.jobs().jobs());

    assertThat(reports).hasSize(2);
    assertThat(house.lake().exists(transform.output())).isFalse();
    assertNothingIsLost();
  }

  @Test
  void aJobThatCannotStartLeavesNoOtherRunning() {
    clicks.send(project, "click", 8);
    house.lake().spark().sql("CREATE NAMESPACE " + namespace(transform));
    house
        .lake()
        .spark()
        .sql("CREATE TABLE %s (x int) USING iceberg".formatted(identifier(transform)));
    StopSignal stop = new StopSignal();

    assertThatThrownBy(
            () -> house.streams(stop, MicroBatchListener.SILENT).stream(List.of(ingest, transform)))
        .isInstanceOf(SchemaMismatchException.class);

    assertThat(stop.isStopped()).isTrue();
    assertThat(house.lake().load(ingest.output()).currentSnapshot()).isNull();
  }

  private String identifier(JobSpec job) {
    return house.lake().identifier(job.output());
  }

  private String namespace(JobSpec job) {
    String identifier = identifier(job);
    return identifier.substring(0, identifier.lastIndexOf('.'));
  }

  private MicroBatchListener stopAtSecond(StopSignal stop, List<MicroBatchReport> reports) {
    return onCommit(
        report -> {
          reports.add(report);
          if (reports.size() == 2) {
            stop.stop();
          }
        });
  }

  private void assertNothingIsLost() {
    assertThat(house.messagesRead()).isLessThan(clicks.sent());
    house.catchUp(house.jobs().jobs());
    assertThat(house.messagesRead()).isEqualTo(clicks.sent());
    Answers.assertEveryCutBalances(house, ingest);
  }

  private interface OnCommit {
    void committed(MicroBatchReport report);
  }

  private static MicroBatchListener onCommit(OnCommit then) {
    return new MicroBatchListener() {
      @Override
      public void committed(MicroBatchReport report) {
        then.committed(report);
      }
    };
  }
}
