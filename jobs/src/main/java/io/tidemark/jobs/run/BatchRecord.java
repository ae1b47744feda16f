package io.tidemark.jobs.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.catalog.cut.DayRanges.Range;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * What a batch commit on the {@code offline} branch says of itself, in the summary of its snapshot.
 * Snapshots outlive versions: what a newer one has written beside this is passed over, and what an
 * older one has not written but for the days is empty, which is as no batch would be made now.
 *
 * @param job name of the job
 * @param from first day recomputed
 * @param to last day recomputed
 * @param cut ODS table to the snapshot it was read at
 * @param spec hash of the definition
 * @param dimensions dimension table to the snapshot that rows were looked up in; empty where
 *     nothing was looked up
 * @param inputs table of another job to the snapshot of its offline branch that was read; empty
 *     where ODS alone was
 * @param metrics metric of the registry to its version; empty where the job has none of them
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record BatchRecord(
    @JsonProperty("job") String job,
    @JsonProperty("from") String from,
    @JsonProperty("to") String to,
    @JsonProperty("cut") Map<String, Long> cut,
    @JsonProperty("spec") String spec,
    @JsonProperty("dimensions") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        Map<String, Long> dimensions,
    @JsonProperty("inputs") @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Long> inputs,
    @JsonProperty("metrics") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        Map<String, Long> metrics) {
  static final String PROPERTY = "tidemark.batch";
  private static final ObjectMapper JSON = new ObjectMapper();

  public BatchRecord {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    cut = sorted(cut);
    spec = spec == null ? "" : spec;
    dimensions = sorted(dimensions);
    inputs = sorted(inputs);
    metrics = sorted(metrics);
  }

  private static Map<String, Long> sorted(Map<String, Long> snapshots) {
    return snapshots == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(snapshots));
  }

  /** What a snapshot says of the batch that made it; nothing when none did. */
  public static Optional<BatchRecord> in(Snapshot snapshot) {
    return Optional.ofNullable(snapshot.summary().get(PROPERTY)).map(BatchRecord::parse);
  }

  /**
   * The days that batches have made, of which the history of {@code offline} still tells: also
   * those of which they made no row.
   */
  static DayRanges days(Table table) {
    SnapshotRef branch = table.refs().get(Lakehouse.OFFLINE);
    DayRanges days = DayRanges.EMPTY;
    if (branch != null) {
      for (Snapshot snapshot : SnapshotUtil.ancestorsOf(branch.snapshotId(), table::snapshot)) {
        Optional<Range> made = in(snapshot).map(BatchRecord::range);
        days = made.isPresent() ? days.plus(made.get().from(), made.get().to()) : days;
      }
    }
    return days;
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

  /** The same of the batch that a snapshot of {@code offline} shows; nothing when it is gone. */
  public static Optional<Map.Entry<Long, BatchRecord>> asOf(
      Table table, LocalDate day, long snapshot) {
    return table.snapshot(snapshot) == null
        ? Optional.empty()
        : latest(table, snapshot, day, Long.MAX_VALUE);
  }

  /**
   * The batch of another job's day that this batch has read, with its snapshot's id; nothing when
   * it is gone. Which it was is written down: the times of two tables' commits may be of clocks
   * that are apart, and decide only where an older version has written nothing down.
   *
   * @param name the other job's table
   * @param input the same, loaded
   * @param at when this batch was committed, in milliseconds since 1970
   */
  public Optional<Map.Entry<Long, BatchRecord>> madeFrom(
      TableName name, Table input, LocalDate day, long at) {
    Long read = inputs.get(name.toString());
    return read == null ? latest(input, day, at) : asOf(input, day, read);
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

  /**
   * Whether a batch has computed a day on top of a snapshot of the offline branch: what was read
   * there is then of a batch that is no longer the day's. A snapshot that has expired lies below
   * all that is left.
   *
   * @param head the snapshot of the branch up to which is looked
   */
  static boolean madeSince(Table table, LocalDate day, long snapshot, long head) {
    for (Snapshot later : SnapshotUtil.ancestorsOf(head, table::snapshot)) {
      if (later.snapshotId() == snapshot) {
        return false;
      }
      String json = later.summary().get(PROPERTY);
      if (json != null && parse(json).range().contains(day)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a day of another job is no longer as this batch has read it. It counts as changed where
   * an older version has not written down what it read.
   *
   * @param name the other job's table
   * @param input the same, loaded
   * @param head the snapshot of its offline branch up to which is looked
   */
  boolean isBehind(TableName name, Table input, LocalDate day, long head) {
    Long read = inputs.get(name.toString());
    return read == null || madeSince(input, day, read, head);
  }

  /** The days. */
  public Range range() {
    return new Range(LocalDate.parse(from), LocalDate.parse(to));
  }

  /** The same with rows looked up in these versions. */
  BatchRecord with(DimensionVersions versions) {
    return new BatchRecord(job, from, to, cut, spec, versions.snapshots(), inputs, metrics);
  }

  /** Whether this batch was made at this cut by this definition. */
  public boolean isOf(Map<String, Long> otherCut, String otherSpec) {
    return cut.equals(new TreeMap<>(otherCut)) && spec.equals(otherSpec);
  }

  private static BatchRecord parse(String json) {
    try {
      return JSON.readValue(json, BatchRecord.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "a batch record cannot be read; use the version of Tidemark that has written it: " + json,
          e);
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
