package io.tidemark.jobs.schema;

/**
 * The schema registry does not answer as it should. That says nothing of the messages that wait for
 * it, and may pass: a scheduler tries again.
 */
public final class RegistryUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RegistryUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
