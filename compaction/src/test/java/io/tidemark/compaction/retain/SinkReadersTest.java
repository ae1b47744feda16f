package io.tidemark.compaction.retain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.retain.plan.ExpiryPlan;
import io.tidemark.compaction.retain.plan.SnapshotNeeds;
import io.tidemark.compaction.retain.plan.TableLog;
import io.tidemark.compaction.retain.plan.TableLog.Entry;
import io.tidemark.jobs.sink.SinkPosition;
import io.tidemark.jobs.spec.SinkSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/** What sinks say of how far they have come, and what follows for the tables that they read. */
class SinkReadersTest {
  private static final SinkSpec SINK =
      new SinkSpec(
          "pg_event", "", "", TableName.parse("ods.event"), List.of(), new SinkSpec.Kafka("out"));

  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private final SnapshotNeeds needs = new SnapshotNeeds();
  private Optional<SinkPosition> position = Optional.empty();
  private final SinkReaders readers = new SinkReaders(List.of(SINK), needs, sink -> position);
  private Table input;

  @BeforeEach
  void makeTable() {
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("ods"));
    input =
        catalog.createTable(
            TableIdentifier.of("ods", "event"),
            new Schema(Types.NestedField.required(1, "id", Types.LongType.get())),
            PartitionSpec.unpartitioned());
    for (int i = 0; i < 5; i++) {
      input.newAppend().commit();
    }
  }

  @Test
  void oneThatNobodyHasRunNeedsNothing() {
    readers.add();

    assertThat(expired()).hasSize(4);
  }

  @Test
  void aPositionKeepsTheHistorySinceIt() {
    position = at(snapshots().get(2));
    readers.add();

    assertThat(expired()).isEqualTo(snapshots().subList(0, 2));
  }

  @Test
  void oneThatHasBegunMeanwhileAndWrittenNothingKeepsItsInput() {
    readers.add();
    position = at(null);
    readers.add("dwd.other");
    assertThat(expired()).hasSize(4);

    readers.add("ods.event");
    readers.add("ods.event");

    assertThat(expired()).isEmpty();
    assertThat(plan().kept().get(0).reasons()).as("said once").hasSize(1);
  }

  private static Optional<SinkPosition> at(Long snapshot) {
    return Optional.of(new SinkPosition(1, snapshot, null, null));
  }

  private List<Long> snapshots() {
    List<Long> all = new ArrayList<>();
    input.snapshots().forEach(each -> all.add(each.snapshotId()));
    return all;
  }

  private ExpiryPlan plan() {
    return ExpiryPlan.of(
        "ods.event", TableLog.of(input, Set.of()), needs, Instant.parse("2100-01-01T00:00:00Z"));
  }

  /** Of the input, when all of it is older than the retention. */
  private List<Long> expired() {
    return plan().expired().stream().map(Entry::id).toList();
  }
}
