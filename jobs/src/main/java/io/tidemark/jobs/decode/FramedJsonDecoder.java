package io.tidemark.jobs.decode;

import java.time.Instant;
import java.util.Arrays;

/**
 * Reads JSON behind the number of a schema, which is not asked for: JSON says itself what it is.
 */
final class FramedJsonDecoder implements Decoder {
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
      int from = WireHeader.read(value, false).length();
      return rows.decode(Arrays.copyOfRange(value, from, value.length), recordTime);
    } catch (BadMessageException e) {
      return e.verdict();
    }
  }
}
