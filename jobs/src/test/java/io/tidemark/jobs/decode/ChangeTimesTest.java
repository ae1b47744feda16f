package io.tidemark.jobs.decode;

import static io.tidemark.jobs.decode.ChangeLogs.assertRejected;
import static io.tidemark.jobs.decode.ChangeLogs.decode;
import static io.tidemark.jobs.decode.ChangeLogs.payload;
import static io.tidemark.jobs.decode.Columns.column;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.ColumnSpec.TimeFormat;
import io.tidemark.jobs.spec.PayloadSpec.Format;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An order is of the day on which it was placed, whatever becomes of it weeks later. */
class ChangeTimesTest {
  private static final String PLACED = "2026-01-02T03:04:05Z";

  private final Decoder decoder =
      ChangeLogs.decoder(
          "placed_at",
          payload(Format.DEBEZIUM_JSON),
          column("id", "bigint", false),
          column("placed_at", "timestamp", false, "placed", TimeFormat.ISO_8601));

  private static String message(String op, String before, String after) {
    return """
        {"before":%s,"after":%s,"source":{"ts_ms":1768464000123,"schema":"public","table":"x",
         "lsn":7},"op":"%s","ts_ms":1768464000500}"""
        .formatted(before, after, op);
  }

  private static String row(int id, String placed) {
    return "{\"id\":%d,\"placed\":%s}".formatted(id, placed == null ? null : "\"" + placed + "\"");
  }

  private List<Instant> times(String message) {
    Decoded decoded = decode(decoder, message);
    assertThat(decoded).as(message).isInstanceOf(Decoded.Changes.class);
    return ((Decoded.Changes) decoded).eventTimes();
  }

  @Test
  void aChangeHappenedWhenItsRowCameAbout() {
    assertThat(times(message("c", "null", row(1, PLACED)))).containsExactly(Instant.parse(PLACED));
    assertThat(times(message("u", "null", row(1, PLACED)))).containsExactly(Instant.parse(PLACED));
    assertThat(times(message("d", row(1, PLACED), "null"))).containsExactly(Instant.parse(PLACED));
  }

  @Test
  void ofAMovedRowOftenTheKeyIsAllThatIsSaidOfTheOldOne() {
    assertThat(times(message("u", "{\"id\":2}", row(1, PLACED))))
        .containsExactly(Instant.parse(PLACED), Instant.parse(PLACED));
  }

  @Test
  void withoutATimeOrWithAnImpossibleOneItIsADeadLetter() {
    assertRejected(
        decoder, message("d", "{\"id\":1}", "null"), Reason.MISSING_FIELD, "REPLICA IDENTITY FULL");
    assertRejected(
        decoder,
        message("u", "null", row(1, null)),
        Reason.MISSING_FIELD,
        "field 'placed': found null or nothing, expected the time of the row");
    assertRejected(
        decoder,
        message("c", "null", row(1, "1999-01-01T00:00:00Z")),
        Reason.IMPOSSIBLE_TIME,
        "field 'placed'");
    assertRejected(
        decoder,
        message("c", "null", row(1, "2026-01-17T00:00:00Z")),
        Reason.IMPOSSIBLE_TIME,
        "after the record time");
  }
}
