package io.tidemark.tests.contract;

import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.contract.Contract.Mode;
import io.tidemark.tests.lakehouse.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The {@link Contract} of the jobs that are shipped, and of a job of every other kind. */
class ContractTest {
  /**
   * Enough for micro-batches that mix days and keys; with {@code -Dtidemark.messages=12500}, ten
   * thousand rows of every job once the duplicates are dropped.
   */
  private static final int MESSAGES_PER_TOPIC = Integer.getInteger("tidemark.messages", 3_000);

  /** These jobs look further around than the shipped ones, and are not there for the amount. */
  private static final int MESSAGES_FOR_KINDS = MESSAGES_PER_TOPIC / 3;

  private static final boolean ALL = "all".equals(System.getProperty("tidemark.contract"));

  @TempDir private static Path folder;
  private static LocalBroker broker;

  private static final Map<ArrivalOrder, Mode> SHIPPED_IN_UTC =
      Map.of(
          ArrivalOrder.IN_ORDER, Mode.STREAM,
          ArrivalOrder.REVERSED, Mode.STREAM,
          ArrivalOrder.SHUFFLED, Mode.CATCHUP,
          ArrivalOrder.DUPLICATED, Mode.CATCHUP,
          ArrivalOrder.CHOPPED, Mode.STREAM);

  private static final Map<ArrivalOrder, Mode> SHIPPED_IN_SECOND_ZONE =
      Map.of(ArrivalOrder.DUPLICATED, Mode.STREAM, ArrivalOrder.CHOPPED, Mode.CATCHUP);

  /** The kinds that are not shipped, so fewer orders; with {@code all} they have all. */
  private static final Map<ArrivalOrder, Mode> KINDS_IN_UTC =
      Map.of(ArrivalOrder.CHOPPED, Mode.STREAM);

  private static final Map<ArrivalOrder, Mode> KINDS_IN_SECOND_ZONE =
      Map.of(ArrivalOrder.DUPLICATED, Mode.CATCHUP);

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
    return held(
        "shipped",
        new Contract(Repository.conf(), broker, MESSAGES_PER_TOPIC),
        SHIPPED_IN_UTC,
        SHIPPED_IN_SECOND_ZONE);
  }

  @TestFactory
  @Execution(ExecutionMode.CONCURRENT)
  Stream<DynamicTest> andSoWithTheKindsThatAreNotShipped() {
    Path conf = Repository.root().resolve("tests/src/test/resources/kinds");
    return held(
        "kinds",
        new Contract(conf, broker, MESSAGES_FOR_KINDS),
        KINDS_IN_UTC,
        KINDS_IN_SECOND_ZONE);
  }

  private static Stream<DynamicTest> held(
      String name,
      Contract contract,
      Map<ArrivalOrder, Mode> inUtc,
      Map<ArrivalOrder, Mode> inSecondZone) {
    return Stream.of(ArrivalOrder.values())
        .flatMap(
            order ->
                modes(order, inUtc, inSecondZone)
                    .map(
                        mode ->
                            DynamicTest.dynamicTest(
                                name + ", " + order + " as " + mode,
                                () -> contract.hold(order, mode, home(name, order, mode)))));
  }

  private static Path home(String name, ArrivalOrder order, Mode mode) throws Exception {
    return Files.createDirectory(folder.resolve((name + "-" + order + "-" + mode).toLowerCase()));
  }

  /**
   * Each order in one mode or the other, and two orders in both: once in UTC, once in the second
   * zone, where only days begin at another moment. With {@code -Dtidemark.contract=all}, every
   * order in both modes in UTC.
   */
  private static Stream<Mode> modes(
      ArrivalOrder order, Map<ArrivalOrder, Mode> inUtc, Map<ArrivalOrder, Mode> inSecondZone) {
    boolean utc = Contract.ZONE.getId().equals("UTC");
    return utc && ALL
        ? Stream.of(Mode.values())
        : Stream.ofNullable((utc ? inUtc : inSecondZone).get(order));
  }
}
