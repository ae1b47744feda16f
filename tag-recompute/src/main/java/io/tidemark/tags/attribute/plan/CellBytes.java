package io.tidemark.tags.attribute.plan;

import java.util.Arrays;

/**
 * Columns of numbers as bytes, most of which are small and many 0: a number is a varint of its
 * zigzag, and 0 is followed by the number of zeros. These bytes live as long as a job.
 */
final class CellBytes {
  private byte[] bytes = new byte[1 << 12];
  private int size;
  private int at;

  /** For writing. */
  CellBytes() {}

  /** For reading. */
  CellBytes(byte[] bytes) {
    this.bytes = bytes;
    this.size = bytes.length;
  }

  /**
   * Writes a column.
   *
   * @param from where its numbers begin
   * @return whether a number of it is not 0
   */
  boolean write(long[] numbers, int from, int count) {
    int zeros = 0;
    for (int i = 0; i < count; i++) {
      long number = numbers[from + i];
      if (number == 0) {
        zeros++;
      } else {
        if (zeros > 0) {
          writeZeros(zeros);
          zeros = 0;
        }
        varint(number << 1 ^ number >> Long.SIZE - 1);
      }
    }
    if (zeros > 0) {
      writeZeros(zeros);
    }
    return zeros < count;
  }

  private void writeZeros(int count) {
    varint(0);
    varint(count);
  }

  private void varint(long number) {
    if (size + 10 > bytes.length) {
      bytes = Arrays.copyOf(bytes, bytes.length * 2);
    }
    long rest = number;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Takes a number of a column, at its place. */
  interface Taker {
    void take(int at, long number);
  }

  /** Reads the next column, those of its numbers that are not 0. */
  void read(int count, Taker taker) {
    for (int i = 0; i < count; ) {
      long number = varint();
      if (number == 0) {
        i += (int) varint();
      } else {
        taker.take(i++, number >>> 1 ^ -(number & 1));
      }
    }
  }

  /** Writes a flag. */
  void flag(boolean flag) {
    varint(flag ? 1 : 0);
  }

  /** Reads a flag. */
  boolean flag() {
    return varint() == 1;
  }

  private long varint() {
    long number = 0;
    for (int shift = 0; ; shift += 7) {
      byte octet = bytes[at++];
      number |= (octet & 0x7FL) << shift;
      if (octet >= 0) {
        return number;
      }
    }
  }

  /** What was written. */
  byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }
}
