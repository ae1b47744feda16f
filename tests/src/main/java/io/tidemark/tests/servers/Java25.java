package io.tidemark.tests.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A JDK that Trino runs on: 25 or newer. */
public final class Java25 {
  /** Why there is none, where there is none. */
  public static final String NOT_FOUND =
      "Trino needs a JDK 25, and none was found: set JAVA25_HOME, or install one below /usr/lib/jvm"
          + " (Debian: temurin-25-jdk, openjdk-25-jdk-headless)";

  private static final int OLDEST = 25;
  private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)[^\"]*\"");

  private Java25() {}

  /** Its home, or nothing. */
  public static Optional<Path> home() {
    return candidates().stream().filter(Java25::isNewEnough).findFirst();
  }

  private static List<Path> candidates() {
    List<Path> homes = new ArrayList<>();
    for (String variable : List.of("JAVA25_HOME", "JAVA_HOME")) {
      Optional.ofNullable(System.getenv(variable)).map(Path::of).ifPresent(homes::add);
    }
    Path user = Path.of(System.getProperty("user.home"));
    for (Path folder :
        List.of(
            Path.of("/usr/lib/jvm"),
            Path.of("/usr/local/lib/jvm"),
            Path.of("/opt"),
            user.resolve(".sdkman/candidates/java"),
            user.resolve(".jdks"))) {
      homes.addAll(list(folder));
    }
    // Where macOS keeps them.
    list(Path.of("/Library/Java/JavaVirtualMachines"))
        .forEach(home -> homes.add(home.resolve("Contents/Home")));
    return homes;
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> homes = Files.list(folder)) {
      return homes.sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static boolean isNewEnough(Path home) {
    if (!Files.isExecutable(home.resolve("bin/java"))) {
      return false;
    }
    try {
      Matcher version = VERSION.matcher(Files.readString(home.resolve("release")));
      return version.find() && Integer.parseInt(version.group(1)) >= OLDEST;
    } catch (IOException e) {
      return false;
    }
  }
}
