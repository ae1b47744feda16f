package io.tidemark.jobs.alert;

import io.tidemark.jobs.spec.AlertSpec;

/**
 * An alert of which a look could not tell whether its condition holds.
 *
 * @param alert the alert
 * @param why in words, without secrets: it is told
 */
public record Unknown(AlertSpec alert, String why) {
  /** What is told of it, in a line. */
  String text() {
    return "cannot be looked at (%s): %s".formatted(alert.text(), why);
  }
}
