package io.tidemark.tests.contract;

import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.jobs.spec.ViewSpec;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.contract.RandomMessages.Message;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Repository;
import io.tidemark.tests.lakehouse.SameRows;
import io.tidemark.tests.lakehouse.Seed;
import io.tidemark.tests.lakehouse.Streaming;
import io.tidemark.tests.lakehouse.TestMessages;
import java.nio.file.Files;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The contract of every declared job: the same input, in whatever order and pieces it arrives,
 * gives in stream and in catch-up exactly the rows that the batch gives.
 */
class ContractTest {
  /**
   * Enough for micro-batches that mix days and keys; with {@code -Dtidemark.messages=12500}, ten
   * thousand rows of every job once the duplicates are dropped.
   */
  private static final int MESSAGES_PER_TOPIC = Integer.getInteger("tidemark.messages", 3_000);

  /** A few for each key: what they come to is one row. */
  private static final int CHANGES_PER_TOPIC = MESSAGES_PER_TOPIC / 2;

  private static final int PARTITIONS = 2;
  private static final LocalDate FIRST_DAY = LocalDate.of(2026, 3, 14);
  private static final ZoneId ZONE = ZoneId.systemDefault();
  private static final long SEED = Seed.of("contract");
  private static final boolean ALL = "all".equals(System.getProperty("tidemark.contract"));

  @TempDir private static Path folder;
  private static LocalBroker broker;

  /** The two modes that write main. */
  enum Mode {
    STREAM,
    CATCHUP
  }

  private static final Map<ArrivalOrder, Mode> IN_UTC =
      Map.of(
          ArrivalOrder.IN_ORDER, Mode.STREAM,
          ArrivalOrder.REVERSED, Mode.STREAM,
          ArrivalOrder.SHUFFLED, Mode.CATCHUP,
          ArrivalOrder.DUPLICATED, Mode.CATCHUP,
          ArrivalOrder.CHOPPED, Mode.STREAM);

  private static final Map<ArrivalOrder, Mode> IN_SECOND_ZONE =
      Map.of(ArrivalOrder.DUPLICATED, Mode.STREAM, ArrivalOrder.CHOPPED, Mode.CATCHUP);

  @BeforeAll
  static void startBroker() {
    broker = LocalBroker.start(folder.resolve("kafka"), LocalBroker.freePort());
  }

  @AfterAll
  static void stopBroker() {
    broker.stop();
  }

  @TestFactory
  @Execution(ExecutionMode.CONCURRENT)
  Stream<DynamicTest> streamAndCatchUpGiveTheRowsOfTheBatch() {
    return Stream.of(ArrivalOrder.values())
        .flatMap(
            order ->
                modes(order)
                    .map(
                        mode ->
                            DynamicTest.dynamicTest(
                                order + " as " + mode, () -> contract(order, mode))));
  }

  /**
   * Each order in one mode or the other, and two orders in both: once in UTC, once in the second
   * zone, where only days begin at another moment. With {@code -Dtidemark.contract=all}, every
   * order in both modes in UTC.
   */
  private static Stream<Mode> modes(ArrivalOrder order) {
    boolean inUtc = ZONE.getId().equals("UTC");
    return inUtc && ALL
        ? Stream.of(Mode.values())
        : Stream.ofNullable((inUtc ? IN_UTC : IN_SECOND_ZONE).get(order));
  }

  private void contract(ArrivalOrder order, Mode mode) throws Exception {
    Path home = Files.createDirectory(folder.resolve((order + "-" + mode).toLowerCase()));
    String perMicroBatch = Integer.toString(order.perMicroBatch(MESSAGES_PER_TOPIC));
    LocalLakehouse house =
        LocalLakehouse.create(
            Repository.conf(),
            home,
            broker,
            ZONE,
            Map.of(
                "stream.max-messages-per-micro-batch", perMicroBatch,
                "stream.max-rows-per-micro-batch", perMicroBatch));
    house.createTopics(PARTITIONS);
    Map<IngestSpec, List<List<Message>>> deliveries = new HashMap<>();
    for (IngestSpec topic : house.ingests()) {
      List<Message> messages =
          topic.payload().isChangeLog()
              ? new RandomChanges(topic, SEED).over(FIRST_DAY, ZONE, CHANGES_PER_TOPIC)
              : new RandomMessages(topic, dedupeKeys(house, topic), SEED)
                  .over(FIRST_DAY, ZONE, MESSAGES_PER_TOPIC);
      deliveries.put(topic, order.deliver(messages, new Random(SEED)));
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

  private static void send(IngestSpec topic, List<Message> messages) {
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
    Streaming.untilRead(house, sent, Duration.ofMinutes(3));
  }
}
