package io.tidemark.jobs.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.EventTimeSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Turns the bytes of a message into the values of the declared columns, or says why it cannot.
 *
 * <p>It is strict, because what it lets pass is never looked at again: exactly one JSON object in
 * valid UTF-8, every declared field at most once, every value exactly what its type holds. Fields
 * that are not declared are skipped. The verdict depends on the bytes and the record time alone,
 * and no bytes make it throw. Safe for use by several threads.
 */
public final class JsonDecoder implements ValueDecoder {
  private static final long serialVersionUID = 1L;

  // Names are not interned (a hostile producer could send endless new ones), and a table of names
  // that fills up must not refuse a message for what earlier messages contained.
  private static final JsonFactory JSON = factory().build();

  static JsonFactoryBuilder factory() {
    return new JsonFactoryBuilder()
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
        .streamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(200).maxNumberLength(1000).build());
  }

  private final ColumnSpec[] columns;
  private final EventTimeSpec eventTime;
  private final int eventTimeColumn;
  private final Field root;
  private final int fields;

  /**
   * @param columns the columns to read, in the order of the values
   * @param eventTime which of them is the event time
   */
  public JsonDecoder(List<ColumnSpec> columns, EventTimeSpec eventTime) {
    this.columns = columns.toArray(new ColumnSpec[0]);
    this.eventTime = Objects.requireNonNull(eventTime, "eventTime");
    this.eventTimeColumn =
        columns.stream().map(ColumnSpec::name).toList().indexOf(eventTime.column());
    if (eventTimeColumn < 0
        || this.columns[eventTimeColumn].format() == null
        || !this.columns[eventTimeColumn].required()) {
      throw new IllegalArgumentException(
          "event time '" + eventTime.column() + "' is not a required column of type timestamp");
    }
    this.root = Field.tree(columns);
    this.fields = root.size();
  }

  @Override
  public Decoded decode(byte[] value, Instant recordTime) {
    if (value == null || value.length == 0) {
      return new Decoded.Rejected(Reason.EMPTY, "the message has no bytes");
    }
    Decoded noText = noText(value);
    if (noText != null) {
      return noText;
    }
    RowReader row = new RowReader(columns, fields, value);
    try (JsonParser json = JSON.createParser(value)) {
      Decoded rejected = parse(json, row);
      return rejected != null ? rejected : check(row, recordTime);
    } catch (JsonProcessingException e) {
      return malformed(e);
    } catch (IOException | RuntimeException e) {
      // One poisonous message must not stop a stream, whatever the parser makes of it.
      return malformed(e.toString());
    }
  }

  @Override
  public JsonParser tokens(byte[] value) throws IOException {
    return JSON.createParser(value);
  }

  /** The fields that are declared. */
  Field root() {
    return root;
  }

  /** The verdict on a message that something else has taken apart into tokens. */
  Decoded decodeTokens(JsonParser tokens, Instant recordTime) throws IOException {
    RowReader row = new RowReader(columns, fields, null);
    Decoded rejected = parse(tokens, row);
    return rejected != null ? rejected : check(row, recordTime);
  }

  /** The verdict on bytes that are no text the parser may be given, or null. */
  static Decoded.Rejected noText(byte[] value) {
    int fault = Utf8.firstFault(value);
    if (fault >= 0) {
      return new Decoded.Rejected(
          Reason.NOT_UTF8,
          "byte %d (0x%02x) does not continue as UTF-8".formatted(fault, value[fault]));
    }
    // Zeros among the first four bytes would make the parser guess UTF-16 or UTF-32.
    for (int i = 0; i < Math.min(4, value.length); i++) {
      if (value[i] == 0) {
        return malformed("byte " + i + " is zero");
      }
    }
    return null;
  }

  /** Reads the whole message into {@code row}; returns a dead letter, or null. */
  private Decoded parse(JsonParser json, RowReader row) throws IOException {
    JsonToken first = json.nextToken();
    if (first == null) {
      return new Decoded.Rejected(Reason.EMPTY, "the message is only white space");
    }
    if (first != JsonToken.START_OBJECT) {
      return malformed("a JSON object was expected, found " + Excerpt.of(json.getText()));
    }
    Field repeated = row.readObject(json, root);
    if (repeated != null) {
      return malformed("field '" + repeated.path + "' is there twice; once was expected");
    }
    return json.nextToken() == null
        ? null
        : malformed("more follows the JSON object: " + Excerpt.of(json.getText()));
  }

  /** The verdict on a message that is well-formed. */
  private Decoded check(RowReader row, Instant recordTime) {
    Object[] values = row.values();
    for (int column = 0; column < columns.length; column++) {
      if (values[column] == null && columns[column].required()) {
        row.note(Reason.MISSING_FIELD, columns[column], "null or nothing");
      }
    }
    if (row.problem() != null) {
      return row.problem();
    }
    Instant time = (Instant) values[eventTimeColumn];
    Decoded impossible = impossible(time, recordTime, eventTime, columns[eventTimeColumn].path());
    if (impossible != null) {
      return impossible;
    }
    Instant settled = eventTime.settled(time, recordTime);
    if (columns[eventTimeColumn].name().equals(SystemColumns.EVENT_TIME)) {
      values[eventTimeColumn] = settled;
    }
    return new Decoded.Accepted(values, settled);
  }

  /** The verdict on a time that cannot be, or null. */
  static Decoded.Rejected impossible(
      Instant time, Instant recordTime, EventTimeSpec bounds, String path) {
    String expected = null;
    if (time.isBefore(bounds.notBefore())) {
      expected = "a time from " + bounds.notBefore() + " on";
    } else if (bounds.isTooLate(time, recordTime)) {
      expected = "at most " + bounds.maxAhead() + " after the record time " + recordTime;
    }
    return expected == null
        ? null
        : RowReader.rejected(Reason.IMPOSSIBLE_TIME, path, time.toString(), expected);
  }

  static Decoded.Rejected malformed(JsonProcessingException e) {
    JsonLocation where = e.getLocation(); // a breach of the parser's limits has none
    return malformed(
        e.getOriginalMessage() + (where == null ? "" : " (at byte " + where.getByteOffset() + ")"));
  }

  static Decoded.Rejected malformed(String detail) {
    return new Decoded.Rejected(Reason.MALFORMED, Excerpt.of(detail, 2 * Excerpt.LENGTH));
  }
}
