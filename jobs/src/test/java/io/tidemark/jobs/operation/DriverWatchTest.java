package io.tidemark.jobs.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.jobs.operation.DriverRecord.State;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.run.StreamFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriverWatchTest {
  private static final String JOB = "ods_a";
  private static final Instant BEGIN = Instant.parse("2026-03-14T00:00:00Z");

  @TempDir private Path folder;
  private DriverRecords records;
  private Instant now = BEGIN;

  @BeforeEach
  void open() {
    records = new DriverRecords(folder.resolve("checkpoints"));
  }

  @Test
  void aRecordSaysWhatBecameOfAJob() {
    assertThat(records.read(JOB)).isEmpty();
    try (DriverWatch watch = watch()) {
      watch.began(JOB);
      assertThat(read().state()).isEqualTo(State.RUNNING);
      assertThat(read().pid()).isEqualTo(ProcessHandle.current().pid());
      assertThat(read().lastFailure()).isNull();

      now = BEGIN.plusSeconds(10);
      watch.committed(MicroBatchReport.none(JOB));
      now = BEGIN.plusSeconds(20);
      watch.failed(JOB, failure(Optional.of(Duration.ofSeconds(30))));
      assertThat(read().state()).isEqualTo(State.WAITING);
      assertThat(read().lastCommitAt()).isEqualTo(BEGIN.plusSeconds(10));
      assertThat(read().lastFailure()).isEqualTo("told: it broke");
      assertThat(read().lastFailureAt()).isEqualTo(now);

      watch.began(JOB);
      assertThat(read().state()).isEqualTo(State.RUNNING);
      assertThat(read().restarts()).isEqualTo(1);
      assertThat(read().lastFailure()).as("it stays to be read").isEqualTo("told: it broke");

      watch.failed(JOB, failure(Optional.empty()));
      assertThat(read().state()).isEqualTo(State.FAILED);
      assertThat(read().failures()).isEqualTo(2);
      assertThat(read().beganAt()).isEqualTo(BEGIN);
    }
    assertThat(read().state()).as("after the driver too").isEqualTo(State.FAILED);
  }

  @Test
  void aDriverThatEndsSaysSoOfAllItsJobs() {
    try (DriverWatch watch = watch()) {
      watch.began(JOB);
      watch.began("ods_waits");
      watch.failed("ods_waits", failure(Optional.of(Duration.ofSeconds(30))));
    }

    assertThat(read().state()).isEqualTo(State.STOPPED);
    assertThat(records.read("ods_waits").orElseThrow().state()).isEqualTo(State.FAILED);
  }

  @Test
  void theRecordOfADriverThatTookTheJobOverStays() {
    DriverWatch older = watch();
    older.began(JOB);
    now = BEGIN.plusSeconds(60);
    try (DriverWatch newer = watch()) {
      newer.began(JOB);
      older.failed(JOB, failure(Optional.empty()));
      older.close();

      assertThat(read().state()).isEqualTo(State.RUNNING);
      assertThat(read().beganAt()).isEqualTo(now);
    }
  }

  @Test
  void isAliveWhileItSpeaksAndItsProcessIsThere() {
    DriverRecord record = DriverRecord.began(JOB, "here", 42, BEGIN);

    assertThat(record.isAlive(BEGIN.plusSeconds(60), "here", pid -> pid == 42)).isTrue();
    assertThat(record.isAlive(BEGIN.plusSeconds(61), "here", pid -> true)).isFalse();
    assertThat(record.isAlive(BEGIN, "here", pid -> false)).as("killed").isFalse();
    assertThat(record.isAlive(BEGIN, "elsewhere", pid -> false)).isTrue();
  }

  @Test
  void aRecordThatCannotBeReadIsRefused() throws IOException {
    Path file = folder.resolve("checkpoints").resolve(JOB + ".driver.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{\"state\": \"ASLEEP\"}");

    assertThatThrownBy(this::read)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("delete it");
  }

  private DriverWatch watch() {
    return new DriverWatch(records, () -> now, failure -> "told: " + failure.getMessage());
  }

  private DriverRecord read() {
    return records.read(JOB).orElseThrow();
  }

  private static StreamFailure failure(Optional<Duration> again) {
    return new StreamFailure(new IllegalStateException("it broke"), 0, again);
  }
}
