package io.tidemark.jobs.decode;

import java.io.Serializable;
import java.time.Instant;

/**
 * Decides what a message of a topic is. The verdict depends on the bytes (and the schema that they
 * name) and the record time alone, and no bytes make it throw; only that the registry of their
 * schemas cannot be asked does, which says nothing of them. Safe for use by several threads.
 */
public interface Decoder extends Serializable {
  /**
   * Decodes one message.
   *
   * @param value the message; {@code null} is a tombstone
   * @param recordTime the broker's timestamp of it
   */
  Decoded decode(byte[] value, Instant recordTime);
}
