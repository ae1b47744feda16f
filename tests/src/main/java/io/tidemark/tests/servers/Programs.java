package io.tidemark.tests.servers;

import io.tidemark.tests.lakehouse.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** Programs of this kind of machine that come in jars of the class path. */
final class Programs {
  private Programs() {}

  /** Whether they are there, and for this kind of machine. */
  static boolean isThere(String resource) {
    return System.getProperty("os.name").equals("Linux")
        && System.getProperty("os.arch").equals("amd64")
        && Programs.class.getResource("/" + resource) != null;
  }

  /** Writes files of a jar into a folder, with the folders they are in there. */
  static void unpack(String within, List<String> prefixes, Path folder) {
    URL found = Programs.class.getResource("/" + within);
    try {
      JarFile jar = ((JarURLConnection) found.openConnection()).getJarFile();
      for (JarEntry entry : jar.stream().toList()) {
        String name = entry.getName();
        if (!entry.isDirectory() && prefixes.stream().anyMatch(name::startsWith)) {
          Path file = folder.resolve(name.substring(within.length()));
          Files.createDirectories(file.getParent());
          try (InputStream from = jar.getInputStream(entry)) {
            Files.copy(from, file);
          }
        }
      }
    } catch (IOException e) {
      Folders.delete(folder);
      throw new UncheckedIOException("cannot unpack " + within, e);
    }
  }

  static void makeExecutable(Path program) {
    if (!program.toFile().setExecutable(true)) {
      throw new IllegalStateException("cannot be made executable: " + program);
    }
  }
}
