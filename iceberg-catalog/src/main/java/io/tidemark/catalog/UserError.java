package io.tidemark.catalog;

/**
 * Carried by an exception whose cause is what the user wrote: a configuration file, an option, a
 * table name. The command line prints its message as it is, and leaves with the exit code for a
 * refused configuration, so that a scheduler does not retry what cannot succeed.
 */
public interface UserError {
  /** What is wrong, naming the key, the value and the file: {@link Throwable#getMessage}. */
  String getMessage();

  /** What to do next, in a sentence; empty when the message already says it. */
  default String nextStep() {
    return "";
  }
}
