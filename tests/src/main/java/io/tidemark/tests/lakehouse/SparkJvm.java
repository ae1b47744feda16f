package io.tidemark.tests.lakehouse;

import io.tidemark.tests.broker.JavaArguments;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** How another JVM is called that runs Spark as this one does. */
public final class SparkJvm {
  private SparkJvm() {}

  /**
   * The command line, to which arguments may be added.
   *
   * @param main name of the main class
   * @param options of the JVM, beside those it needs anyway
   */
  public static List<String> command(String main, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(JavaArguments.java());
    command.addAll(ofThisJvm());
    command.addAll(options);
    command.addAll(List.of("-cp", JavaArguments.classPath(), main));
    return command;
  }

  /**
   * The module options this JVM was started with, which the parent pom keeps, its log settings, and
   * which compilers and collector it uses.
   */
  private static List<String> ofThisJvm() {
    List<String> options = new ArrayList<>(JavaArguments.compilersAndCollector());
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (argument.startsWith("--add-opens")
          || argument.startsWith("--add-modules")
          || argument.startsWith("-XX:+IgnoreUnrecognizedVMOptions")
          || argument.startsWith("-Dlog4j")
          || argument.startsWith("-Dio.netty")
          || argument.startsWith("-Djdk.reflect")) {
        options.add(argument);
      }
    }
    return options;
  }
}
