package io.tidemark.jobs.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.commit.LostPositionException;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.ChangedRange;
import io.tidemark.catalog.table.PartitionTerm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * What a commit of known users says of itself, in the summary of its snapshot.
 *
 * @param through the last day whose users are known
 * @param snapshot of the summary's {@code main}, as of which they were read; {@code null} where
 *     that had none yet
 * @param dimensions what tells them apart
 * @param lineage hash of the definitions that the summary is computed by
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record KnownRecord(
    @JsonProperty("through") String through,
    @JsonProperty("snapshot") Long snapshot,
    @JsonProperty("dimensions") List<String> dimensions,
    @JsonProperty("lineage") String lineage) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public KnownRecord {
    Objects.requireNonNull(through, "through");
    dimensions = List.copyOf(dimensions);
  }

  /** The record that {@code main} carries; nothing when no commit that is left has one. */
  public static Optional<KnownRecord> latest(Table known) {
    if (known.currentSnapshot() == null) {
      return Optional.empty();
    }
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(known)) {
      String json = snapshot.summary().get(TableState.KNOWN_USERS);
      if (json != null) {
        return Optional.of(parse(json));
      }
    }
    return Optional.empty();
  }

  /** The last day whose users are known. */
  public LocalDate day() {
    return LocalDate.parse(through);
  }

  /**
   * Why the users have to be read anew, from all days; nothing when they are still those of the
   * days through the recorded one. Told by metadata alone.
   *
   * @param now what would be written today
   * @param summary the summary's table, just loaded
   */
  Optional<String> outdated(KnownRecord now, Table summary) {
    if (now.day().isBefore(day())) {
      return Optional.of("an earlier day than " + through + " is asked for");
    }
    if (!dimensions.equals(now.dimensions) || !lineage.equals(now.lineage)) {
      return Optional.of("the declaration was changed");
    }
    if (Objects.equals(snapshot, now.snapshot)) {
      return Optional.empty();
    }
    if (snapshot == null) {
      return Optional.of("the summary had no row yet");
    }
    if (now.snapshot == null) {
      return Optional.of("the summary was made anew");
    }
    try {
      Optional<ChangedRange> changes =
          ChangedRange.after(
              summary, snapshot, Long.MAX_VALUE, PartitionTerm.DT.column(), "reads all days");
      return changes.isEmpty() ? Optional.empty() : changed(changes.get(), summary);
    } catch (LostPositionException e) {
      return Optional.of("the summary's history does not reach back to when they were read");
    }
  }

  private Optional<String> changed(ChangedRange changes, Table summary) {
    if (changes.overwritten().all()) {
      return Optional.of("rows of days that are not known were replaced");
    }
    Optional<LocalDate> replaced =
        changes.overwritten().values().stream()
            .map(LocalDate.class::cast)
            .filter(day -> !day.isAfter(day()))
            .min(LocalDate::compareTo);
    if (replaced.isPresent()) {
      return Optional.of("day " + replaced.get() + " was replaced");
    }
    try (CloseableIterable<FileScanTask> appended =
        summary
            .newIncrementalAppendScan()
            .fromSnapshotExclusive(snapshot)
            .toSnapshot(changes.to())
            .filter(Expressions.lessThanOrEqual(PartitionTerm.DT.column(), through))
            .planFiles()) {
      return appended.iterator().hasNext()
          ? Optional.of("rows came to days through " + through)
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifests of " + summary.name(), e);
    }
  }

  /** As the value of {@link TableState#KNOWN_USERS}. */
  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("known users cannot be recorded: " + this, e);
    }
  }

  private static KnownRecord parse(String json) {
    try {
      return JSON.readValue(json, KnownRecord.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the record of known users cannot be read: " + json, e);
    }
  }
}
