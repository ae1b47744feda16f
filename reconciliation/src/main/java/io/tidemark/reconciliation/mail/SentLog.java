package io.tidemark.reconciliation.mail;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What was sent of each day, beside the day's report: {@code sent.jsonl}, a line per mail. A last
 * line that a crash cut off is left alone.
 */
final class SentLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path reports;

  SentLog(Path reports) {
    this.reports = reports;
  }

  /**
   * One mail that a server has taken.
   *
   * @param to who got it
   * @param messageId the message's id
   * @param content fingerprint of what the report said
   * @param at when the server had taken it
   */
  record Sent(
      @JsonProperty("to") String to,
      @JsonProperty("messageId") String messageId,
      @JsonProperty("content") String content,
      @JsonProperty("at") String at) {}

  /** How often a person was sent this very report. */
  int count(String day, String to, String content) {
    return (int)
        all(day).stream()
            .filter(sent -> sent.to().equals(to) && sent.content().equals(content))
            .count();
  }

  boolean holds(Envelope envelope) {
    return all(envelope.day()).stream()
        .anyMatch(sent -> sent.messageId().equals(envelope.messageId()));
  }

  void add(Envelope envelope, Instant at) {
    List<Sent> all = new ArrayList<>(all(envelope.day()));
    all.add(new Sent(envelope.to(), envelope.messageId(), envelope.content(), at.toString()));
    StringBuilder lines = new StringBuilder();
    try {
      for (Sent sent : all) {
        lines.append(JSON.writeValueAsString(sent)).append('\n');
      }
      Path file = file(envelope.day());
      Files.createDirectories(file.getParent());
      Outbox.write(file, lines.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("what was sent of " + envelope.day() + " is not noted", e);
    }
  }

  private List<Sent> all(String day) {
    Path file = file(day);
    if (!Files.exists(file)) {
      return List.of();
    }
    List<Sent> all = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        parse(line, all);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("what was sent of " + day + " cannot be read", e);
    }
    return all;
  }

  private static void parse(String line, List<Sent> all) {
    try {
      all.add(JSON.readValue(line, Sent.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "a line of sent.jsonl is no JSON: '" + line + "'; remove it", e);
    }
  }

  private Path file(String day) {
    return reports.resolve(day).resolve("sent.jsonl");
  }
}
