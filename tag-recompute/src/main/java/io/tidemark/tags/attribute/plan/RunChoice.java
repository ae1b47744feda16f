package io.tidemark.tags.attribute.plan;

/**
 * How results are computed from blocks.
 *
 * @param refresh how
 * @param why for people
 */
public record RunChoice(Refresh refresh, String why) {
  /** How results are computed from blocks. */
  public enum Refresh {
    /** Everything is added up. */
    FULL,
    /** What was there is brought forward. */
    INCREMENTAL,
    /** Everything is added up, and held to what bringing forward would have given. */
    VERIFIED
  }

  /** In full. */
  public static RunChoice full(String why) {
    return new RunChoice(Refresh.FULL, why);
  }

  /** In full, although bringing forward was wished for. */
  public static RunChoice notAsWished(String why) {
    return full("what is there cannot be brought forward, as was wished: " + why);
  }

  /** In full, and verified. */
  public static RunChoice verified(String why) {
    return new RunChoice(Refresh.VERIFIED, why);
  }

  /** The quicker one. */
  public static RunChoice quicker(RunCost cost, RunCost.Work work) {
    double full = cost.full(work);
    double incremental = cost.incremental(work);
    return incremental < full
        ? new RunChoice(
            Refresh.INCREMENTAL,
            "%s; estimated %.1f s against %.1f s in full".formatted(share(work), incremental, full))
        : full(
            "%s; estimated %.1f s against %.1f s incrementally"
                .formatted(share(work), full, incremental));
  }

  /** Bringing forward, because that is wished for. */
  public static RunChoice wished(RunCost.Work work) {
    return new RunChoice(Refresh.INCREMENTAL, share(work) + "; as wished");
  }

  private static String share(RunCost.Work work) {
    return work.sameTags()
        ? "the tags are the same"
        : "%.2f %% of users changed tags".formatted(100 * work.changed());
  }

  /** For people. */
  public String text() {
    return switch (refresh) {
      case FULL -> "in full: " + why;
      case INCREMENTAL -> "incremental, " + why;
      case VERIFIED -> "in full, and compared: " + why;
    };
  }
}
