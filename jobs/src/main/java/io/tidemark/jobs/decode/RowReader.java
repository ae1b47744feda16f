package io.tidemark.jobs.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tidemark.jobs.spec.ColumnSpec;
import java.io.IOException;

/** Collects the values of one message, and the worst fault that was met while reading them. */
final class RowReader {
  private final ColumnSpec[] columns;
  private final byte[] message;
  private final boolean[] seen;
  private final Object[] values;
  private Decoded.Rejected problem;

  /**
   * @param message the text that is parsed; {@code null} when tokens were made of something else
   */
  RowReader(ColumnSpec[] columns, int fields, byte[] message) {
    this.columns = columns;
    this.message = message;
    this.seen = new boolean[fields];
    this.values = new Object[columns.length];
  }

  Object[] values() {
    return values;
  }

  /** The fault to report, or null. */
  Decoded.Rejected problem() {
    return problem;
  }

  /**
   * Reads the object that {@code json} has entered; returns a field that is there twice, or null. A
   * wrong value does not end it: were the rest malformed, that would be the reason.
   */
  Field readObject(JsonParser json, Field object) throws IOException {
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      JsonToken token = json.nextToken();
      Field field = object.inside.get(name);
      if (field == null) {
        json.skipChildren();
        continue;
      }
      if (seen[field.id]) {
        return field;
      }
      seen[field.id] = true;
      Field repeated = readField(json, token, field);
      if (repeated != null) {
        return repeated;
      }
    }
    return null;
  }

  private Field readField(JsonParser json, JsonToken token, Field field) throws IOException {
    boolean holdsFields = field.columns.length == 0;
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (holdsFields && token == JsonToken.START_OBJECT) {
      return readObject(json, field);
    }
    if (holdsFields || token.isStructStart()) {
      String expected = holdsFields ? "an object" : Scalars.expected(columns[field.columns[0]]);
      note(Reason.WRONG_TYPE, field.path, skip(json), expected);
      return null;
    }
    for (int column : field.columns) {
      readColumn(json, token, column);
    }
    return null;
  }

  private void readColumn(JsonParser json, JsonToken token, int column) throws IOException {
    Object value = Scalars.read(json, token, columns[column]);
    if (value == Scalars.WRONG_TYPE) {
      note(Reason.WRONG_TYPE, columns[column], skip(json));
    } else if (value == Scalars.NO_SQL_TIME) {
      note(Reason.IMPOSSIBLE_TIME, columns[column].path(), skip(json), "a time of years 1 to 9999");
    }
    // A constant that stands for a fault stays here, so that the field does not count as missing.
    values[column] = value;
  }

  /** Skips the value that {@code json} has reached; returns how it is written in the message. */
  private String skip(JsonParser json) throws IOException {
    if (message == null) {
      return Typed.shown(json);
    }
    long start = json.currentTokenLocation().getByteOffset();
    json.skipChildren();
    json.finishToken();
    return Excerpt.of(message, start, json.currentLocation().getByteOffset());
  }

  void note(Reason reason, ColumnSpec column, String found) {
    note(reason, column.path(), found, Scalars.expected(column));
  }

  /** Remembers a fault, unless one that comes before it among the reasons, or in time, is known. */
  private void note(Reason reason, String path, String found, String expected) {
    if (problem == null || reason.compareTo(problem.reason()) < 0) {
      problem = rejected(reason, path, found, expected);
    }
  }

  static Decoded.Rejected rejected(Reason reason, String path, String found, String expected) {
    return new Decoded.Rejected(
        reason, "field '" + path + "': found " + found + ", expected " + expected);
  }
}
