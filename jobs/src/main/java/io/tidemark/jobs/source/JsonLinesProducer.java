package io.tidemark.jobs.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.tidemark.catalog.KafkaSettings;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/**
 * Sends a file of JSON lines, plain or {@code .gz}, to a topic: each line as it stands, with the
 * record timestamp that one of its fields holds. The order of the file is kept for lines of one
 * key. A run that is repeated sends everything again; downstream, those are duplicates.
 */
public final class JsonLinesProducer {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int BUFFER = 1 << 16;

  /** Spark's Kafka source fails on times that do not fit microseconds; years have four digits. */
  private static final long LAST_MILLISECOND = 253_402_300_799_999L;

  private final KafkaSettings kafka;
  private final String topic;
  private final String timestampField;
  private final String keyField;

  /**
   * A producer to brokers that ask for no credentials.
   *
   * @param servers the brokers
   * @param timestampField a field of epoch milliseconds, at the top of every line
   * @param keyField a string field that decides the partition; {@code null} to spread the lines
   */
  public JsonLinesProducer(String servers, String topic, String timestampField, String keyField) {
    this(new KafkaSettings(servers, false, null, Map.of()), topic, timestampField, keyField);
  }

  /**
   * A producer to the brokers of an environment.
   *
   * @param timestampField a field of epoch milliseconds, at the top of every line
   * @param keyField a string field that decides the partition; {@code null} to spread the lines
   */
  public JsonLinesProducer(
      KafkaSettings kafka, String topic, String timestampField, String keyField) {
    this.kafka = Objects.requireNonNull(kafka, "kafka");
    this.topic = Objects.requireNonNull(topic, "topic");
    this.timestampField = Objects.requireNonNull(timestampField, "timestampField");
    this.keyField = keyField;
  }

  /**
   * Sends every line that is not blank.
   *
   * @return how many were sent
   * @throws IOException the file cannot be read, a line has no timestamp or key, or the brokers do
   *     not take a record; lines before it may have been sent
   */
  public long produce(Path file) throws IOException {
    try (InputStream in = open(file);
        RecordSender sender = new RecordSender(kafka)) {
      LineReader lines = new LineReader(in);
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        if (line.length > 0) {
          try {
            send(sender, line);
          } catch (JsonProcessingException e) {
            throw new IOException(
                about(file, lines) + " is not JSON: " + e.getOriginalMessage(), e);
          } catch (MissingFieldException e) {
            throw new IOException(about(file, lines) + e.getMessage(), e);
          }
        }
      }
      return sender.flush();
    }
  }

  private void send(RecordSender sender, byte[] line) throws IOException {
    long timestamp = -1;
    byte[] key = null;
    try (JsonParser json = JSON.createParser(line)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
          JsonToken token = json.nextToken();
          if (name.equals(timestampField) && token == JsonToken.VALUE_NUMBER_INT) {
            timestamp = json.getLongValue();
          } else if (name.equals(keyField) && token == JsonToken.VALUE_STRING) {
            key = json.getText().getBytes(StandardCharsets.UTF_8);
          }
          json.skipChildren();
        }
      }
    }
    if (timestamp < 0 || timestamp > LAST_MILLISECOND) {
      throw new MissingFieldException(timestampField, "epoch milliseconds from 1970 to 9999");
    }
    if (keyField != null && key == null) {
      throw new MissingFieldException(keyField, "a string for the key");
    }
    sender.send(topic, key, line, timestamp);
  }

  private static InputStream open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      return file.toString().endsWith(".gz")
          ? new GZIPInputStream(in, BUFFER)
          : new BufferedInputStream(in, BUFFER);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static String about(Path file, LineReader lines) {
    return file + " line " + lines.number();
  }

  private static final class MissingFieldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingFieldException(String field, String expected) {
      super(" has no field '" + field + "' with " + expected);
    }
  }
}
