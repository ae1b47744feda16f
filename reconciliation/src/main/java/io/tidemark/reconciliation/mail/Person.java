package io.tidemark.reconciliation.mail;

import io.tidemark.catalog.MailSettings;
import io.tidemark.reconciliation.report.DayFacts;
import io.tidemark.reconciliation.report.JobFacts;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Somebody who gets mail.
 *
 * @param address where it goes
 * @param owners owners of jobs that the person stands for; {@link MailSettings#DEFAULT} for all
 */
record Person(String address, Set<String> owners) {
  /** Everybody once, however often the address is written. */
  static List<Person> of(Map<String, List<String>> recipients) {
    Map<String, Person> people = new LinkedHashMap<>();
    recipients.forEach(
        (owner, addresses) ->
            addresses.forEach(
                address ->
                    people
                        .computeIfAbsent(
                            address.toLowerCase(Locale.ROOT),
                            key -> new Person(address, new TreeSet<>()))
                        .owners
                        .add(owner)));
    return List.copyOf(people.values());
  }

  private boolean answersForAll() {
    return owners.contains(MailSettings.DEFAULT);
  }

  /** Whether the person stands for the owner of a job. */
  boolean answersFor(JobFacts job) {
    return answersForAll() || owners.contains(job.owner());
  }

  /**
   * Whether one of the person's jobs asks for mail; both ends, and maintenance that failed, are a
   * matter of the default ones.
   */
  boolean wants(DayFacts day) {
    return day.jobs().stream().filter(this::answersFor).anyMatch(JobFacts::asksForMail)
        || answersForAll() && day.endsOutside() + day.failedMaintenance() > 0;
  }

  /** The person's jobs first, and of both the most urgent. */
  DayFacts ordered(DayFacts day) {
    Comparator<JobFacts> mineFirst = Comparator.comparing(job -> !owners.contains(job.owner()));
    return day.withJobs(
        day.jobs().stream().sorted(mineFirst.thenComparing(JobFacts::verdict)).toList());
  }
}
