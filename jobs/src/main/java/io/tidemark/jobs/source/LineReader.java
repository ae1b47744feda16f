package io.tidemark.jobs.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads lines as bytes: what is no UTF-8 reaches the topic as it is. */
final class LineReader {
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int end;
  private long number;

  LineReader(InputStream in) {
    this.in = in;
  }

  /** The next line without its end ({@code \n} or {@code \r\n}), or null. */
  byte[] next() throws IOException {
    byte[] line = {};
    boolean any = false;
    while (at < end || fill()) {
      any = true;
      int from = at;
      while (at < end && buffer[at] != '\n') {
        at++;
      }
      line = append(line, from);
      if (at < end) {
        at++;
        break;
      }
    }
    if (!any) {
      return null;
    }
    number++;
    boolean windows = line.length > 0 && line[line.length - 1] == '\r';
    return windows ? Arrays.copyOf(line, line.length - 1) : line;
  }

  /** Number of the line read last, from 1. */
  long number() {
    return number;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, in.read(buffer));
    return end > 0;
  }

  private byte[] append(byte[] line, int from) {
    byte[] longer = Arrays.copyOf(line, line.length + at - from);
    System.arraycopy(buffer, from, longer, line.length, at - from);
    return longer;
  }
}
