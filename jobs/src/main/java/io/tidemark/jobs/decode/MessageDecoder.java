package io.tidemark.jobs.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tidemark.catalog.SchemaRegistrySettings;
import io.tidemark.jobs.spec.ColumnSource;
import io.tidemark.jobs.spec.ColumnSource.Part;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnType.Base;
import io.tidemark.jobs.spec.EventTimeSpec;
import io.tidemark.jobs.spec.IngestSpec;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Turns a whole message into the values of the declared columns: those of its value through the
 * {@link Decoder} of its format, those of its key and headers as text that must be what JSON would
 * write. Safe for use by several threads.
 */
public final class MessageDecoder implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final JsonFactory JSON = new JsonFactory();

  private final ColumnSpec[] columns;
  private final ValueDecoder value;

  /** Where the values of {@link #value} belong; null when that is where they are. */
  private final int[] fromValue;

  /**
   * A decoder of JSON.
   *
   * @param columns the columns to read, in the order of the values
   * @param eventTime which of them is the event time; it is read from the value
   */
  public MessageDecoder(List<ColumnSpec> columns, EventTimeSpec eventTime) {
    this(columns, ofValue -> new JsonDecoder(ofValue, eventTime));
  }

  private MessageDecoder(
      List<ColumnSpec> columns, Function<List<ColumnSpec>, ValueDecoder> decoderOfValue) {
    this.columns = columns.toArray(new ColumnSpec[0]);
    List<ColumnSpec> ofValue = new ArrayList<>();
    List<Integer> indexes = new ArrayList<>();
    for (int i = 0; i < this.columns.length; i++) {
      if (this.columns[i].from().equals(ColumnSource.VALUE)) {
        ofValue.add(this.columns[i]);
        indexes.add(i);
      }
    }
    this.value = decoderOfValue.apply(ofValue);
    this.fromValue =
        ofValue.size() == this.columns.length
            ? null
            : indexes.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * The decoder of a job's messages, which are no change log.
   *
   * @param registry where their schemas are; {@code null} where none is needed
   */
  public static MessageDecoder of(IngestSpec job, SchemaRegistrySettings registry) {
    return new MessageDecoder(
        job.columns(),
        ofValue -> {
          JsonDecoder rows = new JsonDecoder(ofValue, job.eventTime());
          return switch (job.payload().format()) {
            case AVRO, PROTOBUF ->
                new SchemaDecoder(rows, WriterSchemas.of(job.payload(), registry));
            case JSON_SCHEMA -> new FramedJsonDecoder(rows);
            default -> rows;
          };
        });
  }

  /** The value of a message as tokens, as {@link ValueDecoder} has them. */
  JsonParser tokens(byte[] message) throws IOException, BadMessageException {
    return value.tokens(message);
  }

  /** Whether a column is read from a header. */
  public static boolean readsHeaders(List<ColumnSpec> columns) {
    return columns.stream().anyMatch(column -> column.from().part() == Part.HEADER);
  }

  /**
   * Decodes one message.
   *
   * @param key the key; {@code null} when it has none
   * @param message the value; {@code null} is a tombstone
   * @param headers a header's bytes by its name; {@code null} for one that is not there
   * @param recordTime the broker's timestamp of it
   */
  public Decoded decode(
      byte[] key, byte[] message, Function<String, byte[]> headers, Instant recordTime) {
    Decoded decoded = value.decode(message, recordTime);
    if (fromValue == null) {
      return decoded;
    }
    Object[] values = new Object[columns.length];
    Decoded.Rejected worst = null;
    for (int i = 0; i < columns.length; i++) {
      ColumnSource from = columns[i].from();
      if (from.part() != Part.VALUE) {
        values[i] = read(columns[i], from.part() == Part.KEY ? key : headers.apply(from.header()));
        if (values[i] instanceof Decoded.Rejected rejected) {
          worst = worse(worst, rejected);
        }
      }
    }
    if (decoded instanceof Decoded.Rejected rejected) {
      return worse(rejected, worst);
    }
    if (worst != null) {
      return worst;
    }
    Decoded.Accepted accepted = (Decoded.Accepted) decoded;
    for (int i = 0; i < fromValue.length; i++) {
      values[fromValue[i]] = accepted.values()[i];
    }
    return new Decoded.Accepted(values, accepted.eventTime());
  }

  /** The one that comes first among the reasons; the first of two equals. */
  private static Decoded.Rejected worse(Decoded.Rejected one, Decoded.Rejected other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.reason().compareTo(other.reason()) <= 0 ? one : other;
  }

  /** The value, null, or a rejection. */
  static Object read(ColumnSpec column, byte[] bytes) {
    if (bytes == null) {
      return column.required() ? rejected(column, Reason.MISSING_FIELD, "nothing") : null;
    }
    int fault = Utf8.firstFault(bytes);
    if (fault >= 0) {
      return rejected(column, Reason.WRONG_TYPE, "bytes that are no UTF-8");
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    Object read = parse(column, text);
    if (read == Scalars.NO_SQL_TIME) {
      return rejected(column, Reason.IMPOSSIBLE_TIME, Excerpt.of(text));
    }
    return read == Scalars.WRONG_TYPE
        ? rejected(column, Reason.WRONG_TYPE, Excerpt.of(text))
        : read;
  }

  private static Object parse(ColumnSpec column, String text) {
    try (JsonParser json = parser(column, text)) {
      JsonToken token = json.nextToken();
      if (token == null || token.isStructStart()) {
        return Scalars.WRONG_TYPE;
      }
      Object read = Scalars.read(json, token, column);
      return json.nextToken() == null ? read : Scalars.WRONG_TYPE;
    } catch (JsonProcessingException e) {
      return Scalars.WRONG_TYPE;
    } catch (IOException | RuntimeException e) {
      // One poisonous message must not stop a stream, whatever the parser makes of it.
      return Scalars.WRONG_TYPE;
    }
  }

  private static JsonParser parser(ColumnSpec column, String text) throws IOException {
    boolean quoted =
        column.type().base() == Base.STRING
            || column.type().base() == Base.DATE
            || column.format() == ColumnSpec.TimeFormat.ISO_8601;
    return quoted ? new TextNode(text).traverse() : JSON.createParser(text);
  }

  private static Decoded.Rejected rejected(ColumnSpec column, Reason reason, String found) {
    ColumnSource from = column.from();
    String part = from.part() == Part.KEY ? "key" : "header '" + from.header() + "'";
    return new Decoded.Rejected(
        reason, part + ": found " + found + ", expected " + Scalars.expected(column));
  }
}
