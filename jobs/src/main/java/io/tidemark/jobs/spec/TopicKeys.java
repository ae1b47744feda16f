package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Durations;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.Values;
import java.util.Map;

/** Every key that may stand in a file below {@code conf/topics}. */
final class TopicKeys {
  /** What becomes of old messages. */
  enum Cleanup {
    DELETE("delete"),
    COMPACT("compact"),
    COMPACT_AND_DELETE("compact,delete");

    /** As Kafka writes it. */
    final String policy;

    Cleanup(String policy) {
      this.policy = policy;
    }
  }

  static final Key<Integer> PARTITIONS =
      Key.required(
          "partitions",
          Values.of("whole number from 1 to 10000", text -> number(text, 10_000)),
          "How many. They only grow: messages of one key that are sent after that may go to another"
              + " partition than those before, so their order is lost there.");
  static final Key<Integer> REPLICATION =
      Key.optional(
          "replication",
          Values.of("whole number from 1 to 100", text -> number(text, 100)),
          "Copies of each partition; what the brokers give by themselves when left out. It is not"
              + " changed once the topic is there.");
  static final Key<String> RETENTION =
      Key.optional(
          "retention",
          Values.of("duration, or unlimited", TopicKeys::retention),
          "How long messages are kept. What is deleted before a job has read it is lost, and stops"
              + " the job.");
  static final Key<Cleanup> CLEANUP =
      Key.optional(
          "cleanup",
          Values.oneOf(Cleanup.class),
          "What becomes of old messages: deleted by age, all but the last of a key, or both.");
  static final Key<Map<String, String>> CONFIG =
      Key.map("config", Values.TEXT, "Other settings of the topic, under Kafka's own names.");

  static final Key<Map<String, Section>> TOPICS =
      Key.required(
          "topics",
          Structures.mapOf(
              Structures.section(
                  Keys.of(PARTITIONS, REPLICATION, RETENTION, CLEANUP, CONFIG), PARTITIONS)),
          "Topics by name.");

  static final Keys FILE = Keys.of(TOPICS);

  private TopicKeys() {}

  private static int number(String text, int most) {
    if (!text.matches("\\d{1,6}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most) {
      throw new IllegalArgumentException("is not a whole number from 1 to " + most);
    }
    return Integer.parseInt(text);
  }

  /** In milliseconds, as Kafka takes it. */
  private static String retention(String text) {
    return text.equals("unlimited")
        ? "-1"
        : Long.toString(Durations.parsePositive(text).toMillis());
  }
}
