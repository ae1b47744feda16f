package io.tidemark.jobs.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.cut.DayRanges.Range;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * What a batch commit on the {@code offline} branch says of itself, in the summary of its snapshot.
 *
 * @param job name of the job
 * @param from first day recomputed
 * @param to last day recomputed
 * @param cut ODS table to the snapshot it was read at
 * @param spec hash of the definition
 * @param dimensions dimension table to the snapshot that rows were looked up in; empty where
 *     nothing was looked up
 */
public record BatchRecord(
    @JsonProperty("job") String job,
    @JsonProperty("from") String from,
    @JsonProperty("to") String to,
    @JsonProperty("cut") Map<String, Long> cut,
    @JsonProperty("spec") String spec,
    @JsonProperty("dimensions") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        Map<String, Long> dimensions) {
  static final String PROPERTY = "tidemark.batch";
  private static final ObjectMapper JSON = new ObjectMapper();

  public BatchRecord {
    cut = java.util.Collections.unmodifiableMap(new TreeMap<>(cut));
    dimensions =
        dimensions == null
            ? Map.of()
            : java.util.Collections.unmodifiableMap(new TreeMap<>(dimensions));
  }

  /** The record of the newest batch of a day, with its snapshot's id, or nothing. */
  public static Optional<Map.Entry<Long, BatchRecord>> latest(Table table, LocalDate day) {
    return latest(table, day, Long.MAX_VALUE);
  }

  /**
   * The same of the batches that were there at a time.
   *
   * @param until milliseconds since 1970
   */
  public static Optional<Map.Entry<Long, BatchRecord>> latest(
      Table table, LocalDate day, long until) {
    SnapshotRef branch = table.refs().get(Lakehouse.OFFLINE);
    if (branch == null) {
      return Optional.empty();
    }
    return latest(table, branch.snapshotId(), day, until);
  }

  /**
   * The record of the batch of a day that a snapshot of {@code offline} shows, or nothing when it
   * is not left.
   */
  public static Optional<BatchRecord> asOf(Table table, long snapshot, LocalDate day) {
    return latest(table, snapshot, day, Long.MAX_VALUE).map(Map.Entry::getValue);
  }

  private static Optional<Map.Entry<Long, BatchRecord>> latest(
      Table table, long newest, LocalDate day, long until) {
    for (Snapshot snapshot : SnapshotUtil.ancestorsOf(newest, table::snapshot)) {
      String json = snapshot.summary().get(PROPERTY);
      if (json != null && snapshot.timestampMillis() <= until) {
        BatchRecord batch = parse(json);
        if (batch.range().contains(day)) {
          return Optional.of(Map.entry(snapshot.snapshotId(), batch));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The newest snapshot on top of a batch in which somebody else changed rows of {@code offline},
   * or nothing: the days of the batch are then as it left them.
   *
   * @param batch snapshot of the newest batch of a day
   */
  public static Optional<Long> changedSince(Table table, long batch) {
    for (Snapshot snapshot :
        SnapshotUtil.ancestorsOf(
            table.refs().get(Lakehouse.OFFLINE).snapshotId(), table::snapshot)) {
      if (snapshot.snapshotId() == batch) {
        break;
      }
      if (CommitFacts.isForeign(snapshot)) {
        return Optional.of(snapshot.snapshotId());
      }
    }
    return Optional.empty();
  }

  private Range range() {
    return new Range(LocalDate.parse(from), LocalDate.parse(to));
  }

  /** Whether this batch computed the same from the same input. */
  public boolean isOf(Map<String, Long> otherCut, String otherSpec) {
    return cut.equals(new TreeMap<>(otherCut)) && spec.equals(otherSpec);
  }

  /** Whether both computed the same: cut, definition, and dimensions in the same snapshots. */
  public boolean sameAs(BatchRecord other) {
    return isOf(other.cut(), other.spec()) && dimensions.equals(other.dimensions());
  }

  private static BatchRecord parse(String json) {
    try {
      return JSON.readValue(json, BatchRecord.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a batch record cannot be read: " + json, e);
    }
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the batch record of " + job + " cannot be written", e);
    }
  }
}
