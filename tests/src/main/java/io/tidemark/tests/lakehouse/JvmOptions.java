package io.tidemark.tests.lakehouse;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** Options that another JVM needs to run Spark as this one does. */
public final class JvmOptions {
  private JvmOptions() {}

  /**
   * The module options this JVM was started with, which the parent pom keeps, and its log settings.
   */
  public static List<String> ofThisJvm() {
    List<String> options = new ArrayList<>();
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (argument.startsWith("--add-opens")
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
