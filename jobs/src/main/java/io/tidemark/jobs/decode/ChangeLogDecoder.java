package io.tidemark.jobs.decode;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tidemark.jobs.spec.IngestSpec;
import java.io.IOException;
import java.time.Instant;

/**
 * Reads messages of a change log. A message is taken as a whole or is a dead letter as a whole; one
 * that holds no row of the table is ignored.
 */
public final class ChangeLogDecoder implements Decoder {
  private static final long serialVersionUID = 1L;

  private final ChangeFormat format;
  private final ChangeTimes times;

  private ChangeLogDecoder(ChangeFormat format, ChangeTimes times) {
    this.format = format;
    this.times = times;
  }

  /** The decoder of a topic that is declared to hold a change log. */
  public static ChangeLogDecoder of(IngestSpec job) {
    ChangeFormat format =
        switch (job.payload().format()) {
          case DEBEZIUM_JSON -> new DebeziumFormat(job.payload(), job.columns());
          case CANAL_JSON -> new CanalFormat(job.payload(), job.columns());
          case MAXWELL_JSON -> new MaxwellFormat(job.payload(), job.columns());
          case JSON, JSON_SCHEMA, AVRO, PROTOBUF ->
              throw new IllegalArgumentException(job.name() + " reads no change log");
        };
    return new ChangeLogDecoder(format, ChangeTimes.of(job, format.timeField()));
  }

  @Override
  public Decoded decode(byte[] value, Instant recordTime) {
    if (value == null) {
      return new Decoded.Ignored("a tombstone");
    }
    if (value.length == 0) {
      return new Decoded.Rejected(Reason.EMPTY, "the message has no bytes");
    }
    Decoded noText = JsonDecoder.noText(value);
    if (noText != null) {
      return noText;
    }
    try {
      Decoded decoded = format.read(ChangeMessage.parse(value));
      return decoded instanceof Decoded.Changes changes ? times.of(changes, recordTime) : decoded;
    } catch (BadMessageException e) {
      return e.verdict();
    } catch (JsonProcessingException e) {
      return JsonDecoder.malformed(e);
    } catch (IOException | RuntimeException e) {
      // One poisonous message must not stop a stream, whatever the parser makes of it.
      return JsonDecoder.malformed(e.toString());
    }
  }
}
