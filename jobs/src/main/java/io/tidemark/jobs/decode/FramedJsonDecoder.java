package io.tidemark.jobs.decode;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;

/**
 * Reads JSON behind the number of a schema, which is not asked for: JSON says itself what it is.
 */
final class FramedJsonDecoder implements ValueDecoder {
  private static final long serialVersionUID = 1L;

  private final JsonDecoder rows;

  FramedJsonDecoder(JsonDecoder rows) {
    this.rows = rows;
  }

  @Override
  public Decoded decode(byte[] value, Instant recordTime) {
    if (value == null || value.length == 0) {
      return rows.decode(value, recordTime);
    }
    try {
      return rows.decode(json(value), recordTime);
    } catch (BadMessageException e) {
      return e.verdict();
    }
  }

  @Override
  public JsonParser tokens(byte[] value) throws IOException, BadMessageException {
    return rows.tokens(json(value));
  }

  private static byte[] json(byte[] value) throws BadMessageException {
    return Arrays.copyOfRange(value, WireHeader.read(value, false).length(), value.length);
  }
}
