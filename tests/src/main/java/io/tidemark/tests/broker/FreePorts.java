package io.tidemark.tests.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Ports for servers that are about to start. A port is handed out once: whoever asks next, in this
 * JVM or in another one of the same user, gets another, until this JVM has ended. And it is below
 * those that the operating system gives to connections, so that none takes it before its server.
 */
final class FreePorts {
  /** Above what is well known, below the ports of connections on Linux, macOS and Windows. */
  private static final int FIRST = 20_000;

  private static final int COUNT = 12_000;

  /** A byte for every port, locked by the JVM that has it, until that ends, however it ends. */
  private static final Path LOCKS =
      Path.of(
          System.getProperty("java.io.tmpdir"),
          "tidemark-ports-" + System.getProperty("user.name"));

  private static final Random RANDOM = new Random();

  /** Those that this JVM has asked about. */
  private static final Set<Integer> ASKED = new HashSet<>();

  private static FileChannel locks;

  private FreePorts() {}

  static synchronized int next() {
    int start = RANDOM.nextInt(COUNT);
    for (int i = 0; i < COUNT; i++) {
      int port = FIRST + (start + i) % COUNT;
      if (ASKED.add(port) && isReserved(port) && nobodyListens(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "no port from %d to %d is free".formatted(FIRST, FIRST + COUNT - 1));
  }

  private static boolean isReserved(int port) {
    try {
      if (locks == null) {
        locks = FileChannel.open(LOCKS, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      }
      return locks.tryLock(port, 1, false) != null;
    } catch (IOException e) {
      throw new UncheckedIOException("no port can be reserved in " + LOCKS, e);
    }
  }

  private static boolean nobodyListens(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
