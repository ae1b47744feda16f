package io.tidemark.jobs.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks UTF-8 strictly. The JSON parser does not: it lets overlong forms and encoded surrogates
 * pass, and does not look at all into the strings it skips.
 */
final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /** The offset of the first sequence that is no UTF-8, or -1. */
  static int firstFault(byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      // Messages are mostly ASCII: eight bytes at a time.
      if (at + Long.BYTES <= bytes.length && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
        at += Long.BYTES;
      } else if (bytes[at] >= 0) {
        at++;
      } else {
        int length = sequenceLength(bytes, at);
        if (length == 0) {
          return at;
        }
        at += length;
      }
    }
    return -1;
  }

  /** Length of the sequence of two to four bytes at {@code at}, or 0 when it is none. */
  private static int sequenceLength(byte[] bytes, int at) {
    int lead = bytes[at] & 0xFF;
    if (lead < 0xC2 || lead > 0xF4) {
      return 0;
    }
    int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (at + length > bytes.length) {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if ((bytes[at + i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    int second = bytes[at + 1] & 0xFF;
    boolean outside =
        (lead == 0xE0 && second < 0xA0) // overlong
            || (lead == 0xED && second > 0x9F) // surrogates
            || (lead == 0xF0 && second < 0x90) // overlong
            || (lead == 0xF4 && second > 0x8F); // beyond U+10FFFF
    return outside ? 0 : length;
  }
}
