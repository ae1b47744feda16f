package io.tidemark.tests.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.run.StreamFailure;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Repository;
import io.tidemark.tests.lakehouse.TestMessages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker that goes away under a running stream, and comes back. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@AnyZone
class BrokerLossTest {
  private static final long RECEIVED = Instant.parse("2026-01-31T08:00:00Z").toEpochMilli();
  private static final Map<String, String> IMPATIENT =
      Map.of(
          "kafka.properties.request.timeout.ms", "1000",
          "kafka.properties.default.api.timeout.ms", "2000",
          "stream.restart.times", "60",
          "stream.restart.backoff", "1 second");

  @TempDir Path folder;

  @Test
  void aStreamWhoseBrokerGoesIsBegunAgainAndGoesOnWithoutLoss() throws Exception {
    LocalBroker broker = LocalBroker.start(folder.resolve("kafka"), LocalBroker.freePort());
    StopSignal stop = new StopSignal();
    try {
      LocalLakehouse house =
          LocalLakehouse.create(
              Repository.conf(),
              Files.createDirectory(folder.resolve("house")),
              broker,
              ZoneId.systemDefault(),
              IMPATIENT);
      IngestSpec ingest = (IngestSpec) house.jobs().job("ods_order_event");
      List<JobSpec> jobs = List.of(ingest, house.jobs().job("dwd_order_event"));
      send(broker, ingest, 0, 60);
      List<String> failures = new CopyOnWriteArrayList<>();
      CompletableFuture<Void> driver =
          CompletableFuture.runAsync(() -> house.streams(stop, telling(failures)).stream(jobs));
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> driver.isDone() || house.messagesRead() == 60);

      broker.stop();
      await().atMost(Duration.ofMinutes(2)).until(() -> driver.isDone() || !failures.isEmpty());
      assertThat(failures.get(0))
          .contains("job ods_order_event stopped: no Kafka broker takes connections")
          .contains("start it again");

      broker.start();
      send(broker, ingest, 60, 100);
      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  driver.isDone()
                      || house.messagesRead() == 100 && house.main(jobs.get(1)).count() == 100);
      stop.stop();
      driver.get(1, TimeUnit.MINUTES);

      Dataset<Row> rows = house.main(ingest);
      assertThat(rows.count()).as("rows in ODS").isEqualTo(100);
      assertThat(rows.select("order_id").distinct().count()).as("orders").isEqualTo(100);
      assertThat(house.main(jobs.get(1)).count()).as("rows in DWD").isEqualTo(100);
    } finally {
      stop.stop();
      broker.stop();
    }
  }

  private static MicroBatchListener telling(List<String> failures) {
    return new MicroBatchListener() {
      @Override
      public void failed(String job, StreamFailure failure) {
        failures.add(failure.cause().getMessage());
      }
    };
  }

  private static void send(LocalBroker broker, IngestSpec job, int from, int to) {
    TestMessages.send(
        broker,
        job.topic(),
        IntStream.range(from, to)
            .mapToObj(
                i ->
                    new TestMessages.Timed(
                        "{\"order_id\":\"o%d\",\"user_id\":\"u\",\"channel\":\"feed\",\"amount\":1.00,\"event_time\":%d}"
                            .formatted(i, RECEIVED),
                        RECEIVED))
            .toList());
  }
}
