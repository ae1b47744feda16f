package io.tidemark.jobs.decode;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Takes values apart that one schema describes. Safe for use by several threads. */
interface ValueReader {
  /**
   * Writes what is declared of a value as tokens, one object.
   *
   * @param from where the value begins; it ends with the bytes
   * @param wanted the declared fields
   * @throws BadMessageException when it is not what the schema describes
   */
  void read(byte[] bytes, int from, Field wanted, JsonGenerator out)
      throws IOException, BadMessageException;
}
