package io.tidemark.jobs.cli;

import java.util.concurrent.Callable;

/**
 * One verb of the command line: a class annotated with picocli's {@code @Command}, named in {@code
 * META-INF/services/io.tidemark.jobs.cli.Verb} of its module, that answers with an {@link ExitCodes
 * exit code}. Results go to stdout, progress to stderr.
 *
 * <p>{@code --help} and {@code --stacktrace} come by themselves; a verb that reads the
 * configuration adds {@link ConfOptions} as a mixin, and every verb ends its help with examples in
 * {@code footer}.
 */
public interface Verb extends Callable<Integer> {
  /** Under which heading {@code help} lists it. */
  VerbGroup group();

  /**
   * The verb that this one is a part of and is written behind, as {@code tables} for {@code
   * tidemark tables health}; empty for one that stands for itself.
   */
  default String partOf() {
    return "";
  }

  /** Where in its group {@code help} lists it: lower comes first, equal ranks by name. */
  default int rank() {
    return 100;
  }
}
