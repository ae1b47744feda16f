package io.tidemark.catalog.publish;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.LocalDate;
import java.util.Objects;

/**
 * What a commit that replaces a day on {@code main} says of itself, in the summary of its snapshot.
 * What a newer version has written beside this is passed over.
 *
 * @param action what it does
 * @param job the job that writes the table
 * @param day the day, as 2026-01-31
 * @param run id of the comparison that the day was published by; an undo names that of the
 *     publication it takes back
 * @param batch snapshot of the offline branch whose files were published
 * @param files data files it put on {@code main}
 * @param rows rows in them
 * @param reason why a day beyond its tolerance, or one that no policy publishes, was accepted;
 *     empty otherwise
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PublishRecord(
    @JsonProperty("action") Action action,
    @JsonProperty("job") String job,
    @JsonProperty("day") String day,
    @JsonProperty("run") String run,
    @JsonProperty("batch") long batch,
    @JsonProperty("files") long files,
    @JsonProperty("rows") long rows,
    @JsonProperty("reason") String reason) {
  /** The property of a snapshot's summary that holds the record. */
  public static final String PROPERTY = "tidemark.publish";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What becomes of a day. */
  public enum Action {
    /** The batch takes the place of the stream's rows. */
    PUBLISH("publish"),
    /** What was there before comes back. */
    UNDO("undo");

    private final String text;

    Action(String text) {
      this.text = text;
    }

    /** The word in tables. */
    public String text() {
      return text;
    }
  }

  public PublishRecord {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(reason, "reason");
  }

  /** The day. */
  public LocalDate date() {
    return LocalDate.parse(day);
  }

  static PublishRecord parse(String json) {
    try {
      return JSON.readValue(json, PublishRecord.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "a publish record cannot be read; use the version of Tidemark that has written it: "
              + json,
          e);
    }
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the publish record of " + job + " cannot be written", e);
    }
  }
}
