package io.tidemark.tests.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The directory this test was built from, and what is in it. */
final class Checkout {
  private Checkout() {}

  /** The directory of the parent pom: Surefire runs each module in its own. */
  static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("tidemark"))) {
      directory = directory.getParent();
      if (directory == null) {
        throw new IllegalStateException("run the tests from the checkout: no launcher above here");
      }
    }
    return directory;
  }

  /** The directories with a pom of their own. */
  static List<Path> modules() {
    try (Stream<Path> children =
        Stream.concat(Files.list(root()), Files.list(root().resolve("tests/servers")))) {
      return children.filter(child -> Files.exists(child.resolve("pom.xml"))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What git tracks, or would with the next {@code git add}. */
  static List<Path> files() throws IOException, InterruptedException {
    Process git =
        new ProcessBuilder("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
            .directory(root().toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (git.waitFor() != 0) {
      throw new IllegalStateException("git ls-files failed in " + root());
    }
    return Arrays.stream(names.split("\0"))
        .map(root()::resolve)
        .filter(Files::isRegularFile)
        .distinct()
        .toList();
  }
}
