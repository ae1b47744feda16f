package io.tidemark.jobs.spec;

import static io.tidemark.catalog.config.Suggestions.didYouMean;

import io.tidemark.catalog.MailSettings;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Holds the recipients of mail against the owners of jobs: neither are there addresses for an owner
 * that no job has, nor jobs whose mail nobody would get.
 */
final class RecipientsCheck {
  private static final String KEY = "mail.recipients";

  private RecipientsCheck() {}

  /**
   * Adds what is wrong.
   *
   * @param file the environment's
   * @param mail {@code null} without a mail server
   */
  static void check(
      String file, MailSettings mail, List<? extends JobSpec> jobs, Problems problems) {
    if (mail == null) {
      return;
    }
    Set<String> owners =
        jobs.stream()
            .map(JobSpec::owner)
            .filter(owner -> !owner.isBlank())
            .collect(Collectors.toCollection(TreeSet::new));
    mail.recipients()
        .forEach(
            (owner, addresses) -> {
              if (!owner.equals(MailSettings.DEFAULT) && !owners.contains(owner)) {
                problems.add(unknown(file, owner, addresses, owners));
              }
            });
    if (mail.recipients().getOrDefault(MailSettings.DEFAULT, List.of()).isEmpty()) {
      unheard(mail, jobs).forEach((owner, names) -> problems.add(nobody(file, owner, names)));
    }
  }

  private static Problem unknown(
      String file, String owner, List<String> addresses, Set<String> owners) {
    String known =
        owners.isEmpty()
            ? "no job has an owner: write 'owner: " + owner + "' to the jobs it answers for"
            : "owners are " + String.join(", ", owners);
    return new Problem(
        file,
        KEY + "." + owner,
        String.join(", ", addresses),
        "is for an owner that no job has; " + didYouMean(owner, owners, known));
  }

  /** Owners without an address, with the jobs that are reported on. */
  private static Map<String, List<String>> unheard(
      MailSettings mail, List<? extends JobSpec> jobs) {
    Map<String, List<String>> unheard = new TreeMap<>();
    jobs.stream()
        .filter(job -> !(job instanceof IngestSpec || job instanceof MirrorSpec))
        .filter(job -> mail.recipients().getOrDefault(job.owner(), List.of()).isEmpty())
        .forEach(
            job -> unheard.computeIfAbsent(job.owner(), o -> new ArrayList<>()).add(job.name()));
    return unheard;
  }

  private static Problem nobody(String file, String owner, List<String> jobs) {
    String whose = owner.isBlank() ? "jobs without an owner" : owner;
    String key = owner.isBlank() ? MailSettings.DEFAULT : owner;
    return new Problem(
        file,
        KEY + "." + key,
        "",
        "is missing, so nobody would get mail on %s (%s); write '%s: [name@example.com]', or 'default: [name@example.com]' for every job"
            .formatted(String.join(", ", jobs), whose, key));
  }
}
