package io.tidemark.catalog.commit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a commit says of the micro-batch it holds. It is written into the snapshot's summary, in the
 * same commit as the data, so that the position of a job and its rows can never disagree.
 *
 * @param job name of the job
 * @param checkpoint id of the checkpoint that numbers the micro-batches; a job that keeps its
 *     position in the table alone uses {@link #IN_TABLE}
 * @param epoch grows by one with every driver that takes the job over; an older driver is refused
 * @param batch number of the micro-batch in its checkpoint, -1 before the first
 * @param position how far the job has read its input: Kafka offsets as JSON, or a snapshot id (of
 *     several inputs one each, see {@link io.tidemark.catalog.cut.InputPositions}); before the
 *     first micro-batch where it starts, or empty
 * @param roots how far the roots of this data had been read: ODS table to snapshot id
 * @param back what numbers micro-batches by their position adds to it: the offsets by which moves
 *     have taken the job back, in all, so that numbers grow all the same, and those that were given
 *     to rows that came beside the job
 */
@JsonPropertyOrder({"job", "checkpoint", "epoch", "batch", "position", "roots", "back"})
public record Marker(
    String job,
    String checkpoint,
    long epoch,
    long batch,
    String position,
    Map<String, Long> roots,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long back) {
  /** The checkpoint id of a job whose only record of progress is this marker. */
  public static final String IN_TABLE = "table";

  /** The checkpoint id of a job that was moved: no checkpoint knows its position. */
  public static final String MOVED = "moved";

  static final String PROPERTY_PREFIX = "tidemark.marker.";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Refuses a marker that names no job or has no epoch. */
  @JsonCreator
  public Marker(
      @JsonProperty("job") String job,
      @JsonProperty("checkpoint") String checkpoint,
      @JsonProperty("epoch") long epoch,
      @JsonProperty("batch") long batch,
      @JsonProperty("position") String position,
      @JsonProperty("roots") Map<String, Long> roots,
      @JsonProperty("back") long back) {
    this.job = Objects.requireNonNull(job, "job");
    this.checkpoint = Objects.requireNonNull(checkpoint, "checkpoint");
    this.epoch = epoch;
    this.batch = batch;
    this.position = Objects.requireNonNull(position, "position");
    this.roots = Collections.unmodifiableSortedMap(new TreeMap<>(roots));
    this.back = back;
    if (epoch < 1) {
      throw new IllegalArgumentException("epoch " + epoch + " of job " + job + " is not positive");
    }
  }

  /** The marker of a job that was never moved back. */
  public Marker(
      String job,
      String checkpoint,
      long epoch,
      long batch,
      String position,
      Map<String, Long> roots) {
    this(job, checkpoint, epoch, batch, position, roots, 0);
  }

  /** The marker of the same position under a newer driver; of {@code start} when it has none. */
  Marker takenOver(long newEpoch, String start) {
    return new Marker(
        job, checkpoint, newEpoch, batch, position.isEmpty() ? start : position, roots, back);
  }

  /**
   * The marker of another position, which a driver that does not know of it cannot write behind.
   *
   * @param offsetsBack by how many offsets it lies further back
   */
  Marker movedTo(String other, long offsetsBack) {
    return new Marker(job, MOVED, epoch + 1, -1, other, roots, back + offsetsBack);
  }

  /**
   * The marker of the same position, whose next micro-batch has a higher number.
   *
   * @param more by how much
   */
  public Marker numberedOn(long more) {
    return new Marker(job, checkpoint, epoch, batch, position, roots, back + more);
  }

  /** Whether this marker says that {@code next}'s micro-batch is in the table already. */
  boolean records(Marker next) {
    return checkpoint.equals(next.checkpoint) && batch >= next.batch;
  }

  String property() {
    return PROPERTY_PREFIX + job;
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("marker of job " + job + " cannot be written", e);
    }
  }

  static Marker fromJson(String json) {
    try {
      return JSON.readValue(json, Marker.class);
    } catch (JsonProcessingException e) {
      throw new LostPositionException("a marker in the table cannot be read: " + json, e);
    }
  }
}
