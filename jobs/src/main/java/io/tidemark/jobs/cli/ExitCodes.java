package io.tidemark.jobs.cli;

/** The exit codes of every verb. They are the contract with the scheduler. */
public final class ExitCodes {
  /** The verb did what it says. */
  public static final int OK = 0;

  /** The verb failed; trying again may help. */
  public static final int FAILURE = 1;

  /** An option or the configuration was refused; trying again does not help. */
  public static final int REFUSED = 2;

  /**
   * The verb ran, and what it found is not as declared: a comparison outside its tolerance, tables
   * or topics that differ from their declarations.
   */
  public static final int OUTSIDE_TOLERANCE = 3;

  private ExitCodes() {}
}
