package io.tidemark.jobs.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.sink.SinkRow.Op;
import io.tidemark.jobs.sink.SinkRow.Source;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The messages that docs/format/sink-envelope.md shows, byte by byte. */
class EnvelopeTest {
  private static final SinkDefinition DEFINITION = new SinkDefinition(List.of(), "all", Map.of());

  private final SinkLayout hourly =
      new SinkLayout(
          "kafka_reading_channel_1h",
          new TableName("dws", "reading_channel_1h"),
          List.of(
              SinkColumn.of("dt", "DATE"),
              SinkColumn.of("window_start", "TIMESTAMP"),
              SinkColumn.of("channel", "STRING")),
          List.of(SinkColumn.of("pv", "BIGINT"), SinkColumn.of("average_seconds", "DOUBLE")),
          DEFINITION);
  private final List<Object> key =
      Arrays.asList(LocalDate.of(2026, 1, 15), Instant.parse("2026-01-15T01:00:00Z"), null);

  @Test
  void aRowThatChanged() {
    SinkRow row = new SinkRow(Op.UPSERT, key, List.of(3L, 12.5), null);

    assertThat(SinkKey.json(hourly, row))
        .isEqualTo(
            """
            {"dt":"2026-01-15","window_start":"2026-01-15T01:00:00Z","channel":null}""");
    assertThat(Envelope.of(hourly, row, 42))
        .isEqualTo(
            """
            {"v":1,"op":"upsert","job":"kafka_reading_channel_1h","table":"dws.reading_channel_1h","version":42,\
            "key":{"dt":"2026-01-15","window_start":"2026-01-15T01:00:00Z","channel":null},\
            "row":{"dt":"2026-01-15","window_start":"2026-01-15T01:00:00Z","channel":null,"pv":3,"average_seconds":12.5}}""");
  }

  @Test
  void aRowThatIsGone() {
    assertThat(Envelope.of(hourly, new SinkRow(Op.DELETE, key, List.of(), null), 43))
        .isEqualTo(
            """
            {"v":1,"op":"delete","job":"kafka_reading_channel_1h","table":"dws.reading_channel_1h","version":43,\
            "key":{"dt":"2026-01-15","window_start":"2026-01-15T01:00:00Z","channel":null},\
            "row":null}""");
  }

  @Test
  void aRowThatCameWithAMessage() {
    SinkLayout detail =
        new SinkLayout(
            "kafka_reading_event",
            new TableName("dwd", "reading_event"),
            List.of(SinkColumn.of("event_id", "STRING")),
            List.of(
                SinkColumn.of("price", "DECIMAL(10,2)"), SinkColumn.of("tags", "ARRAY<STRING>")),
            DEFINITION);

    assertThat(
            Envelope.of(
                detail,
                new SinkRow(
                    Op.APPEND,
                    List.of("e1"),
                    List.of(new BigDecimal("1.50"), List.of("a", "b")),
                    new Source("reading", 3, 1234)),
                7))
        .isEqualTo(
            """
            {"v":1,"op":"append","job":"kafka_reading_event","table":"dwd.reading_event","version":7,\
            "key":{"event_id":"e1"},"row":{"event_id":"e1","price":"1.50","tags":["a","b"]},\
            "source":{"topic":"reading","partition":3,"offset":1234}}""");
  }

  @Test
  void everyTypeHasOneForm() {
    assertThat(
            JsonValues.write(
                JsonValues.of(
                    Arrays.asList(
                        null,
                        true,
                        1,
                        Long.MAX_VALUE,
                        0.1,
                        1e300,
                        Double.NaN,
                        Double.NEGATIVE_INFINITY,
                        0.1f,
                        new BigDecimal("1E+3"),
                        new byte[] {0, (byte) 0xff},
                        Instant.parse("2026-01-15T01:00:00.000001Z"),
                        Map.of("k", 1)))))
        .isEqualTo(
            """
            [null,true,1,9223372036854775807,0.1,1.0E300,"NaN","-Infinity",0.1,"1000","AP8=","2026-01-15T01:00:00.000001Z",{"k":1}]""");
  }

  @Test
  void namesInRedisTellKeysApart() {
    assertThat(SinkKey.name("reading", key))
        .isEqualTo("reading:{2026-01-15|2026-01-15T01:00:00Z|~}");
    assertThat(SinkKey.name("p", List.of("a|b{c}~%"))).isEqualTo("p:{a%7Cb%7Bc%7D%7E%25}");
  }
}
