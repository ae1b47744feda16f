package io.tidemark.jobs.decode;

import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnSpec.TimeFormat;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.jobs.spec.EventTimeSpec;
import io.tidemark.jobs.spec.PayloadSpec;
import io.tidemark.jobs.spec.PayloadSpec.Decimals;
import io.tidemark.jobs.spec.PayloadSpec.Format;
import io.tidemark.jobs.spec.SchemaFile;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Decoders of binary messages, for tests; every message has its time in the field {@code t}. */
final class Payloads {
  static final Instant TIME = Instant.parse("2026-01-15T00:00:00Z");

  private Payloads() {}

  /** Columns written as {@code path type [required]}; a time without a format is in millis. */
  static Decoder avro(String schema, String... columns) {
    return decoder(
        payload(Format.AVRO, new SchemaFile("s.avsc", Map.of("s.avsc", schema), "")), columns);
  }

  static Decoder protobuf(Map<String, String> texts, String message, String... columns) {
    return decoder(payload(Format.PROTOBUF, new SchemaFile("s.proto", texts, message)), columns);
  }

  static Decoder decoder(WriterSchemas schemas, String... columns) {
    return new SchemaDecoder(rows(columns), schemas);
  }

  private static Decoder decoder(PayloadSpec payload, String... columns) {
    return decoder(WriterSchemas.of(payload, null), columns);
  }

  static PayloadSpec payload(Format format, SchemaFile file) {
    return new PayloadSpec(
        format, "", List.of(), Decimals.PRECISE, ZoneId.of("Asia/Shanghai"), List.of(), file);
  }

  static JsonDecoder rows(String... columns) {
    List<ColumnSpec> all = new ArrayList<>();
    all.add(column("t", "timestamp", true));
    for (String column : columns) {
      String[] parts = column.split(" ");
      all.add(column(parts[0], parts[1], parts.length > 2));
    }
    return new JsonDecoder(all, new EventTimeSpec("t", Instant.EPOCH, Duration.ofDays(1)));
  }

  private static ColumnSpec column(String path, String type, boolean required) {
    ColumnType parsed = ColumnType.parse(type);
    TimeFormat format = parsed.base() == ColumnType.Base.TIMESTAMP ? TimeFormat.EPOCH_MILLIS : null;
    return new ColumnSpec(path.replace('.', '_'), parsed, required, path, format);
  }

  /** The values behind the time, or the reason and the detail of a dead letter. */
  static List<Object> read(Decoder decoder, byte[] message) {
    Decoded decoded = decoder.decode(message, TIME);
    if (decoded instanceof Decoded.Accepted accepted) {
      Object[] values = accepted.values();
      return Arrays.asList(values).subList(1, values.length);
    }
    Decoded.Rejected rejected = (Decoded.Rejected) decoded;
    return List.of(rejected.reason(), rejected.detail());
  }
}
