package io.tidemark.jobs.decode;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/** A decoder of values that can also be looked into, whatever they are written in. */
interface ValueDecoder extends Decoder {
  /**
   * The value as tokens of JSON; of one that a schema describes, those of declared fields.
   *
   * @param value not null
   * @throws IOException for bytes that are not of the format; perhaps only when tokens are read
   * @throws BadMessageException for a value that cannot be a message of the format
   */
  JsonParser tokens(byte[] value) throws IOException, BadMessageException;
}
