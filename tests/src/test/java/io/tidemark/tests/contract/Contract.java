package io.tidemark.tests.contract;

import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.jobs.spec.ViewSpec;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.contract.RandomMessages.Message;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.SameRows;
import io.tidemark.tests.lakehouse.Seed;
import io.tidemark.tests.lakehouse.Streaming;
import io.tidemark.tests.lakehouse.TestMessages;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The contract of every declared job: the same input, in whatever order and pieces it arrives,
 * gives in stream and in catch-up exactly the rows that the batch gives.
 *
 * @param conf where the jobs are declared
 * @param messages how many are sent to each topic
 */
record Contract(Path conf, LocalBroker broker, int messages) {
  static final ZoneId ZONE = ZoneId.systemDefault();
  private static final int PARTITIONS = 2;
  private static final LocalDate FIRST_DAY = LocalDate.of(2026, 3, 14);
  private static final long SEED = Seed.of("contract");

  /** The two modes that write main. */
  enum Mode {
    STREAM,
    CATCHUP
  }

  /**
   * Holds the jobs to it.
   *
   * @param home an empty folder for everything that is kept
   */
  void hold(ArrivalOrder order, Mode mode, Path home) throws Exception {
    String perMicroBatch = Integer.toString(order.perMicroBatch(messages));
    LocalLakehouse house =
        LocalLakehouse.create(
            conf,
            home,
            broker,
            ZONE,
            Map.of(
                "stream.max-messages-per-micro-batch", perMicroBatch,
                "stream.max-rows-per-micro-batch", perMicroBatch));
    house.createTopics(PARTITIONS);
    // A few for each key: what they come to is one row.
    int changes = messages / 2;
    Map<IngestSpec, List<List<Message>>> deliveries = new HashMap<>();
    for (IngestSpec topic : house.ingests()) {
      List<Message> sent =
          topic.payload().isChangeLog()
              ? new RandomChanges(topic, SEED).over(FIRST_DAY, ZONE, changes)
              : new RandomMessages(topic, dedupeKeys(house, topic), SEED)
                  .over(FIRST_DAY, ZONE, messages);
      deliveries.put(topic, order.deliver(sent, new Random(SEED)));
    }
    int steps = deliveries.values().stream().mapToInt(List::size).max().orElseThrow();
    for (int step = 0; step < steps; step++) {
      for (Map.Entry<IngestSpec, List<List<Message>>> topic : deliveries.entrySet()) {
        send(topic.getKey(), topic.getValue().get(step));
      }
      if (mode == Mode.CATCHUP) {
        house.catchUp(house.jobs().jobs());
      } else {
        streamUntilRead(house, deliveries, step);
      }
    }
    house.seal(FIRST_DAY, FIRST_DAY.plusDays(1));
    house.batch(house.recomputed(), FIRST_DAY, FIRST_DAY.plusDays(1));
    for (JobSpec job : house.recomputed()) {
      SameRows.assertSame(job.name() + ", seed " + SEED, house.main(job), house.offline(job));
    }
    for (ViewSpec view : house.jobs().views()) {
      SameRows.assertSame(view.name() + ", seed " + SEED, house.main(view), house.offline(view));
    }
  }

  private static Set<String> dedupeKeys(LocalLakehouse house, IngestSpec topic) {
    return house.jobs().jobs().stream()
        .filter(TransformSpec.class::isInstance)
        .map(TransformSpec.class::cast)
        .filter(job -> job.tables().contains(topic.output()))
        .flatMap(job -> job.dedupeKey().stream())
        .collect(Collectors.toSet());
  }

  private void send(IngestSpec topic, List<Message> messages) {
    TestMessages.send(
        broker,
        topic.topic(),
        messages.stream()
            .map(message -> new TestMessages.Timed(message.value(), message.timestamp()))
            .toList());
  }

  private static void streamUntilRead(
      LocalLakehouse house, Map<IngestSpec, List<List<Message>>> deliveries, int step)
      throws Exception {
    long sent =
        deliveries.values().stream()
            .flatMap(chunks -> chunks.subList(0, step + 1).stream())
            .mapToLong(List::size)
            .sum();
    Streaming.untilRead(house, sent, Duration.ofMinutes(10));
  }
}
