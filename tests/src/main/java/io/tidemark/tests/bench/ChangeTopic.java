package io.tidemark.tests.bench;

import io.tidemark.tests.app.Message;
import io.tidemark.tests.app.OrderChanges;
import io.tidemark.tests.app.Produce;
import io.tidemark.tests.app.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;

/**
 * A topic with changes of orders.
 *
 * @param prefix stands before the name of the topic
 * @param topic its whole name
 * @param messages how many there are
 */
record ChangeTopic(String prefix, String topic, long messages) {
  private static final int PARTITIONS = 4;

  /** Creates the topic and fills it. */
  static ChangeTopic produce(
      String servers, String prefix, String declared, long seed, long messages) {
    String topic = prefix + "." + declared;
    try (Topics topics = new Topics(servers)) {
      topics.create(topic, PARTITIONS);
    }
    try {
      Iterator<Message> changes = new OrderChanges(topic, seed, messages);
      return new ChangeTopic(prefix, topic, Produce.all(servers, changes));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot produce to " + servers, e);
    }
  }
}
