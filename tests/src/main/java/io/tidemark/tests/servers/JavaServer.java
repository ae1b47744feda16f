package io.tidemark.tests.servers;

import io.tidemark.tests.broker.JavaArguments;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Starts a server that is a Java program on a class path of its own. */
final class JavaServer {
  private static final int CONNECT_MS = 1_000;

  private JavaServer() {}

  /**
   * Starts it.
   *
   * @param java the home of the JDK it runs on
   * @param arguments options of the JVM, then the main class and its arguments
   */
  static ServerProcess start(
      String name,
      Path folder,
      Path java,
      Map<String, String> environment,
      List<Path> classPath,
      List<String> arguments) {
    // A class path may be too long for a command line.
    Path file = folder.resolve(name + ".classpath");
    String joined =
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    try {
      Files.writeString(file, "-cp\n\"" + joined.replace("\\", "\\\\") + "\"\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
    List<String> command = new ArrayList<>();
    command.add(java.resolve("bin/java").toString());
    command.addAll(JavaArguments.compilersAndCollector());
    command.add("@" + file);
    command.addAll(arguments);
    return ServerProcess.start(name, folder, "TERM", environment, command);
  }

  /** The JDK that runs this JVM. */
  static Path thisJava() {
    return Path.of(System.getProperty("java.home"));
  }

  static boolean takesConnections(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
