package io.tidemark.tags.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.util.Arrays;

/**
 * Runs of bytes that are stored as a Zstandard frame where that is shorter, and plain otherwise.
 */
final class Sections {
  private static final int LEVEL = 3;
  private static final int FAST = 1;
  private static final int LONGEST_MIN_MATCH = 7;

  /** What one block of a frame, of four bytes at least, can stand for at most (RFC 8878). */
  private static final long BLOCK_BYTES = 4;

  private static final long BLOCK_MAX_PLAIN = 128 * 1024;

  // A context is a few hundred kilobytes of native memory, which is costlier to make than to use.
  private static final ThreadLocal<ZstdDecompressCtx> READER =
      ThreadLocal.withInitial(ZstdDecompressCtx::new);
  private static final ThreadLocal<ZstdCompressCtx> WRITER =
      ThreadLocal.withInitial(() -> compressor(LEVEL));

  // Tokens that follow no order have short matches by chance, which cost more than they save.
  private static final ThreadLocal<ZstdCompressCtx> WRITER_OF_LONG_MATCHES =
      ThreadLocal.withInitial(() -> compressor(1).setStrategy(FAST).setMinMatch(LONGEST_MIN_MATCH));

  private Sections() {}

  /**
   * Writes the first {@code length} bytes of {@code plain}; their number is known to the reader.
   */
  static void write(Output out, byte[] plain, int length) {
    if (length == 0) {
      return;
    }
    byte[] frame = compress(WRITER.get(), plain, length);
    byte[] other = compress(WRITER_OF_LONG_MATCHES.get(), plain, length);
    byte[] best = other.length < frame.length ? other : frame;
    if (best.length < length) {
      out.varint(best.length).bytes(best, best.length);
    } else {
      out.varint(length).bytes(plain, length);
    }
  }

  private static byte[] compress(ZstdCompressCtx writer, byte[] plain, int length) {
    byte[] frame = new byte[(int) Zstd.compressBound(length)];
    int stored = writer.compressByteArray(frame, 0, frame.length, plain, 0, length);
    return Arrays.copyOf(frame, stored);
  }

  private static ZstdCompressCtx compressor(int level) {
    return new ZstdCompressCtx().setLevel(level).setContentSize(false).setChecksum(false);
  }

  /** Reads a section of {@code length} plain bytes, into the array of that number. */
  static byte[] read(Input in, int length, Reused reused, int number) {
    if (length == 0) {
      return reused.bytes(number, 0);
    }
    int stored = in.varint(length, "the stored length of a section of " + length + " bytes");
    // Before anything is allocated: few bytes cannot stand for many.
    in.check(
        stored == length || length <= (stored / BLOCK_BYTES + 1) * BLOCK_MAX_PLAIN,
        "a section of " + stored + " bytes cannot hold " + length);
    int from = in.skip(stored);
    byte[] plain = reused.bytes(number, length);
    if (stored == length) {
      System.arraycopy(in.array(), from, plain, 0, length);
      return plain;
    }
    try {
      int got = READER.get().decompressByteArray(plain, 0, length, in.array(), from, stored);
      in.check(got == length, "a section holds " + got + " bytes, not " + length);
    } catch (ZstdException e) {
      throw in.corrupt("a section is no Zstandard frame of " + length + " bytes");
    }
    return plain;
  }
}
