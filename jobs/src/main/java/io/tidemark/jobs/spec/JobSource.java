package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.YamlNode;

/**
 * A file below {@code conf/jobs} as it is written, before anything is inherited.
 *
 * @param file what messages call it
 * @param yaml its keys
 */
record JobSource(String file, YamlNode.Mapping yaml) {
  /** Whether it declares no job, but what jobs may extend. */
  boolean isTemplate() {
    return yaml.entries().containsKey(JobKeys.TEMPLATE.name());
  }

  /** The name others extend it by; {@code null} when it has none. */
  String name() {
    return text(isTemplate() ? JobKeys.TEMPLATE : JobKeys.JOB);
  }

  /** A key's single value; {@code null} when there is none. */
  String text(Key<?> key) {
    return yaml.entries().get(key.name()) instanceof YamlNode.Scalar scalar ? scalar.text() : null;
  }
}
