package io.tidemark.tests.bench;

import io.tidemark.catalog.TableName;
import io.tidemark.tests.servers.Trino;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks Trino again and again which probes have a row in the summary's view. A probe counts as read
 * when the answer is there, so that a delay holds the query too, and at most one pause and one
 * query too much. A query that fails is asked again: a person would do that, and waits longer.
 */
final class ProbeReader {
  private static final long PAUSE_NANOS = 250_000_000;
  private static final String TEXT = "String ";

  private final Trino trino;
  private final String catalog;
  private final TableName view;
  private final Probes probes;
  private final List<Double> querySeconds = new ArrayList<>();
  private int failures;
  private String lastFailure = "";
  private volatile boolean ending;
  private CompletableFuture<Void> reading;

  ProbeReader(Trino trino, String catalog, TableName view, Probes probes) {
    this.trino = trino;
    this.catalog = catalog;
    this.view = view;
    this.probes = probes;
  }

  void start() {
    reading = CompletableFuture.runAsync(this::read, ProbeReader::inBackground);
  }

  private static void inBackground(Runnable task) {
    Thread thread = new Thread(task, "reader");
    thread.setDaemon(true);
    thread.start();
  }

  /** Fails when it does not read any more. */
  void requireWell() {
    if (reading.isDone()) {
      reading.join();
    }
  }

  /** Tells it to end, without waiting. */
  void stop() {
    ending = true;
  }

  void end() {
    stop();
    reading.join();
  }

  /** What the queries took, the shortest first; once it has ended. */
  List<Double> querySeconds() {
    return querySeconds.stream().sorted().toList();
  }

  /** How many queries failed, and how the last one did; once it has ended. */
  String failures() {
    return failures == 0 ? "none" : failures + ", the last: " + lastFailure;
  }

  private void read() {
    while (!ending) {
      probes.oldestUnread().ifPresent(this::read);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Windows before the one of the oldest probe that is missing have nothing new to tell. */
  private void read(long oldestMillis) {
    Instant window = Instant.ofEpochMilli(oldestMillis / 60_000 * 60_000);
    String sql =
        String.format(
            Locale.ROOT,
            """
            SELECT content_id FROM %s
            WHERE dt >= DATE '%s' AND window_start >= from_unixtime(%d) AND channel = '%s'""",
            view,
            window.atZone(ShippedStream.ZONE).toLocalDate(),
            window.getEpochSecond(),
            SteadyEvents.PROBES);
    Stopwatch watch = new Stopwatch();
    try {
      List<String> found = trino.query(catalog, sql);
      probes.read(
          found.stream().map(row -> row.substring(TEXT.length())).toList(), System.nanoTime());
      querySeconds.add(watch.seconds());
    } catch (SQLException e) {
      failures++;
      lastFailure = e.getMessage();
    }
  }
}
