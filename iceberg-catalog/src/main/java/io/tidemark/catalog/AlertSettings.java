package io.tidemark.catalog;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who is told of alerts in an environment.
 *
 * @param receivers by the names that alerts use; empty where nobody is told
 * @param every how often a driver of streams looks at the alerts of its jobs
 * @param root where relative paths of secrets and programs start
 */
public record AlertSettings(Map<String, ReceiverSettings> receivers, Duration every, Path root) {
  /** The longest time that telling one receiver may take: a check has more of them to tell. */
  public static final Duration MOST_TIMEOUT = Duration.ofMinutes(2);

  /** Of an environment in which nobody is told. */
  public static final AlertSettings NONE =
      new AlertSettings(Map.of(), Duration.ofMinutes(1), Path.of(""));

  public AlertSettings {
    receivers = Collections.unmodifiableMap(new LinkedHashMap<>(receivers));
  }
}
