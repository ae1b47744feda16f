package io.tidemark.jobs.source;

/**
 * No broker answers. That is no fault of what the user wrote, and may pass: a scheduler tries
 * again.
 */
public final class KafkaUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KafkaUnavailableException(String message) {
    super(message);
  }
}
