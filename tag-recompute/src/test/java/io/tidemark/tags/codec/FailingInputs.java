package io.tidemark.tags.codec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Inputs that a random test failed with are kept: as files below {@code target/failing-inputs},
 * which are moved to {@code src/test/resources/failing-inputs} with the fix, and are tried in every
 * run from then on. The first line says what was read: {@code days}, or a metric's type; the second
 * has the bytes in hexadecimal, as they were read.
 */
final class FailingInputs {
  private static final Path FOUND = Path.of("target/failing-inputs");
  private static final Path KEPT = Path.of("src/test/resources/failing-inputs");

  private FailingInputs() {}

  /**
   * Keeps one.
   *
   * @param what days, or a metric's type
   * @return where it is, for the failure's message
   */
  static Path keep(String name, String what, String hex) {
    try {
      Files.createDirectories(FOUND);
      return Files.writeString(FOUND.resolve(name), what + "\n" + hex + "\n").toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lines of all that were kept. */
  static List<List<String>> all() throws IOException {
    try (Stream<Path> files = Files.list(KEPT)) {
      return files
          .sorted()
          .map(
              file -> {
                try {
                  return Files.readAllLines(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .toList();
    }
  }
}
