package io.tidemark.tags.attribute.plan;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.LocalDate;

/**
 * What a commit of a result says of itself, in the summary of its snapshot.
 *
 * @param history the history
 * @param set the dimension set
 * @param day the last day of the result, as 2026-01-31
 * @param build number of the build it was added up from
 * @param blocks snapshot of the blocks
 * @param tags snapshot of the tag table
 * @param tagDay the day whose tags were taken, where the tag table has several; empty elsewhere
 * @param definition what the result looks like
 * @param with how it was added up: from blocks, rows or days
 * @param rows rows of the result
 * @param checksum sum of their hashes, floating values left out
 * @param full last day of the newest result before that was added up in full, and brought forward
 *     since; of one that was added up in full itself, its own day
 * @param lineage which builds {@code build} is a number of ({@link
 *     io.tidemark.tags.plan.BuildRecord#lineage})
 * @param columns which columns of the tag table the user, the day and the set's tags were taken
 *     from, by name and id: one of the same name may be another one by now; empty in results from
 *     before it was kept
 */
public record RecomputeRecord(
    @JsonProperty("history") String history,
    @JsonProperty("set") String set,
    @JsonProperty("day") String day,
    @JsonProperty("build") long build,
    @JsonProperty("blocks") long blocks,
    @JsonProperty("tags") long tags,
    @JsonProperty("tagDay") String tagDay,
    @JsonProperty("definition") String definition,
    @JsonProperty("with") String with,
    @JsonProperty("rows") long rows,
    @JsonProperty("checksum") String checksum,
    @JsonProperty("full") String full,
    @JsonProperty("lineage") String lineage,
    @JsonProperty("columns") String columns) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public RecomputeRecord {
    full = full == null ? day : full;
    lineage = lineage == null ? "" : lineage;
    columns = columns == null ? "" : columns;
  }

  /** Whether both are of the same day, tags and history: then their rows have to be the same. */
  public boolean isOfSameInput(RecomputeRecord other) {
    return history.equals(other.history)
        && set.equals(other.set)
        && day.equals(other.day)
        && build == other.build
        && lineage.equals(other.lineage)
        && hasSameTags(other)
        && columns.equals(other.columns)
        && definition.equals(other.definition);
  }

  /** Whether one that is there stays: the very same result, or one of a later build. */
  public boolean givesWayTo(RecomputeRecord there) {
    return there.equals(this)
        || there.definition.equals(definition)
            && there.lineage.equals(lineage)
            && there.build > build;
  }

  /** Whether both hold the same rows. */
  public boolean hasSameRows(RecomputeRecord other) {
    return rows == other.rows && checksum.equals(other.checksum);
  }

  /** The same with what came out. */
  public RecomputeRecord counted(long count, long hash) {
    return with(count, checksum(hash), full);
  }

  /** The same, brought forward from another. */
  public RecomputeRecord from(RecomputeRecord before) {
    return with(rows, checksum, before.full);
  }

  private RecomputeRecord with(long ownRows, String ownChecksum, String ownFull) {
    return new RecomputeRecord(
        history,
        set,
        day,
        build,
        blocks,
        tags,
        tagDay,
        definition,
        with,
        ownRows,
        ownChecksum,
        ownFull,
        lineage,
        columns);
  }

  /** How a sum of hashes is written. */
  public static String checksum(long hash) {
    return "%016x".formatted(hash);
  }

  /** Whether both are of the same rows of the tag table. */
  public boolean hasSameTags(RecomputeRecord other) {
    return tags == other.tags && tagDay.equals(other.tagDay);
  }

  /** The last day. */
  public LocalDate date() {
    return LocalDate.parse(day);
  }

  /** Reads what {@link #toJson} has written. */
  public static RecomputeRecord parse(String json) {
    try {
      return JSON.readValue(json, RecomputeRecord.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the record of a recompute cannot be read: " + json, e);
    }
  }

  /** As it stands in the summary. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the record of set " + set + " cannot be written", e);
    }
  }
}
