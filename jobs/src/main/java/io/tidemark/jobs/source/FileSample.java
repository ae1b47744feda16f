package io.tidemark.jobs.source;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** Looks at the first lines of a file, plain or {@code .gz}. */
public final class FileSample {
  private FileSample() {}

  /** Hands over so many lines, at most, without the empty ones. */
  public static void read(Path file, int atMost, Consumer<byte[]> taker) throws IOException {
    boolean packed = file.toString().endsWith(".gz");
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        InputStream in = packed ? new GZIPInputStream(raw) : raw) {
      LineReader lines = new LineReader(in);
      int left = atMost;
      for (byte[] line = lines.next(); line != null && left > 0; line = lines.next()) {
        if (line.length > 0) {
          taker.accept(line);
          left--;
        }
      }
    }
  }
}
