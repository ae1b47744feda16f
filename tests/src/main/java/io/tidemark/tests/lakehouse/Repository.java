package io.tidemark.tests.lakehouse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the project's own files stand. */
public final class Repository {
  private Repository() {}

  /** The project's root: the nearest folder above the working directory that holds {@code conf}. */
  public static Path root() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("conf/jobs"))) {
        return folder;
      }
    }
    throw new IllegalStateException(
        "no folder conf/jobs here or above; run this from inside the project");
  }

  /** The declared configuration. */
  public static Path conf() {
    return root().resolve("conf");
  }

  /** Real data that stands beside the project, where it does. */
  public static Optional<Path> sharedData(String name) {
    Path data = root().resolveSibling("shared").resolve("data").resolve(name);
    return Files.isDirectory(data) ? Optional.of(data) : Optional.empty();
  }
}
