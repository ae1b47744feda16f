package io.tidemark.reconciliation.ends;

import io.tidemark.catalog.DatabaseSettings;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.jobs.database.DatabaseDraft;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.source.TopicOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Table;

/**
 * Waits until a mirror has passed a place in the log of its database: first the capture, by its
 * replication slot, then the ingest job, by the end of the topic, then the mirror.
 */
final class MirrorProgress {
  private static final long PAUSE_MS = 200;

  private final Lakehouse lake;
  private final DatabaseSettings database;
  private final MirrorSpec mirror;
  private final IngestSpec source;
  private final Duration wait;
  private Long deadline;
  private String stage = "";

  /**
   * @param wait how long it may take, all in all, from the first question on
   */
  MirrorProgress(
      Lakehouse lake,
      DatabaseSettings database,
      MirrorSpec mirror,
      IngestSpec source,
      Duration wait) {
    this.lake = lake;
    this.database = database;
    this.mirror = mirror;
    this.source = source;
    this.wait = wait;
  }

  private interface Question {
    boolean isSo() throws SQLException;
  }

  /**
   * Waits.
   *
   * @param position a place in the log that was taken a moment ago
   * @return false when time was up before
   * @throws io.tidemark.jobs.source.KafkaUnavailableException when no broker answers
   */
  boolean passes(SourceSide side, String position) throws SQLException {
    long asked = System.nanoTime();
    if (deadline == null) {
      // Not before: the checksums of a large table take longer than a mirror may.
      deadline = asked + wait.toNanos();
    }
    String slot = DatabaseDraft.slot(database.name());
    Question captured =
        () ->
            side.captured(slot, position)
                .orElseGet(() -> System.nanoTime() - asked >= database.captureLag().toNanos());
    stage = "the capture has not passed " + position;
    if (!becomes(captured)) {
      return false;
    }
    KafkaOffsets end = new TopicOffsets(lake.environment().kafka(), source.topic()).end();
    stage = source.name() + " has not read " + source.topic() + " up to its end " + end.next();
    if (!becomes(() -> reached(end))) {
      return false;
    }
    long changes = lake.load(source.output()).currentSnapshot().snapshotId();
    stage = mirror.name() + " has not read " + source.output();
    return becomes(() -> hasRead(changes));
  }

  /** What was waited for last. */
  String stage() {
    return stage;
  }

  private boolean reached(KafkaOffsets end) {
    return marker(source.output(), source.name())
        .map(marker -> KafkaOffsets.parse(source.topic(), marker.position()).reaches(end))
        .orElse(false);
  }

  private boolean hasRead(long changes) {
    Table input = lake.load(source.output());
    Long read =
        marker(mirror.output(), mirror.name())
            .map(Marker::position)
            .filter(text -> !text.isEmpty())
            .map(Long::valueOf)
            .orElse(null);
    return InputRange.rowsBetween(input, read, changes) == 0;
  }

  private Optional<Marker> marker(TableName table, String job) {
    return TableState.of(lake.load(table)).marker(job);
  }

  private boolean becomes(Question question) throws SQLException {
    CountDownLatch never = new CountDownLatch(1);
    while (!question.isSo()) {
      try {
        if (System.nanoTime() - deadline >= 0 || never.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
          return false;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for a mirror", e);
      }
    }
    return true;
  }
}
