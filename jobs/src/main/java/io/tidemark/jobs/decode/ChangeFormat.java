package io.tidemark.jobs.decode;

import java.io.Serializable;

/** One of the ways in which change logs are written as JSON. */
interface ChangeFormat extends Serializable {
  /**
   * What a well-formed message is.
   *
   * @throws BadMessageException when it is a dead letter
   */
  Decoded read(ChangeMessage message) throws BadMessageException;

  /** Where the time of the commit stands, for messages. */
  String timeField();
}
