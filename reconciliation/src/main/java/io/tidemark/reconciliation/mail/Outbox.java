package io.tidemark.reconciliation.mail;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The mail that waits for its server. Each is a message ({@code ID.eml}) and its envelope ({@code
 * ID.json}), written before anything is sent. Right before the server is told that the message is
 * complete, {@code ID.sending} appears; it goes away with the answer. Where it was left behind
 * nobody knows whether the server has taken the mail: such a mail is not sent again unless a person
 * says so.
 */
final class Outbox {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENVELOPE = ".json";
  private static final String MESSAGE = ".eml";
  private static final String SENDING = ".sending";

  private final Path folder;

  Outbox(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("the outbox " + folder + " cannot be created", e);
    }
  }

  /** Keeps other processes from sending the same mail; closing it lets them go on. */
  Closed lock() {
    try {
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.lock();
      return () -> {
        lock.release();
        channel.close();
      };
    } catch (IOException e) {
      throw new UncheckedIOException("the outbox " + folder + " cannot be locked", e);
    }
  }

  /** What {@link #lock} returns. */
  interface Closed extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /** Puts a mail here, unless it is here already. The envelope is last: with it, all is there. */
  void keep(Envelope envelope, byte[] message) {
    if (Files.exists(file(envelope, ENVELOPE))) {
      return;
    }
    try {
      write(file(envelope, MESSAGE), message);
      write(file(envelope, ENVELOPE), JSON.writeValueAsBytes(envelope));
    } catch (IOException e) {
      throw new UncheckedIOException("the mail to " + envelope.to() + " cannot be kept", e);
    }
  }

  /** Everything that waits, the oldest day first. */
  List<Envelope> waiting() {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(ENVELOPE))
          .sorted()
          .map(Outbox::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the outbox " + folder + " cannot be read", e);
    }
  }

  /** Whether a mail is here. */
  boolean holds(Envelope envelope) {
    return Files.exists(file(envelope, ENVELOPE));
  }

  byte[] message(Envelope envelope) {
    try {
      return Files.readAllBytes(file(envelope, MESSAGE));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the mail " + file(envelope, MESSAGE) + " cannot be read; remove its .json too", e);
    }
  }

  /** Whether nobody knows if the server has taken it. */
  boolean inDoubt(Envelope envelope) {
    return Files.exists(file(envelope, SENDING));
  }

  /** From here on the server may have taken it. */
  void sending(Envelope envelope) {
    try {
      write(file(envelope, SENDING), new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException("the mail to " + envelope.to() + " cannot be marked", e);
    }
  }

  /** The server has not taken it. */
  void notSent(Envelope envelope) {
    delete(file(envelope, SENDING));
  }

  /** Takes a mail out; the mark goes last, so that a mail which is back in doubt is never sent. */
  void remove(Envelope envelope) {
    delete(file(envelope, ENVELOPE));
    delete(file(envelope, MESSAGE));
    delete(file(envelope, SENDING));
  }

  /** Puts a mail aside that has no recipient any more. */
  Path withdraw(Envelope envelope) {
    Path aside = folder.resolve("withdrawn");
    try {
      Files.createDirectories(aside);
      Path message = file(envelope, MESSAGE);
      Path moved = aside.resolve(message.getFileName());
      Files.move(message, moved, StandardCopyOption.REPLACE_EXISTING);
      remove(envelope);
      return moved;
    } catch (IOException e) {
      throw new UncheckedIOException("the mail to " + envelope.to() + " cannot be put aside", e);
    }
  }

  /** Where a mail is. */
  Path place(Envelope envelope) {
    return file(envelope, MESSAGE);
  }

  private Path file(Envelope envelope, String ending) {
    return folder.resolve(envelope.id() + ending);
  }

  private static Envelope read(Path file) {
    try {
      return JSON.readValue(file.toFile(), Envelope.class);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the envelope " + file + " cannot be read; remove it with its .eml, or mend it", e);
    }
  }

  /** Whole or not at all, and on the disk when it returns. */
  static void write(Path file, byte[] bytes) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be removed", e);
    }
  }
}
