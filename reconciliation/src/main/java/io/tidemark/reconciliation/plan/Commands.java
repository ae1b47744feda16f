package io.tidemark.reconciliation.plan;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;

/** The commands that a person is told, as they are typed. */
public final class Commands {
  private Commands() {}

  /** Compares a day of a job. */
  public static String reconcile(LocalDate day, String job) {
    return "./tidemark reconcile --day " + day + " --job " + job;
  }

  /** Publishes a day of all jobs. */
  public static String publish(LocalDate day) {
    return "./tidemark publish --day " + day;
  }

  /** Publishes a day of a job. */
  public static String publish(LocalDate day, String job) {
    return publish(day) + " --job " + job;
  }

  /** Publishes a day of some jobs. */
  public static String publish(LocalDate day, List<String> jobs) {
    return jobs.stream()
        .map(job -> " --job " + job)
        .collect(Collectors.joining("", publish(day), ""));
  }

  /** Puts a day of a job back. */
  public static String undo(LocalDate day, String job) {
    return "./tidemark publish --undo " + day + " --job " + job;
  }

  /** Computes a day of a job. */
  public static String batch(LocalDate day, String job) {
    return "./tidemark run " + job + " --mode batch --day " + day;
  }

  /** Publishes a day of a job that its policy does not publish by itself. */
  public static String accept(LocalDate day, String job) {
    return publish(day, job) + " --accept 'why it is right all the same'";
  }
}
