package io.tidemark.tests.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.tests.app.Message;
import io.tidemark.tests.app.Produce;
import io.tidemark.tests.app.ReadingApp;
import io.tidemark.tests.app.Settings;
import io.tidemark.tests.app.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Iterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A topic that holds a day of reading events, the same for every side.
 *
 * <p>Nothing in it is late, repeated or unreadable: there Tidemark and Spark's own operators do not
 * promise the same, and only equal answers can be compared by their time. What makes rows equal is
 * still looked for by both sides. The last message is of the day after: Spark emits a window when
 * the watermark has passed it, and nothing else would move the watermark past the day's end.
 *
 * @param prefix stands before the name of the topic
 * @param day the business day of all messages but the last
 * @param messages how many there are
 */
record BenchTopic(String prefix, LocalDate day, long messages) {
  private static final LocalDate DAY = LocalDate.of(2026, 1, 15);
  private static final int PARTITIONS = 4;

  /** Creates the topic and fills it with so many messages. */
  static BenchTopic produce(String servers, String prefix, ZoneId zone, long seed, long messages) {
    Settings settings =
        Settings.usual(DAY, zone, seed, messages - 1)
            .withDuplicateShare(0)
            .withLateShare(0)
            .withMalformedShare(0);
    String topic = prefix + "." + ReadingApp.READING_TOPIC;
    try (Topics topics = new Topics(servers)) {
      topics.create(topic, PARTITIONS);
    }
    Iterator<Message> all =
        Stream.concat(readingEvents(settings), Stream.of(last(zone)))
            .map(m -> new Message(topic, m.key(), m.value(), m.timestampMillis()))
            .iterator();
    try {
      return new BenchTopic(prefix, DAY, Produce.all(servers, all));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot produce to " + servers, e);
    }
  }

  private static Stream<Message> readingEvents(Settings settings) {
    ReadingApp app = new ReadingApp(settings);
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(app, 0), false)
        .filter(message -> message.topic().equals(ReadingApp.READING_TOPIC));
  }

  private static Message last(ZoneId zone) {
    long time = DAY.plusDays(1).atTime(12, 0).atZone(zone).toInstant().toEpochMilli();
    String value =
        """
        {"event_id": "last", "user_id": "u0", "event_type": "exposure", "event_time": %d}"""
            .formatted(time);
    return new Message(ReadingApp.READING_TOPIC, "u0".getBytes(UTF_8), value.getBytes(UTF_8), time);
  }
}
