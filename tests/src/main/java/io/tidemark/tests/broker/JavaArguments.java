package io.tidemark.tests.broker;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How another JVM like this one is called. The arguments go through a file: the class path may be
 * too long for a command line, and the file's name is a mark that the process can be found by.
 */
public final class JavaArguments {
  private static final String LOGGING = "io/tidemark/tests/broker/log4j2.properties";

  private JavaArguments() {}

  /** The program that runs this JVM. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The class path of this JVM; the other one may run in another folder. */
  public static String classPath() {
    // Surefire hides the class path in the manifest of a jar that it deletes at the end.
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(classPath.split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /**
   * Which compilers and collector this JVM was started with: a test's has those of the parent pom,
   * which suit a short life.
   */
  public static List<String> compilersAndCollector() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(
            argument ->
                argument.startsWith("-XX:TieredStopAtLevel")
                    || argument.startsWith("-XX:ReservedCodeCacheSize")
                    || argument.startsWith("-XX:MetaspaceSize")
                    || argument.startsWith("-XX:+UseSerialGC"))
        .toList();
  }

  /** Options, class path and main class. */
  static List<String> of(Class<?> main) {
    List<String> arguments = new ArrayList<>(compilersAndCollector());
    arguments.addAll(
        List.of(
            "-Xmx512m",
            "-Djava.awt.headless=true",
            "-Dlog4j2.configurationFile=classpath:" + LOGGING,
            "-cp",
            classPath(),
            main.getName()));
    return arguments;
  }

  static void write(Path file, List<String> arguments) throws IOException {
    Files.writeString(
        file,
        arguments.stream()
            .map(argument -> '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + "\"\n")
            .collect(Collectors.joining()));
  }

  static List<String> command(Path arguments, boolean detached) {
    if (!detached) {
      return List.of(java(), "@" + arguments);
    }
    // Control-C in a terminal, and closing it, reach every process that was started there.
    return List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$0\" \"$@\"", java(), "@" + arguments);
  }
}
