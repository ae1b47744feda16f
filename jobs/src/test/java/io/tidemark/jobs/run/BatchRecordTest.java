package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import java.time.LocalDate;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a batch was made from is found by what it has written down. */
@Tag("any-zone")
class BatchRecordTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 14);
  private static final TableName INPUT = TableName.parse("dwd.event");

  private Table input;

  @BeforeEach
  void create() {
    InMemoryCatalog catalog = new InMemoryCatalog();
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("dwd"));
    input =
        catalog.createTable(
            TableIdentifier.of("dwd", "event"),
            new Schema(Types.NestedField.optional(1, "dt", Types.DateType.get())));
  }

  @Test
  void whatWasReadIsFoundWhateverTheClocksSay() {
    long first = batch(DAY);
    long second = batch(DAY);
    long other = batch(DAY.plusDays(1));

    assertThat(madeFrom(Map.of("dwd.event", first), Long.MAX_VALUE)).isEqualTo(first);
    assertThat(madeFrom(Map.of("dwd.event", second), 0)).isEqualTo(second);
    assertThat(madeFrom(Map.of("dwd.event", other), 0))
        .as("a snapshot shows the batches below it")
        .isEqualTo(second);
    assertThat(madeFrom(Map.of("dwd.event", 1L), Long.MAX_VALUE)).as("it is gone").isNull();
  }

  @Test
  void timesDecideWhereNothingWasWrittenDown() {
    long batch = batch(DAY);

    assertThat(madeFrom(Map.of(), Long.MAX_VALUE)).isEqualTo(batch);
    assertThat(madeFrom(Map.of(), 0)).isNull();
  }

  @Test
  void whatANewerVersionHasWrittenBesideIsPassedOver() {
    commit(
        """
        {"job": "job", "from": "%1$s", "to": "%1$s", "cut": {"ods.event": 7}, "spec": "definition",
         "inputs": {"dwd.event": 5}, "engine": {"name": "other"}, "rows": 3}"""
            .formatted(DAY));

    BatchRecord found = BatchRecord.latest(input, DAY).orElseThrow().getValue();

    assertThat(found.isOf(Map.of("ods.event", 7L), "definition")).isTrue();
    assertThat(found.inputs()).containsExactly(Map.entry("dwd.event", 5L));
  }

  @Test
  void whatAnOlderVersionHasNotWrittenIsMadeAgain() {
    commit(
        """
        {"job": "job", "from": "%1$s", "to": "%1$s", "cut": {"ods.event": 7}, "spec": "definition"}"""
            .formatted(DAY));
    Map.Entry<Long, BatchRecord> batch = BatchRecord.latest(input, DAY).orElseThrow();
    long head = batch.getKey();

    assertThat(batch.getValue().isOf(Map.of("ods.event", 7L), "definition")).isTrue();
    assertThat(batch.getValue().isBehind(INPUT, input, DAY, head)).isTrue();
    assertThat(record(DAY, Map.of("dwd.event", head)).isBehind(INPUT, input, DAY, head)).isFalse();

    commit("{\"from\": \"%1$s\", \"to\": \"%1$s\"}".formatted(DAY));
    BatchRecord bare = BatchRecord.latest(input, DAY).orElseThrow().getValue();
    assertThat(bare.isOf(Map.of(), "definition")).isFalse();
    assertThat(bare.isOf(Map.of("ods.event", 7L), "")).isFalse();
  }

  private Long madeFrom(Map<String, Long> inputs, long at) {
    return record(DAY, inputs).madeFrom(INPUT, input, DAY, at).map(Map.Entry::getKey).orElse(null);
  }

  private long batch(LocalDate day) {
    return commit(record(day, Map.of()).toJson());
  }

  private long commit(String json) {
    input.newAppend().toBranch(Lakehouse.OFFLINE).set(BatchRecord.PROPERTY, json).commit();
    return input.refs().get(Lakehouse.OFFLINE).snapshotId();
  }

  private static BatchRecord record(LocalDate day, Map<String, Long> inputs) {
    return new BatchRecord(
        "job", day.toString(), day.toString(), Map.of(), "definition", Map.of(), inputs, Map.of());
  }
}
