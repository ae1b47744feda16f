package io.tidemark.tags.plan;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.tags.spec.HistoryLayout;
import java.time.LocalDate;
import java.util.List;

/**
 * What a commit of a build says of itself, in the summary of its snapshot. That of the blocks is
 * the build: the directory's comes before it, and counts once the blocks' names its snapshot.
 *
 * @param history the history
 * @param number of the build, from 1
 * @param attempt tells two processes apart that make a build of one number
 * @param rebuild whether all of the history was made anew
 * @param day the latest day of the history
 * @param directory snapshot of the directory whose numbers the blocks have; 0 in the directory's
 *     own commit
 * @param blocks snapshot of the blocks that the users' pieces were made from; 0 elsewhere
 * @param layout how the pieces are cut
 * @param days what the build found of the days it looked at
 * @param anew number of the newest build up to this one that made all of the history, or a bucket
 *     of it, anew: days say nothing of what that has changed; 0 for none
 * @param lineage attempt of the build that began the tables, from which builds are numbered:
 *     another one where they were dropped since; empty in builds from before it was kept
 */
public record BuildRecord(
    @JsonProperty("history") String history,
    @JsonProperty("number") long number,
    @JsonProperty("attempt") String attempt,
    @JsonProperty("rebuild") boolean rebuild,
    @JsonProperty("day") String day,
    @JsonProperty("directory") long directory,
    @JsonProperty("blocks") long blocks,
    @JsonProperty("layout") List<Integer> layout,
    @JsonProperty("days") List<DayState> days,
    @JsonProperty("anew") long anew,
    @JsonProperty("lineage") String lineage) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public BuildRecord {
    layout = List.copyOf(layout);
    days = List.copyOf(days);
    lineage = lineage == null ? "" : lineage;
  }

  /** The first build, which there is nothing before that it could make anew. */
  public BuildRecord(
      String history,
      long number,
      String attempt,
      boolean rebuild,
      String day,
      long directory,
      long blocks,
      List<Integer> layout,
      List<DayState> days) {
    this(history, number, attempt, rebuild, day, directory, blocks, layout, days, 0, attempt);
  }

  /**
   * The same, behind the last one.
   *
   * @param makesAnew whether it makes the history, or a bucket of it, anew
   */
  public BuildRecord behind(BuildRecord last, boolean makesAnew) {
    return new BuildRecord(
        history,
        number,
        attempt,
        rebuild,
        day,
        directory,
        blocks,
        layout,
        days,
        makesAnew ? number : last.anew,
        last.lineage);
  }

  /** What of a layout the pieces on disk depend on. */
  public static List<Integer> layout(HistoryLayout layout) {
    return List.of(layout.buckets(), layout.weekDays(), layout.epochDays());
  }

  /** The latest day. */
  public LocalDate date() {
    return LocalDate.parse(day);
  }

  /** Whether nothing of an earlier build is left in it. */
  @JsonIgnore
  public boolean isFromScratch() {
    return rebuild || number == 1;
  }

  /** Whether both are of the same build, made by the same process. */
  public boolean isOfSameAttempt(BuildRecord other) {
    return number == other.number && attempt.equals(other.attempt);
  }

  /** The same, in the commit of blocks. */
  public BuildRecord of(long directorySnapshot, List<DayState> found) {
    return new BuildRecord(
        history,
        number,
        attempt,
        rebuild,
        day,
        directorySnapshot,
        blocks,
        layout,
        found,
        anew,
        lineage);
  }

  /** The same, in the commit of users' pieces. */
  public BuildRecord withBlocks(long snapshot) {
    return new BuildRecord(
        history, number, attempt, rebuild, day, directory, snapshot, layout, List.of(), anew,
        lineage);
  }

  /** Reads what {@link #toJson} has written. */
  public static BuildRecord parse(String json) {
    try {
      return JSON.readValue(json, BuildRecord.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the record of a build cannot be read: " + json, e);
    }
  }

  /** As it stands in the summary. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the record of build " + number + " cannot be written", e);
    }
  }
}
