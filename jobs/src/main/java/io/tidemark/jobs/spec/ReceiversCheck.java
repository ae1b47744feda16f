package io.tidemark.jobs.spec;

import io.tidemark.catalog.AlertSettings;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.Suggestions;
import java.util.List;
import java.util.Set;

/** Holds the receivers that alerts name against those of the environment. */
final class ReceiversCheck {
  private ReceiversCheck() {}

  /**
   * Adds what is wrong. An environment without receivers tells nobody, and that is no problem: it
   * may be the one of this machine.
   *
   * @param file the environment's
   */
  static void check(
      String file, AlertSettings settings, List<AlertSpec> alerts, Problems problems) {
    Set<String> known = settings.receivers().keySet();
    if (known.isEmpty()) {
      return;
    }
    for (AlertSpec alert : alerts) {
      for (String receiver : alert.receivers()) {
        if (!known.contains(receiver)) {
          problems.add(
              new Problem(
                  file,
                  "alerts.receivers." + receiver,
                  "",
                  "is missing, and alert %s is told to it; %s"
                      .formatted(
                          alert.fullName(),
                          Suggestions.didYouMean(
                              receiver,
                              known,
                              "declare it here, or write one of %s to the alert"
                                  .formatted(String.join(", ", known))))));
        }
      }
    }
  }
}
