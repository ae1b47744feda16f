package io.tidemark.reconciliation.mail;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.LocalDate;

/**
 * What is known of one mail beside its text.
 *
 * @param id names its files; the day comes first, so that names sort by it
 * @param day business day of the report, as text
 * @param to the one person it goes to
 * @param from the sender
 * @param messageId the message's own id, which stays the same however often it is sent
 * @param content fingerprint of what the report says
 */
public record Envelope(
    @JsonProperty("id") String id,
    @JsonProperty("day") String day,
    @JsonProperty("to") String to,
    @JsonProperty("from") String from,
    @JsonProperty("messageId") String messageId,
    @JsonProperty("content") String content) {

  /**
   * The envelope of a report to one person.
   *
   * @param again how often this report was sent to this person before
   */
  static Envelope of(
      LocalDate day, String environment, String to, String from, String content, int again) {
    String hash =
        Fingerprint.of(String.join("\n", day.toString(), environment, to, content, "" + again));
    String domain = from.substring(from.indexOf('@') + 1);
    return new Envelope(
        day + "-" + hash,
        day.toString(),
        to,
        from,
        "<tidemark." + day + "." + hash + "@" + domain + ">",
        content);
  }
}
