package io.tidemark.jobs.cli;

import io.tidemark.jobs.spec.Declarations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes declarations that belong together. */
final class NewFiles {
  private NewFiles() {}

  /**
   * Writes files that are not there yet, and reads the whole configuration with them. What would
   * not pass as a whole is not left behind.
   */
  static void write(Map<Path, String> files, ConfOptions options) throws IOException {
    List<Path> written = new ArrayList<>();
    boolean sound = false;
    try {
      for (Map.Entry<Path, String> file : files.entrySet()) {
        Files.createDirectories(file.getKey().toAbsolutePath().getParent());
        Files.writeString(file.getKey(), "", StandardOpenOption.CREATE_NEW);
        written.add(file.getKey());
        Files.writeString(file.getKey(), file.getValue());
      }
      Declarations.read(options.conf(), options.env(), options.settings());
      sound = true;
    } finally {
      if (!sound) {
        for (Path file : written) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
