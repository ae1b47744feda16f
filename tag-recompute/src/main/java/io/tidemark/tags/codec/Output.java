package io.tidemark.tags.codec;

import java.util.Arrays;
import java.util.zip.CRC32C;

/** Bytes as they are written. */
final class Output {
  private byte[] bytes = new byte[1024];
  private int size;

  Output octet(int value) {
    room(1);
    bytes[size++] = (byte) value;
    return this;
  }

  /** Seven bits a byte, the lowest first; the highest bit says that more follow. */
  Output varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      octet((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    return octet((int) rest);
  }

  Output zigzag(long value) {
    return varint(value << 1 ^ value >> 63);
  }

  Output bytes(byte[] source, int length) {
    room(length);
    System.arraycopy(source, 0, bytes, size, length);
    size += length;
    return this;
  }

  /** What another one holds. */
  Output append(Output other) {
    return bytes(other.bytes, other.size);
  }

  int size() {
    return size;
  }

  /** Everything written, with its checksum behind it. */
  byte[] sealed() {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, size);
    long sum = crc.getValue();
    for (int i = 0; i < Integer.BYTES; i++) {
      octet((int) (sum >>> 8 * i));
    }
    return Arrays.copyOf(bytes, size);
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
  }
}
