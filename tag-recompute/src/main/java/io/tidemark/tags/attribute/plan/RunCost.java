package io.tidemark.tags.attribute.plan;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * What runs cost, by what the last ones did: seconds of a task for each user-day or row, all passes
 * over the history included, and seconds that do not depend on them.
 *
 * @param coefficients by name
 */
public record RunCost(Map<String, Double> coefficients) {
  /** Seconds to read the tags of all users once. */
  public static final String TAGS = "tags";

  /** Seconds of a task to read and decode a user-day of the window. */
  public static final String READ = "read";

  /** Seconds of a task to add up a user-day by all sets. */
  public static final String ADD = "add";

  /** Seconds of a task to bring a row of a result together and write it. */
  public static final String SERVE = "serve";

  /** Seconds of a task to read a row of the result before. */
  public static final String OLD = "old";

  /** Seconds of a full run that are none of these. */
  public static final String REST = "rest";

  /** Seconds of an incremental run that are none of these. */
  public static final String INCREMENTAL_REST = "incremental-rest";

  /** So many runs say what a coefficient is. */
  private static final int RECENT = 5;

  private static final List<String> NECESSARY = List.of(TAGS, READ, ADD, SERVE, REST);

  /**
   * What there is to do.
   *
   * @param userDays user-days of the window
   * @param needed those that stale days cannot do without
   * @param toRead share of the history's bytes that an incremental run reads
   * @param changed share of the history's users whose groups by the sets are others
   * @param rows rows of the result
   * @param sameTags whether tags are the very same
   * @param cores tasks that run at once
   */
  public record Work(
      long userDays,
      long needed,
      double toRead,
      double changed,
      long rows,
      boolean sameTags,
      int cores) {
    /** The same with other rows. */
    public Work ofRows(long others) {
      return new Work(userDays, needed, toRead, changed, others, sameTags, cores);
    }

    /** User-days that an incremental run adds up. */
    public double added() {
      return needed + 2 * changed * userDays;
    }
  }

  public RunCost {
    coefficients = Map.copyOf(coefficients);
  }

  /**
   * What to expect: of each coefficient the median of the newest runs that measured it, as full
   * runs and incremental ones measure others; nothing while one is unknown that has to be known.
   *
   * @param runs what runs measured, the newest first
   */
  public static Optional<RunCost> of(Collection<Map<String, Double>> runs) {
    Map<String, Double> medians = new LinkedHashMap<>();
    for (String name : List.of(TAGS, READ, ADD, SERVE, OLD, REST, INCREMENTAL_REST)) {
      double[] known =
          runs.stream()
              .filter(run -> run.containsKey(name))
              .limit(RECENT)
              .mapToDouble(run -> run.get(name))
              .sorted()
              .toArray();
      if (known.length > 0) {
        medians.put(name, known[known.length / 2]);
      }
    }
    return medians.keySet().containsAll(NECESSARY)
        ? Optional.of(new RunCost(medians))
        : Optional.empty();
  }

  /** Seconds that adding everything up takes. */
  public double full(Work work) {
    return fullWithoutRest(work) + get(REST);
  }

  /** Seconds that bringing a result forward takes. */
  public double incremental(Work work) {
    return incrementalWithoutRest(work) + coefficients.getOrDefault(INCREMENTAL_REST, get(REST));
  }

  /** The coefficients with what is left of a full run's seconds. */
  public RunCost ofFull(Work work, double seconds) {
    return with(REST, seconds - fullWithoutRest(work));
  }

  /** The coefficients with what is left of an incremental run's seconds. */
  public RunCost ofIncremental(Work work, double seconds) {
    return with(INCREMENTAL_REST, seconds - incrementalWithoutRest(work));
  }

  private RunCost with(String name, double seconds) {
    Map<String, Double> all = new LinkedHashMap<>(coefficients);
    all.put(name, Math.max(0, seconds));
    return new RunCost(all);
  }

  private double fullWithoutRest(Work work) {
    return get(TAGS)
        + shared(work, get(READ) * work.userDays(), get(ADD) * work.userDays(), get(SERVE));
  }

  private double incrementalWithoutRest(Work work) {
    // Until it was measured: a row is read as quickly as written.
    double old = coefficients.getOrDefault(OLD, get(SERVE));
    return get(TAGS) * (work.sameTags() ? 1 : 2)
        + shared(
            work,
            get(READ) * work.userDays() * work.toRead(),
            get(ADD) * work.added(),
            get(SERVE) + old);
  }

  private static double shared(Work work, double reading, double adding, double ofRow) {
    return DoubleStream.of(reading, adding, ofRow * work.rows()).sum() / work.cores();
  }

  private double get(String name) {
    return coefficients.getOrDefault(name, 0.0);
  }
}
