package io.tidemark.jobs.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.time.Instant;

/**
 * Reads messages that a schema describes. What a schema calls a field's type only decides how its
 * bytes are read; whether the value fits its column is decided as for JSON.
 */
final class SchemaDecoder implements ValueDecoder {
  private static final long serialVersionUID = 1L;

  private final JsonDecoder rows;
  private final WriterSchemas schemas;

  SchemaDecoder(JsonDecoder rows, WriterSchemas schemas) {
    this.rows = rows;
    this.schemas = schemas;
  }

  @Override
  public Decoded decode(byte[] value, Instant recordTime) {
    if (value == null || value.length == 0) {
      return new Decoded.Rejected(Reason.EMPTY, "the message has no bytes");
    }
    try {
      // Not among what is caught as a fault of the message: a registry that is down is none.
      WriterSchemas.Written written = schemas.find(value);
      return read(value, written, recordTime);
    } catch (BadMessageException e) {
      return e.verdict();
    }
  }

  @Override
  public JsonParser tokens(byte[] value) throws IOException, BadMessageException {
    return tokens(value, schemas.find(value));
  }

  private JsonParser tokens(byte[] value, WriterSchemas.Written written)
      throws IOException, BadMessageException {
    try (TokenBuffer tokens = new TokenBuffer(null, false)) {
      written.reader().read(value, written.from(), rows.root(), tokens);
      return tokens.asParser();
    }
  }

  private Decoded read(byte[] value, WriterSchemas.Written written, Instant recordTime)
      throws BadMessageException {
    try (JsonParser tokens = tokens(value, written)) {
      return rows.decodeTokens(tokens, recordTime);
    } catch (IOException | RuntimeException e) {
      // One poisonous message must not stop a stream, whatever a parser makes of it.
      return JsonDecoder.malformed(
          e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }
  }
}
