package io.tidemark.jobs.decode;

import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnSpec.TimeFormat;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.jobs.spec.EventTimeSpec;
import java.util.ArrayList;
import java.util.List;

/** Short ways to declare columns. */
final class Columns {
  private Columns() {}

  static ColumnSpec column(String name, String type, boolean required) {
    return column(name, type, required, name, null);
  }

  static ColumnSpec column(
      String name, String type, boolean required, String path, TimeFormat format) {
    return new ColumnSpec(name, ColumnType.parse(type), required, path, format);
  }

  /** A decoder of an event time {@code t} in epoch milliseconds, and then of these columns. */
  static JsonDecoder decoder(EventTimeSpec eventTime, ColumnSpec... columns) {
    List<ColumnSpec> all = new ArrayList<>();
    all.add(column("t", "timestamp", true, "t", TimeFormat.EPOCH_MILLIS));
    all.addAll(List.of(columns));
    return new JsonDecoder(all, eventTime);
  }
}
