package io.tidemark.tests.app;

import io.tidemark.jobs.source.RecordSender;
import java.io.IOException;
import java.util.Iterator;

/** Sends generated messages to a broker. */
public final class Produce {
  private Produce() {}

  /**
   * Sends all of {@code messages} with their timestamps and waits until the broker has them.
   *
   * @return how many were sent
   */
  public static long all(String servers, Iterator<Message> messages) throws IOException {
    try (RecordSender sender = new RecordSender(servers)) {
      while (messages.hasNext()) {
        Message message = messages.next();
        sender.send(message.topic(), message.key(), message.value(), message.timestampMillis());
      }
      return sender.flush();
    }
  }
}
