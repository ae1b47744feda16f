package io.tidemark.tests.app;

import io.tidemark.jobs.decode.JsonDecoder;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnSpec.TimeFormat;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.jobs.spec.EventTimeSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The two topics as an ingest job declares them. */
final class Decoders {
  private static final Map<String, JsonDecoder> BY_TOPIC =
      Map.of(
          ReadingApp.READING_TOPIC,
          decoder(
              "event_id string!",
              "user_id string!",
              "content_id string",
              "channel string",
              "event_type string!",
              "read_seconds bigint",
              "ad_revenue decimal(18,4)",
              "event_time timestamp!"),
          ReadingApp.ORDER_TOPIC,
          decoder(
              "order_id string!",
              "user_id string!",
              "content_id string",
              "channel string",
              "quantity bigint!",
              "amount decimal(18,2)!",
              "event_time timestamp!"));

  private Decoders() {}

  static JsonDecoder of(String topic) {
    return BY_TOPIC.get(topic);
  }

  private static JsonDecoder decoder(String... columns) {
    List<ColumnSpec> specs = Arrays.stream(columns).map(Decoders::column).toList();
    return new JsonDecoder(
        specs, new EventTimeSpec("event_time", Instant.ofEpochSecond(1), Duration.ofMinutes(10)));
  }

  private static ColumnSpec column(String text) {
    boolean required = text.endsWith("!");
    String[] words = (required ? text.substring(0, text.length() - 1) : text).split(" ");
    ColumnType type = ColumnType.parse(words[1]);
    TimeFormat format = type.base() == ColumnType.Base.TIMESTAMP ? TimeFormat.EPOCH_MILLIS : null;
    return new ColumnSpec(words[0], type, required, words[0], format);
  }
}
