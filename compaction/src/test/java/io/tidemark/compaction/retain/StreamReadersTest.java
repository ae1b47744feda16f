package io.tidemark.compaction.retain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.compaction.retain.plan.ExpiryPlan;
import io.tidemark.compaction.retain.plan.SnapshotNeeds;
import io.tidemark.compaction.retain.plan.TableLog;
import io.tidemark.compaction.retain.plan.TableLog.Entry;
import io.tidemark.jobs.spec.EventTimeSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.ReadLimit;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.Start;
import io.tidemark.jobs.spec.TransformInput;
import io.tidemark.jobs.spec.TransformSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What tables say of their writers, and what follows for the tables that these read. */
class StreamReadersTest {
  private static final String JOB = "dwd_event";

  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private final SnapshotNeeds needs = new SnapshotNeeds();
  private final StreamReaders readers = new StreamReaders(new JobCatalog(List.of()), needs);
  private Table input;
  private Table output;

  @BeforeEach
  void makeTables() {
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("ods"));
    input = table("event");
    output = table("read_by");
    for (int i = 0; i < 5; i++) {
      input.newAppend().commit();
    }
  }

  @Test
  void aPositionKeepsTheHistorySinceIt() {
    read(Long.toString(snapshots().get(2)), Map.of());

    assertThat(expired()).isEqualTo(snapshots().subList(0, 2));
  }

  @Test
  void anInputThatAUnionNoLongerDeclaresKeepsNothing() {
    String position =
        "{\"ods.event\":%d,\"ods.web\":1,\"ods.app\":2}".formatted(snapshots().get(2));
    read(position, Map.of());
    assertThat(expired()).as("of a job that nobody declares any more").hasSize(2);

    SnapshotNeeds declared = new SnapshotNeeds();
    new StreamReaders(unionOf("web", "app"), declared).add("ods.read_by", output);
    assertThat(expired(declared)).isEqualTo(snapshots().subList(0, 4));

    SnapshotNeeds again = new SnapshotNeeds();
    new StreamReaders(unionOf("web", "event"), again).add("ods.read_by", output);
    assertThat(expired(again)).isEqualTo(snapshots().subList(0, 2));
  }

  @Test
  void aRootKeepsTheHistorySinceIt() {
    read("{}", Map.of("ods.event", snapshots().get(1)));

    assertThat(expired()).isEqualTo(snapshots().subList(0, 1));
  }

  @Test
  void kafkaOffsetsKeepNothing() {
    read("{\"event\":{\"0\":5}}", Map.of());

    assertThat(expired()).isEqualTo(snapshots().subList(0, 4));
  }

  @Test
  void aPositionThatNobodyUnderstandsKeepsEverything() {
    read("page 7", Map.of());

    assertThat(expired()).isEmpty();
  }

  @Test
  void aMarkerThatCannotBeReadKeepsEverything() {
    output.newAppend().set("tidemark.marker." + JOB, "{\"job\": ").commit();
    readers.add("ods.read_by", output);

    assertThat(expired()).isEmpty();
  }

  @Test
  void aResultKeepsTheSnapshotItNamesAlone() {
    output
        .newAppend()
        .set(TableState.TAG_RECOMPUTE, "{\"rows\":12,\"tags\":%d}".formatted(snapshots().get(1)))
        .commit();
    readers.add("ods.read_by", output);

    assertThat(expired())
        .containsExactly(snapshots().get(0), snapshots().get(2), snapshots().get(3));
  }

  @Test
  void aTableThatNoJobWritesNeedsNoMarker() {
    output.newAppend().commit();
    output.newAppend().commit();
    output.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    readers.add("ops.result", output);

    assertThat(expired()).hasSize(4);
  }

  private Table table(String name) {
    return catalog.createTable(
        TableIdentifier.of("ods", name),
        new Schema(Types.NestedField.required(1, "id", Types.LongType.get())),
        PartitionSpec.unpartitioned());
  }

  private void read(String position, Map<String, Long> roots) {
    Marker first = Commits.takeOver(output, JOB, Marker.IN_TABLE);
    Commits.append(
        StagedFiles.none(output),
        new Marker(JOB, Marker.IN_TABLE, first.epoch(), 0, position, roots),
        DayRanges.EMPTY,
        Map.of());
    readers.add("ods.read_by", output);
  }

  private List<Long> snapshots() {
    List<Long> all = new ArrayList<>();
    input.snapshots().forEach(each -> all.add(each.snapshotId()));
    return all;
  }

  /** Job {@link #JOB} over the ODS tables of these topics, and the jobs that write those. */
  private static JobCatalog unionOf(String... topics) {
    List<JobSpec> jobs = new ArrayList<>();
    List<TransformInput> inputs = new ArrayList<>();
    for (String topic : topics) {
      TableName ods = new TableName("ods", topic);
      inputs.add(new TransformInput(ods, "SELECT source.* FROM input"));
      jobs.add(
          new IngestSpec(
              "ods_" + topic,
              "",
              "",
              topic,
              Start.Edge.EARLIEST,
              ReadLimit.NONE,
              List.of(),
              new EventTimeSpec("event_time", Instant.EPOCH, Duration.ofDays(1)),
              ods));
    }
    jobs.add(
        new TransformSpec(
            JOB,
            "",
            "",
            inputs,
            List.of(),
            null,
            List.of(),
            new TableName("ods", "read_by"),
            ReconcilePolicy.DEFAULT));
    return new JobCatalog(jobs);
  }

  private List<Long> expired() {
    return expired(needs);
  }

  /** Of the input, when all of it is older than the retention. */
  private List<Long> expired(SnapshotNeeds needs) {
    return ExpiryPlan.of(
            "ods.event", TableLog.of(input, Set.of()), needs, Instant.parse("2100-01-01T00:00:00Z"))
        .expired()
        .stream()
        .map(Entry::id)
        .toList();
  }
}
