package io.tidemark.tests.servers;

import io.tidemark.tests.lakehouse.Folders;
import io.tidemark.tests.lakehouse.Repository;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The jars of a server, which the build of its module below {@code tests/servers} wrote down. */
final class ServerClassPath {
  private final Path target;

  private ServerClassPath(Path target) {
    this.target = target;
  }

  /** The class path of {@code tests/servers/MODULE}. */
  static ServerClassPath of(String module) {
    return new ServerClassPath(Repository.root().resolve("tests/servers/" + module + "/target"));
  }

  /** The module's own classes, if it has any, and its jars. */
  List<Path> entries() {
    List<Path> entries = new ArrayList<>();
    if (Files.isDirectory(target.resolve("classes"))) {
      entries.add(target.resolve("classes"));
    }
    Path written = target.resolve("classpath.txt");
    try {
      Arrays.stream(Files.readString(written).strip().split(File.pathSeparator))
          .map(Path::of)
          .forEach(entries::add);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "there is no " + written + "; build all modules first: mvn process-classes", e);
    }
    return entries;
  }

  /** A folder for the files of a server, which the next build removes. */
  Path freshFolder() {
    return Folders.fresh(target.resolve("run"), "");
  }
}
