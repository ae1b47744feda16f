package io.tidemark.jobs.decode;

import static io.tidemark.jobs.decode.Columns.column;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnSpec.TimeFormat;
import io.tidemark.jobs.spec.EventTimeSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.PayloadSpec;
import io.tidemark.jobs.spec.PayloadSpec.Decimals;
import io.tidemark.jobs.spec.PayloadSpec.Format;
import io.tidemark.jobs.spec.ReadLimit;
import io.tidemark.jobs.spec.Start;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;

/** Decoders of change logs, and what they make of messages, for tests to read easily. */
final class ChangeLogs {
  static final Instant RECORD = Instant.parse("2026-01-15T12:00:00Z");

  /** Two columns of a key would hide what is going on: one, and one of every type. */
  static final List<ColumnSpec> COLUMNS =
      List.of(
          column("id", "bigint", false),
          column("name", "string", false),
          column("price", "decimal(12,2)", false),
          column("on_sale", "boolean", false),
          column("stock", "int", false),
          column("weight", "double", false),
          column("since", "date", false),
          column("at", "timestamp", false, "at", TimeFormat.EPOCH_MICROS));

  private ChangeLogs() {}

  static Decoder decoder(Format format) {
    return decoder(payload(format));
  }

  static PayloadSpec payload(Format format) {
    return new PayloadSpec(
        format, "", List.of("id"), Decimals.PRECISE, ZoneId.of("UTC"), List.of());
  }

  static Decoder decoder(PayloadSpec payload, ColumnSpec... columns) {
    return decoder("event_time", payload, columns);
  }

  static Decoder decoder(String eventTime, PayloadSpec payload, ColumnSpec... columns) {
    return ChangeLogDecoder.of(
        new IngestSpec(
            "ods_x",
            "",
            "",
            "x",
            Start.Edge.EARLIEST,
            ReadLimit.NONE,
            payload,
            columns.length == 0 ? COLUMNS : List.of(columns),
            new EventTimeSpec(eventTime, Instant.parse("2000-01-01T00:00:00Z"), Duration.ofDays(1)),
            TableName.parse("ods.x")));
  }

  static Decoded decode(Decoder decoder, String message) {
    return decoder.decode(message.getBytes(StandardCharsets.UTF_8), RECORD);
  }

  static List<Change> changes(Decoder decoder, String message) {
    Decoded decoded = decode(decoder, message);
    assertThat(decoded).as(message).isInstanceOf(Decoded.Changes.class);
    return ((Decoded.Changes) decoded).rows();
  }

  /** {@code UPDATE 3:154:0 [1, scooter]}, and what was left unchanged behind it. */
  static List<String> shown(Decoder decoder, String message) {
    return changes(decoder, message).stream().map(ChangeLogs::shown).toList();
  }

  private static String shown(Change change) {
    Change.LogPosition at = change.position();
    return "%s %d:%d:%d %s%s"
        .formatted(
            change.operation(),
            at.segment(),
            at.offset(),
            at.row(),
            Arrays.toString(change.values()),
            change.unchanged().isEmpty() ? "" : " keeps " + change.unchanged());
  }

  static void assertIgnored(Decoder decoder, String message) {
    assertThat(decode(decoder, message)).as(message).isInstanceOf(Decoded.Ignored.class);
  }

  static void assertRejected(Decoder decoder, String message, Reason reason, String detail) {
    Decoded decoded = decode(decoder, message);
    assertThat(decoded).as(message).isInstanceOf(Decoded.Rejected.class);
    assertThat(((Decoded.Rejected) decoded).reason()).as(message).isEqualTo(reason);
    assertThat(((Decoded.Rejected) decoded).detail()).as(message).contains(detail);
  }
}
