package io.tidemark.tests.app;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes flat JSON objects of ASCII into one buffer that is used again and again. */
final class JsonBuffer {
  private static final byte[] NULL = ascii("null");

  private byte[] bytes = new byte[512];
  private int length;

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A field's name as {@link #field} takes it. */
  static byte[] name(String name) {
    return ascii("\"" + name + "\":");
  }

  void begin() {
    length = 0;
    put((byte) '{');
  }

  byte[] end() {
    put((byte) '}');
    return Arrays.copyOf(bytes, length);
  }

  void field(byte[] name) {
    if (length > 1) {
      put((byte) ',');
    }
    put(name);
  }

  /** A string that needs no escapes, or null. */
  void string(byte[] text) {
    if (text == null) {
      put(NULL);
      return;
    }
    put((byte) '"');
    put(text);
    put((byte) '"');
  }

  void nothing() {
    put(NULL);
  }

  /** A number that is not negative. */
  void number(long value) {
    put(value, 1);
  }

  /** A decimal that is not negative: {@code unscaled} shifted by {@code scale} digits. */
  void decimal(long unscaled, int scale) {
    long unit = 1;
    for (int i = 0; i < scale; i++) {
      unit *= 10;
    }
    put(unscaled / unit, 1);
    put((byte) '.');
    put(unscaled % unit, scale);
  }

  private void put(long value, int digits) {
    int count = 1;
    for (long rest = value / 10; rest > 0; rest /= 10) {
      count++;
    }
    int width = Math.max(count, digits);
    reserve(width);
    for (int at = length + width - 1; at >= length; at--) {
      bytes[at] = (byte) ('0' + value % 10);
      value /= 10;
    }
    length += width;
  }

  private void put(byte[] text) {
    reserve(text.length);
    System.arraycopy(text, 0, bytes, length, text.length);
    length += text.length;
  }

  private void put(byte one) {
    reserve(1);
    bytes[length++] = one;
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * (length + more));
    }
  }
}
