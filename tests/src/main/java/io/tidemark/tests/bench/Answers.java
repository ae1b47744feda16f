package io.tidemark.tests.bench;

import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.PrintWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Compares what the sides of one round have written. */
record Answers(LocalLakehouse house, BenchTopic topic, PrintWriter out) {
  private static final Column[] COMPARED =
      java.util.stream.Stream.of(
              "dt", "window_start", "channel", "content_id", "pv", "clicks", "read_seconds")
          .map(functions::col)
          .toArray(Column[]::new);

  /** Whether every message became a row, and every window and key has the same numbers. */
  boolean areEqual(TidemarkSide tidemark) {
    long received = house.main(tidemark.ingest()).count();
    long bySink = rows(IngestOnlySide.OUTPUT.toString()).count();
    boolean complete =
        holds(received == topic.messages(), "Tidemark's ODS has %,d rows", received)
            & holds(bySink == topic.messages(), "ingest only has %,d rows", bySink);
    Dataset<Row> declared = compared(house.main(tidemark.aggregate()));
    Dataset<Row> byHand = compared(rows(HandWrittenSide.OUTPUT.toString()));
    long differing = declared.exceptAll(byHand).count() + byHand.exceptAll(declared).count();
    long keys = declared.count();
    return complete
        & holds(keys > 0, "DWS has %,d rows", keys)
        & holds(differing == 0, "%,d rows differ between Tidemark's DWS and by hand", differing);
  }

  private Dataset<Row> rows(String table) {
    return house.lake().spark().table(house.lake().environment().catalog().name() + "." + table);
  }

  /** The day's rows; the window of the last message is not closed by hand. */
  private Dataset<Row> compared(Dataset<Row> rows) {
    return rows.where(functions.col("dt").equalTo(functions.lit(topic.day()))).select(COMPARED);
  }

  private boolean holds(boolean condition, String format, Object... values) {
    if (!condition) {
      out.printf("NOT EQUAL: %s; %,d messages%n", format.formatted(values), topic.messages());
      out.flush();
    }
    return condition;
  }
}
