package io.tidemark.tags.codec;

import java.util.zip.CRC32C;

/** Bytes as they are read. Nothing is read beyond their end, and nothing is believed. */
final class Input {
  private static final int CHECKSUM_BYTES = Integer.BYTES;

  private final byte[] bytes;
  private final int end;
  private final Place place;
  private int at;

  private Input(byte[] bytes, Place place) {
    this.bytes = bytes;
    this.end = bytes.length - CHECKSUM_BYTES;
    this.place = place;
  }

  /** Opens bytes that end with their checksum, which is compared first. */
  static Input open(byte[] bytes, Place place) {
    Input input = new Input(bytes, place);
    input.check(input.end > 0, "a stream of " + bytes.length + " bytes was cut off");
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, input.end);
    long stored = 0;
    for (int i = 0; i < CHECKSUM_BYTES; i++) {
      stored |= (bytes[input.end + i] & 0xFFL) << 8 * i;
    }
    input.check(
        stored == crc.getValue(),
        "the checksum does not match the stream's "
            + bytes.length
            + " bytes; they were cut off or changed");
    return input;
  }

  int octet() {
    check(at < end, "the stream ends where more must follow");
    return bytes[at++] & 0xFF;
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      long octet = octet();
      check(shift < 63 || octet <= 1, "a number at byte " + at + " has more than 64 bits");
      value |= (octet & 0x7F) << shift;
      if (octet < 0x80) {
        return value;
      }
    }
    throw corrupt("a number at byte " + at + " does not end");
  }

  /** A number from 0 to {@code most}. */
  int varint(int most, String what) {
    long value = varint();
    check(
        value >= 0 && value <= most,
        what + " is " + Long.toUnsignedString(value) + ", more than " + most);
    return (int) value;
  }

  long zigzag() {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }

  /** Steps over bytes that are there, and says where they begin in {@link #array}. */
  int skip(int length) {
    check(length <= end - at, "the stream ends where " + length + " bytes must follow");
    int from = at;
    at += length;
    return from;
  }

  byte[] array() {
    return bytes;
  }

  int left() {
    return end - at;
  }

  /** Everything has to be read. */
  void finish() {
    check(at == end, (end - at) + " bytes are left over");
  }

  void check(boolean right, String what) {
    if (!right) {
      throw corrupt(what);
    }
  }

  CorruptStreamException corrupt(String what) {
    return new CorruptStreamException(
        place, what + "; restore the file, or build these users' history anew");
  }
}
