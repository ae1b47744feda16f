package io.tidemark.compaction.retain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.publish.PublishRecord;
import io.tidemark.compaction.retain.plan.CommitRecords;
import io.tidemark.compaction.retain.plan.ExpiryPlan;
import io.tidemark.compaction.retain.plan.SnapshotNeeds;
import io.tidemark.compaction.retain.plan.TableLog;
import io.tidemark.jobs.spec.JobCatalog;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which batches are kept for days that are not published, and until when. */
class OpenDaysTest {
  private static final LocalDate DAY = LocalDate.of(2026, 1, 15);

  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private Table table;

  @BeforeEach
  void makeTable() {
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("dwd"));
    table =
        catalog.createTable(
            TableIdentifier.of("dwd", "event"),
            new Schema(Types.NestedField.required(1, "id", Types.LongType.get())));
    table.newAppend().commit();
    table.manageSnapshots().createBranch(Lakehouse.OFFLINE).commit();
  }

  @Test
  void aBatchStaysUntilItsDayIsPublished() {
    long batch = batch(DAY);
    batch(DAY.plusDays(1));

    assertThat(whoKeeps(batch))
        .singleElement()
        .asString()
        .contains("batch of 2026-01-15", "a day that is not published", "no longer declared");

    publish(DAY, batch);
    publish(DAY.plusDays(1), offline());
    assertThat(whoKeeps(batch)).isEmpty();
  }

  @Test
  void aDayIsPublishedAlsoWhereOthersCommitToOfflineBeforeItIsCompared() {
    long batch = batch(DAY);
    table.newAppend().toBranch(Lakehouse.OFFLINE).commit();
    long compared = offline();

    publish(DAY, compared);

    assertThat(compared).isNotEqualTo(batch);
    assertThat(whoKeeps(batch)).isEmpty();
  }

  @Test
  void aDayThatIsComputedAgainIsNotPublished() {
    publish(DAY, batch(DAY));
    long again = batch(DAY);
    table.newAppend().toBranch(Lakehouse.OFFLINE).commit();

    assertThat(whoKeeps(again)).singleElement().asString().contains("not published");
  }

  private long batch(LocalDate day) {
    commit(
        table
            .newAppend()
            .toBranch(Lakehouse.OFFLINE)
            .set(
                CommitRecords.BATCH,
                "{\"job\":\"dwd_event\",\"from\":\"%s\",\"to\":\"%s\"}".formatted(day, day)));
    return offline();
  }

  private void publish(LocalDate day, long batch) {
    commit(
        table
            .newAppend()
            .set(
                PublishRecord.PROPERTY,
                "{\"action\":\"PUBLISH\",\"job\":\"dwd_event\",\"day\":\"%s\",\"run\":\"r\",\"batch\":%d,\"reason\":\"\"}"
                    .formatted(day, batch)));
  }

  private void commit(AppendFiles commit) {
    commit.commit();
    table.refresh();
  }

  private long offline() {
    table.refresh();
    return table.refs().get(Lakehouse.OFFLINE).snapshotId();
  }

  /** When everything is older than the retention, and another commit is the head of the branch. */
  private List<String> whoKeeps(long snapshot) {
    table.newAppend().toBranch(Lakehouse.OFFLINE).commit();
    table.refresh();
    SnapshotNeeds needs = new SnapshotNeeds();
    new OpenDays(new JobCatalog(List.of()), needs)
        .add(
            new CatalogTables(new TreeMap<>(Map.of("dwd.event", table)), new TreeMap<>()),
            List.of());
    return ExpiryPlan.of(
            "dwd.event", TableLog.of(table, Set.of()), needs, Instant.parse("2100-01-01T00:00:00Z"))
        .kept()
        .stream()
        .filter(kept -> kept.entry().id() == snapshot)
        .flatMap(kept -> kept.reasons().stream())
        .filter(reason -> !reason.startsWith("head of"))
        .toList();
  }
}
