package io.tidemark.tests.source;

import io.tidemark.tests.servers.PostgreSql;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A table of a till, whose changes are sent to Kafka as Debezium would, by one statement at a time;
 * the replication slot goes on with them, and with a heartbeat.
 */
final class CapturedTill implements AutoCloseable {
  static final String TABLE = "receipts";

  private static final String SLOT = "tidemark_till";

  /** As Debezium writes a row, by its settings in the connector that {@code source add} drafts. */
  private static final String IMAGE =
      """
      json_build_object('id', id, 'status', status, 'amount', amount::text, 'rate', rate::text,
        'code', rpad(code, 5), 'paid', paid, 'weight', weight, 'length', length,
        'day', day - DATE '1970-01-01', 'at', (extract(epoch FROM at) * 1000000)::bigint,
        'moment', to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'open', (extract(epoch FROM open) * 1000000)::bigint,
        'tags', array_to_json(tags), 'doc', doc::text,
        'photo', translate(encode(photo, 'base64'), E'\\n', ''), 'lasts', lasts::text)
      """;

  private final Connection connection;
  private final KafkaProducer<byte[], byte[]> producer;
  private final ScheduledExecutorService heartbeat = Executors.newSingleThreadScheduledExecutor();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private long position = 1;

  CapturedTill(String url, String servers) throws SQLException {
    connection = DriverManager.getConnection(url, PostgreSql.USER, PostgreSql.PASSWORD);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    run("SET intervalstyle = iso_8601");
    run(
        """
        CREATE TABLE receipts (id bigint PRIMARY KEY, status text, amount numeric(12,2), rate numeric,
          code char(5), paid boolean, weight double precision, length real, day date, at timestamp,
          moment timestamptz, open time, tags text[], doc jsonb, photo bytea, lasts interval)
        """);
    run("SELECT pg_create_logical_replication_slot('" + SLOT + "', 'pgoutput')");
  }

  /** From here on the slot follows what the server itself writes too. */
  void beat() {
    heartbeat.scheduleWithFixedDelay(this::advance, 0, 100, TimeUnit.MILLISECONDS);
  }

  private synchronized void advance() {
    try {
      run("SELECT pg_replication_slot_advance('" + SLOT + "', pg_current_wal_flush_lsn())");
    } catch (IllegalStateException e) {
      failure.set(e);
    }
  }

  /** A statement that the capture does not see. */
  synchronized void run(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Inserts or updates rows, each as the SQL says, and sends them. */
  synchronized void upsert(String sql) {
    send(sql + " RETURNING " + IMAGE, "{\"before\":null,\"after\":%s,\"op\":\"u\",");
  }

  synchronized void delete(long id) {
    send(
        "DELETE FROM receipts WHERE id = " + id + " RETURNING json_build_object('id', id)",
        "{\"before\":%s,\"after\":null,\"op\":\"d\",");
  }

  private void send(String sql, String envelope) {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        String message =
            envelope.formatted(rows.getString(1))
                + "\"source\":{\"connector\":\"postgresql\",\"name\":\"till\",\"db\":\"till\",\"schema\":\"public\",\"table\":\"receipts\",\"ts_ms\":1768437000000,\"lsn\":%1$d,\"sequence\":\"[\\\"%1$d\\\",\\\"%1$d\\\"]\"}}"
                    .formatted(position++);
        sent.add(
            producer.send(
                new ProducerRecord<>("till.public.receipts", SourceProject.bytes(message))));
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    } catch (SQLException | ExecutionException e) {
      throw new IllegalStateException(sql, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws Exception {
    heartbeat.shutdown();
    heartbeat.awaitTermination(10, TimeUnit.SECONDS);
    producer.close();
    try (connection) {
      run("SELECT pg_drop_replication_slot('" + SLOT + "')");
    }
    if (failure.get() != null) {
      throw failure.get();
    }
  }
}
