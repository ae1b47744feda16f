package io.tidemark.tests.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;

/** Something that is measured side by side with what a team would use instead. */
interface Benchmark {
  /** How long a phase at a steady rate lasts when the command line does not say. */
  int SECONDS = 300;

  /**
   * How much is measured.
   *
   * @param events size of the large input; the benchmark says how small the others are
   * @param rounds how often each side is measured, where the benchmark does not say otherwise
   * @param seed the same seed makes the same input
   * @param folder where it works, in a new folder that it deletes at the end
   * @param seconds how long each phase lasts of what runs at a steady rate
   */
  record Plan(long events, int rounds, long seed, Path folder, int seconds) {
    public Plan {
      if (seconds < 1) {
        throw new IllegalArgumentException(
            "%d seconds show nothing; use at least 1".formatted(seconds));
      }
      if (events < 100 || rounds < 1) {
        throw new IllegalArgumentException(
            "%d events in %d rounds show nothing; use at least 100 events and 1 round"
                .formatted(events, rounds));
      }
    }

    /** With the usual length of what runs at a steady rate. */
    Plan(long events, int rounds, long seed, Path folder) {
      this(events, rounds, seed, folder, SECONDS);
    }

    /** The same with another size. */
    Plan of(long otherEvents) {
      return new Plan(otherEvents, rounds, seed, folder, seconds);
    }
  }

  /** What follows {@code bench} on the command line. */
  String name();

  /** Size of the large input when the command line names none. */
  default long events() {
    return 2_000_000;
  }

  /** How often each side is measured when the command line does not say. */
  default int rounds() {
    return 3;
  }

  /** One line that says what is measured. */
  String summary();

  /**
   * Measures, and prints progress, a table and the figures.
   *
   * @return whether the sides gave the same answers; without that no time means anything
   */
  boolean run(Plan plan, PrintWriter out);

  /** Prints a figure as other programs read it: {@code figure stream.growth-10x 3.21 ratio}. */
  static void figure(PrintWriter out, String name, double value, String unit) {
    out.printf(Locale.ROOT, "figure %s %.2f %s%n", name, value, unit);
    out.flush();
  }
}
