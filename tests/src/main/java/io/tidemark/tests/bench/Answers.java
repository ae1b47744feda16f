package io.tidemark.tests.bench;

import io.tidemark.catalog.TableName;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Compares what the sides of one round have written. */
record Answers(LocalLakehouse house, BenchTopic topic, PrintWriter out) {
  private static final List<String> SUMS = List.of("pv", "clicks", "read_seconds");
  private static final List<String> DISTINCTS = List.of("readers");

  /** No stream: what each key has is counted from all of the day's rows at once. */
  private static final String EXACT =
      """
      SELECT dt, date_trunc('MINUTE', event_time) AS window_start,
        lower(trim(channel)) AS channel, content_id, count(DISTINCT user_id) AS readers
      FROM %s
      GROUP BY ALL""";

  /** Whether every message became a row, and every window and key has the same numbers. */
  boolean areEqual(TidemarkSide tidemark) {
    long received = house.main(tidemark.ingest()).count();
    long bySink = rows(IngestOnlySide.OUTPUT).count();
    boolean complete =
        holds(received == topic.messages(), "Tidemark's ODS has %,d rows", received)
            & holds(bySink == topic.messages(), "ingest only has %,d rows", bySink);
    Dataset<Row> declared = house.main(tidemark.aggregate());
    String exact = EXACT.formatted(house.lake().identifier(IngestOnlySide.OUTPUT));
    long keys = ofDay(declared, SUMS).count();
    return complete
        & holds(keys > 0, "DWS has %,d rows", keys)
        & equal("by hand", declared, rows(HandWrittenSide.OUTPUT), SUMS)
        & equal(
            "count(DISTINCT) of all rows", declared, house.lake().spark().sql(exact), DISTINCTS);
  }

  private boolean equal(
      String other, Dataset<Row> declared, Dataset<Row> theirs, List<String> metrics) {
    Dataset<Row> ours = ofDay(declared, metrics);
    Dataset<Row> expected = ofDay(theirs, metrics);
    long differing = ours.exceptAll(expected).count() + expected.exceptAll(ours).count();
    return holds(differing == 0, "%,d rows of Tidemark's DWS and %s differ", differing, other);
  }

  private Dataset<Row> rows(TableName table) {
    return house.lake().spark().table(house.lake().identifier(table));
  }

  /** The day's rows; the window of the last message is not closed by hand. */
  private Dataset<Row> ofDay(Dataset<Row> rows, List<String> metrics) {
    Column[] columns =
        Stream.concat(Stream.of("dt", "window_start", "channel", "content_id"), metrics.stream())
            .map(functions::col)
            .toArray(Column[]::new);
    return rows.where(functions.col("dt").equalTo(functions.lit(topic.day()))).select(columns);
  }

  private boolean holds(boolean condition, String format, Object... values) {
    if (!condition) {
      out.printf("NOT EQUAL: %s; %,d messages%n", format.formatted(values), topic.messages());
      out.flush();
    }
    return condition;
  }
}
