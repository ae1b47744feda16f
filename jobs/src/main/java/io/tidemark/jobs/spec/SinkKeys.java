package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.ValueType;
import io.tidemark.catalog.config.Values;
import java.util.List;

/** The keys of a sink: which of three it has says what it writes to. */
final class SinkKeys {
  static final Key<String> CONNECTION =
      Key.required(
          "connection", Values.IDENTIFIER, "Name of a server in the environment's `connections`.");
  static final Key<List<String>> COLUMNS =
      Key.list(
          "columns",
          Values.IDENTIFIER,
          "What is written beside the columns of the key; everything that a reader sees when left"
              + " out.");

  static final Key<String> TABLE =
      Key.required(
          "table",
          Values.of("name, or schema.name", SinkKeys::table),
          "The table, which nobody else writes.");
  static final Key<Boolean> CREATE =
      Key.withDefault(
          "create",
          Values.BOOLEAN,
          "true",
          "Whether the table is created when it is not there; `explain` shows the statement.");
  static final Key<Section> JDBC =
      group(
          "jdbc",
          Keys.of(CONNECTION, TABLE, CREATE, COLUMNS),
          "Writes a table of a PostgreSQL, MySQL or MariaDB database: exactly once.");

  static final Key<String> SENT_TO =
      Key.required(
          "topic",
          Values.of("topic name", SinkKeys::topic),
          "The topic of the environment's brokers, which nobody else writes. It has to be there.");
  static final Key<Section> KAFKA =
      group(
          "kafka",
          Keys.of(SENT_TO, COLUMNS),
          "Sends [messages](format/sink-envelope.md) to a topic: exactly once for who reads"
              + " `read_committed`.");

  static final Key<String> PREFIX =
      Key.required(
          "prefix",
          Values.of("text without blanks and braces", SinkKeys::prefix),
          "What the names of the hashes begin with.");
  static final Key<Section> REDIS =
      group(
          "redis",
          Keys.of(CONNECTION, PREFIX, COLUMNS),
          "Writes a hash for each key of a Redis: idempotent, and never back to an older row.");

  static final List<Key<Section>> TARGETS = List.of(JDBC, KAFKA, REDIS);

  private SinkKeys() {}

  private static Key<Section> group(String name, Keys keys, String doc) {
    ValueType<Section> type = Structures.section(keys);
    return new Key<>(name, type, false, null, "", doc);
  }

  private static String table(String text) {
    return KeyTexts.check(
        text,
        "([a-z_][a-z0-9_]{0,62}\\.)?[a-z_][a-z0-9_]{0,62}",
        "is not the name of a table; use lower-case letters, digits and underscores, with or without"
            + " 'schema.' before it");
  }

  private static String topic(String text) {
    // The topic beside it, where the sink keeps its position, has a longer name.
    return KeyTexts.check(
        text,
        "[a-zA-Z0-9._-]{1,200}",
        "is not a topic to write to; use at most 200 letters, digits, dots, underscores and"
            + " dashes");
  }

  private static String prefix(String text) {
    return KeyTexts.check(
        text,
        "[^\\s{}*?\\[\\]\\\\]+",
        "is not a prefix; use a text without blanks, braces, brackets, stars, question marks and"
            + " backslashes");
  }
}
