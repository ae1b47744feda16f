package io.tidemark.jobs.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tidemark.jobs.schema.RegistryRefusedException;
import io.tidemark.jobs.schema.RegistryUnavailableException;
import io.tidemark.jobs.spec.ColumnSource.Part;
import io.tidemark.jobs.spec.ColumnSpec;
import java.io.IOException;
import java.io.Serializable;
import java.util.function.Function;

/**
 * Reads one column of a message, and of JSON no more than up to there; what a schema describes is
 * read whole. Safe for use by several threads.
 */
final class RouteValue implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ColumnSpec column;
  private final String[] path;
  private final MessageDecoder messages;

  /**
   * @param messages a decoder of messages with the column among others
   */
  RouteValue(ColumnSpec column, MessageDecoder messages) {
    this.column = column;
    this.messages = messages;
    this.path = column.path().split("\\.", -1);
  }

  /**
   * The value as text; {@code null} when it is not there or cannot be read, for whatever reason: a
   * {@link MessageDecoder} of the column tells that.
   */
  String of(byte[] key, byte[] message, Function<String, byte[]> headers) {
    Part part = column.from().part();
    Object value =
        part == Part.VALUE
            ? ofValue(message)
            : MessageDecoder.read(
                column, part == Part.KEY ? key : headers.apply(column.from().header()));
    return value == null || value == Scalars.WRONG_TYPE || value instanceof Decoded.Rejected
        ? null
        : value.toString();
  }

  private Object ofValue(byte[] message) {
    if (message == null) {
      return null;
    }
    try (JsonParser json = messages.tokens(message)) {
      JsonToken token = json.nextToken();
      for (String name : path) {
        token = enter(json, token, name);
        if (token == null) {
          return null;
        }
      }
      return token == JsonToken.VALUE_NULL ? null : Scalars.read(json, token, column);
    } catch (RegistryUnavailableException | RegistryRefusedException e) {
      // Were it there again a moment later, the message would go where it does not belong.
      throw e;
    } catch (IOException | BadMessageException | RuntimeException e) {
      // One poisonous message must not stop a stream, whatever the parser makes of it.
      return null;
    }
  }

  /** Goes on to the value of a field of the object that {@code json} has reached. */
  private static JsonToken enter(JsonParser json, JsonToken object, String name)
      throws IOException {
    if (object != JsonToken.START_OBJECT) {
      return null;
    }
    for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
      JsonToken value = json.nextToken();
      if (field.equals(name)) {
        return value;
      }
      json.skipChildren();
    }
    return null;
  }
}
