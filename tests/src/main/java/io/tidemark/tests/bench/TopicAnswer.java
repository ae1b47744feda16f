package io.tidemark.tests.bench;

import io.tidemark.catalog.TableName;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.PrintWriter;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What the summary by minute, channel and content must be: plain SQL over all messages of a topic
 * at once, as nobody could do it in a stream. It reads Kafka itself, so that a message that a
 * stream has lost is seen.
 */
final class TopicAnswer {
  /** What both sides of a comparison have. */
  private static final String[] COLUMNS = {
    "dt", "window_start", "channel", "content_id", "pv", "clicks", "read_seconds", "readers"
  };

  private static final String SQL =
      """
      SELECT dt, date_trunc('MINUTE', event_time) AS window_start,
        lower(trim(channel)) AS channel, content_id, count(*) AS pv,
        sum(CASE WHEN event_type = 'click' THEN 1 ELSE 0 END) AS clicks,
        sum(CASE WHEN read_seconds >= 0 THEN read_seconds END) AS read_seconds,
        count(DISTINCT user_id) AS readers
      FROM topic_messages
      GROUP BY ALL""";

  private final Dataset<Row> expected;
  private final PrintWriter out;

  TopicAnswer(LocalLakehouse house, String topic, PrintWriter out) {
    SparkSession spark = house.lake().spark();
    new PlainQuery(house, topic, new TableName("dws", "no_table"))
        .allMessages(spark)
        .createOrReplaceTempView("topic_messages");
    this.expected = spark.sql(SQL).selectExpr(COLUMNS).localCheckpoint();
    this.out = out;
  }

  /** Whether a side has exactly these rows; says what differs where not. */
  boolean isThatOf(String side, Dataset<Row> summary) {
    Dataset<Row> found = summary.selectExpr(COLUMNS);
    long missing = expected.exceptAll(found).count();
    long wrong = found.exceptAll(expected).count();
    boolean equal = missing == 0 && wrong == 0 && !expected.isEmpty();
    if (!equal) {
      out.printf(
          Locale.ROOT,
          "NOT EQUAL: of %s %,d rows are missing, %,d are wrong; %,d are expected%n",
          side,
          missing,
          wrong,
          expected.count());
      out.flush();
    }
    return equal;
  }
}
