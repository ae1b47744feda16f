package io.tidemark.reconciliation.plan;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What exactly is compared: a day of a job, both sides at one snapshot each. Commits that come
 * while the comparison runs, or before a person looks at it again, change nothing in it.
 *
 * @param day business day
 * @param job name of the job
 * @param main snapshot of {@code main}; {@code null} when the stream has never written
 * @param offline snapshot of the newest batch of the day
 * @param cut ODS table to the snapshot both sides were made from
 * @param definition hash of what the job is computed by
 */
public record Pin(
    LocalDate day, String job, Long main, long offline, Map<String, Long> cut, String definition) {

  public Pin {
    cut = java.util.Collections.unmodifiableMap(new TreeMap<>(cut));
  }

  /** The snapshot of {@code main}, or nothing when the stream has never written. */
  public Optional<Long> mainSnapshot() {
    return Optional.ofNullable(main);
  }

  /** Names this comparison; the same comparison made again has the same name. */
  public String runId() {
    String all = String.join("|", "" + day, job, "" + main, "" + offline, "" + cut, definition);
    return UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
