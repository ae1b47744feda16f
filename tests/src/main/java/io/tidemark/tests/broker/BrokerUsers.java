package io.tidemark.tests.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * The processes that use a broker, told by a file that each of them locks, shared with the others.
 * The operating system gives a lock back when its process ends, even by SIGKILL, so whoever gets
 * the file for himself knows that nobody is left.
 */
final class BrokerUsers {
  /** Locks belong to a process: two users in one JVM hold one lock together. */
  private static final Map<Path, Held> HELD = new HashMap<>();

  private BrokerUsers() {}

  /** One user; closing it ends the use. */
  interface User extends AutoCloseable {
    @Override
    void close();
  }

  /** Joins the users, and waits for a broker that is ending because it had none. */
  static User join(Path file) {
    synchronized (HELD) {
      HELD.computeIfAbsent(file, Held::new).users++;
    }
    return () -> leave(file);
  }

  private static void leave(Path file) {
    synchronized (HELD) {
      Held held = HELD.get(file);
      if (--held.users == 0) {
        HELD.remove(file);
        held.release();
      }
    }
  }

  /**
   * Waits until nobody holds the file in another process, and keeps everybody out of it.
   *
   * @return what ends that: closing it, or the end of this process
   */
  static Alone alone(Path file) throws IOException {
    FileChannel channel = open(file);
    channel.lock();
    return channel::close;
  }

  /** The only holder of a file. */
  interface Alone extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  private static FileChannel open(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static final class Held {
    private final FileChannel channel;
    private int users;

    Held(Path file) {
      try {
        channel = open(file);
        channel.lock(0, Long.MAX_VALUE, true);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "the broker's folder " + file.getParent() + " cannot be written", e);
      }
    }

    void release() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
