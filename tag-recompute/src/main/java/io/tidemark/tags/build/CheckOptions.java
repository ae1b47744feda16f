package io.tidemark.tags.build;

import picocli.CommandLine.Option;

/** The options of {@code tags check} alone. */
public final class CheckOptions {
  @Option(
      names = "--input",
      description = "check: compares every day with the published rows, too; reads all of both.")
  private boolean input;

  /** Whether the published days are compared, too. */
  boolean input() {
    return input;
  }
}
