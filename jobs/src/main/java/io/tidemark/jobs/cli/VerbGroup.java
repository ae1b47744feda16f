package io.tidemark.jobs.cli;

/** The headings under which {@code help} lists the verbs, in the order of the headings. */
public enum VerbGroup {
  /** Verbs that check and create what is declared. */
  DECLARE("Declare"),
  /** Verbs that change tables. */
  RUN("Run"),
  /** Verbs that only read. */
  LOOK("Look"),
  /** Verbs for this machine: the local lakehouse, the demo, benchmarks. */
  LOCAL("On this machine");

  private final String heading;

  VerbGroup(String heading) {
    this.heading = heading;
  }

  /** The heading as printed. */
  public String heading() {
    return heading;
  }
}
