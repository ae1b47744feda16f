package io.tidemark.catalog;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who is told of alerts in an environment.
 *
 * @param receivers by the names that alerts use; empty where nobody is told
 * @param root where relative paths of secrets and programs start
 */
public record AlertSettings(Map<String, ReceiverSettings> receivers, Path root) {
  /** Of an environment in which nobody is told. */
  public static final AlertSettings NONE = new AlertSettings(Map.of(), Path.of(""));

  public AlertSettings {
    receivers = Collections.unmodifiableMap(new LinkedHashMap<>(receivers));
  }
}
