package io.tidemark.jobs.operation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The records that drivers leave of their jobs, a file each, beside the checkpoints: every machine
 * that may run a job sees that folder. They decide nothing, and may be deleted.
 */
public final class DriverRecords {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  /**
   * The records of an environment.
   *
   * @param checkpoints its folder of checkpoints
   */
  public DriverRecords(Path checkpoints) {
    this.folder = checkpoints;
  }

  /** What the newest driver of a job said last; nothing when none has left a record. */
  public Optional<DriverRecord> read(String job) {
    try {
      return Optional.of(parse(JSON.readTree(Files.readAllBytes(file(job)))));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (AccessDeniedException e) {
      throw new IllegalStateException(
          "the record %s is not for this user to read; give the group of drivers and of those who"
                  .formatted(file(job))
              + " look rights to the folder",
          e);
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      throw new IllegalStateException(
          "the record %s cannot be read; delete it, a running driver writes it anew"
              .formatted(file(job)),
          e);
    }
  }

  /**
   * Replaces a record; a reader sees the one before or this one, and nothing in between. That of a
   * driver which has taken the job over since stays.
   */
  void write(DriverRecord record) throws IOException {
    if (read(record.job()).filter(last -> last.beganAt().isAfter(record.beganAt())).isPresent()) {
      return;
    }
    Files.createDirectories(folder);
    // A temporary file of the JVM's would be for its own user alone, and others look, too.
    Path next = folder.resolve(".%s.%s.driver".formatted(record.job(), UUID.randomUUID()));
    try {
      Files.write(next, JSON.writeValueAsBytes(json(record)), StandardOpenOption.CREATE_NEW);
      Files.move(
          next,
          file(record.job()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }

  private Path file(String job) {
    return folder.resolve(job + ".driver.json");
  }

  private static ObjectNode json(DriverRecord record) {
    ObjectNode json = JSON.createObjectNode();
    json.put("job", record.job());
    json.put("host", record.host());
    json.put("pid", record.pid());
    json.put("state", record.state().name());
    json.put("began_at", text(record.beganAt()));
    json.put("written_at", text(record.writtenAt()));
    json.put("last_commit_at", text(record.lastCommitAt()));
    json.put("restarts", record.restarts());
    json.put("failures", record.failures());
    json.put("last_failure", record.lastFailure());
    json.put("last_failure_at", text(record.lastFailureAt()));
    return json;
  }

  private static DriverRecord parse(JsonNode json) {
    return new DriverRecord(
        json.path("job").asText(),
        json.path("host").asText(),
        json.path("pid").asLong(),
        DriverRecord.State.valueOf(json.path("state").asText()),
        instant(json.path("began_at")),
        instant(json.path("written_at")),
        instant(json.path("last_commit_at")),
        json.path("restarts").asLong(),
        json.path("failures").asLong(),
        json.path("last_failure").isTextual() ? json.path("last_failure").asText() : null,
        instant(json.path("last_failure_at")));
  }

  private static String text(Instant instant) {
    return instant == null ? null : instant.toString();
  }

  private static Instant instant(JsonNode json) {
    return json.isTextual() ? Instant.parse(json.asText()) : null;
  }
}
