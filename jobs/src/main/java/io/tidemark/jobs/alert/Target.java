package io.tidemark.jobs.alert;

/** One who is told: a person's mail, a webhook, a program. */
public interface Target {
  /** By what is kept who was told what: without a secret, and the same tomorrow. */
  String name();

  /**
   * Tells.
   *
   * @throws NotToldException when it was not taken, or may not have been
   */
  void tell(AlertMessage message) throws NotToldException;
}
