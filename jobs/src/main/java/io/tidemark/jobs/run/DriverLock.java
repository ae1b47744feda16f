package io.tidemark.jobs.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether a driver of a job runs, by a file beside its checkpoint that every driver locks
 * together with the others. The operating system gives a lock back when its process ends, even by
 * SIGKILL. It spares people a mistake and is no guard: the epoch in the table's marker is, also
 * where a file system knows no locks.
 */
final class DriverLock {
  private static final Logger LOG = LoggerFactory.getLogger(DriverLock.class);

  /** Locks belong to a process: drivers in one JVM hold one together. */
  private static final Map<Path, Held> HELD = new HashMap<>();

  private DriverLock() {}

  /** Says that a driver runs, until it is closed. */
  static Held hold(String checkpoint) {
    Path file = file(checkpoint);
    synchronized (HELD) {
      Held held = HELD.computeIfAbsent(file, Held::new);
      held.drivers++;
      return held;
    }
  }

  /** Does something while no driver runs, and none can begin; nothing when one does. */
  static <T> Optional<T> alone(String checkpoint, Supplier<T> work) {
    Path file = file(checkpoint);
    synchronized (HELD) {
      if (HELD.containsKey(file)) {
        return Optional.empty();
      }
      FileChannel channel = open(file);
      try (channel) {
        FileLock lock = channel == null ? null : channel.tryLock();
        if (channel != null && lock == null) {
          return Optional.empty();
        }
        return Optional.of(work.get());
      } catch (IOException e) {
        throw new IllegalStateException("cannot lock " + file, e);
      }
    }
  }

  private static Path file(String checkpoint) {
    return Path.of(checkpoint + ".running").toAbsolutePath().normalize();
  }

  private static FileChannel open(Path file) {
    try {
      Files.createDirectories(file.getParent());
      return FileChannel.open(
          file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException e) {
      LOG.warn("no lock in {}: whether a driver runs is not seen there ({})", file, e.toString());
      return null;
    }
  }

  /** The lock that the drivers of this JVM hold. */
  static final class Held implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private int drivers;

    private Held(Path file) {
      this.file = file;
      this.channel = open(file);
      try {
        if (channel != null) {
          channel.lock(0, Long.MAX_VALUE, true);
        }
      } catch (IOException e) {
        LOG.warn("no lock on {}: whether a driver runs is not seen ({})", file, e.toString());
      }
    }

    @Override
    public void close() {
      synchronized (HELD) {
        if (--drivers > 0) {
          return;
        }
        HELD.remove(file);
        try {
          if (channel != null) {
            channel.close();
          }
        } catch (IOException e) {
          LOG.debug("{} was not closed", file, e);
        }
      }
    }
  }
}
