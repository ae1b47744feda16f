package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.run.Phase;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.fault.LateEvents.Event;
import io.tidemark.tests.fault.LateEvents.Total;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Seed;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two days are sealed again and published many times while a driver of all jobs keeps getting
 * events of them, and of the day behind them, which is open and makes it commit to the same tables;
 * and both processes are killed with SIGKILL again and again. In the end all days are what plain
 * Java finds in the messages.
 */
@AnyZone
class PublishKillTest {
  private static final String ODS = "ods_click";
  private static final String DWD = "dwd_click";
  private static final String DWS = "dws_click_tmin";

  /** The days that are published; two, because most of a round takes as long for two as for one. */
  static final Range DAYS = new Range(FaultProject.FIRST_DAY, FaultProject.LAST_DAY);

  /**
   * How often at least; a hundred times with {@code -Dtidemark.publishes=100}. With few of them it
   * goes on until every kill has found its moment.
   */
  private static final int PUBLISHES = Integer.getInteger("tidemark.publishes", 12);

  /** A process that begins anew is most of what a kill takes: three in every run, eight of 100. */
  private static final int KILLS_OF_EITHER = Math.max(3, PUBLISHES / 12);

  private static final int MESSAGES_PER_STEP = 5;
  private static final Duration A_MOMENT = Duration.ofMillis(200);
  private static final long SEED = Seed.of("publish-kill");

  @TempDir private Path folder;
  private FaultProject project;
  private LocalLakehouse house;
  private LateEvents events;
  private Random random;
  private final Deque<DriverProcess> drivers = new ArrayDeque<>();
  private final Deque<DriverProcess> publishers = new ArrayDeque<>();
  private final long start = System.nanoTime();
  private final StepClock clock = new StepClock();
  private int publisherLives;

  @Test
  void nothingIsLostAndNothingIsTwiceWhileADayIsPublishedAgainAndAgain() {
    project = new FaultProject(folder, SharedBroker.get(), "click");
    house = project.open(FaultProject.LOCAL);
    events = new LateEvents(SEED);
    random = new Random(SEED);
    events.send(project, "click", 20);
    house.catchUp(house.jobs().jobs());
    house.seal(DAYS.from(), DAYS.to());

    try {
      drivers.add(driver(0));
      publishers.add(publisher());
      goOn(drivers, () -> driver(1));
      goOn(publishers, this::publisher);
      publishAndKill();
      publishers.remove().kill();
      assertStreamsAreAlive(drivers.peek());
      new PublishCycle(house, DAYS, step -> {}).run();
    } finally {
      drivers.forEach(DriverProcess::close);
      publishers.forEach(DriverProcess::close);
    }

    assertEqualToThePlainAnswer(FaultProject.FIRST_DAY);
    assertEqualToThePlainAnswer(FaultProject.LAST_DAY);
    assertEqualToThePlainAnswer(LateEvents.OPEN_DAY);
    Answers.assertEveryCutBalances(house, house.ingests().get(0));
    String day = FaultProject.FIRST_DAY.toString();
    assertVerb(ExitCodes.OK, "was published already", "publish", "--day", day);
    Answers.assertMainEqualsBatch(house, LateEvents.OPEN_DAY, "seed " + SEED);
    assertVerbsSayWhatIs();
    say(
        "%d publishes of two days, %d kills of either side, %d messages, %d cuts",
        publishes(), KILLS_OF_EITHER, events.sent(), cuts());
    say("%s", clock);
  }

  private void publishAndKill() {
    int driverKills = 0;
    int publisherKills = 0;
    int stepsToLive = stepsToLive();
    long publishes = 0;
    while (publishes < PUBLISHES
        || driverKills < KILLS_OF_EITHER
        || publisherKills < KILLS_OF_EITHER) {
      Optional<String> step = publishers.peek().next(A_MOMENT);
      if (step.isPresent()) {
        clock.add(step.get());
        if (stepsToLive % 2 == 0) {
          events.send(project, "click", MESSAGES_PER_STEP);
        }
        stepsToLive--;
        publishes = publishes();
      }
      boolean dueAtRandom =
          moment(driverKills) == null
              && publishes * (KILLS_OF_EITHER + 1) > PUBLISHES * (driverKills + 1);
      if (driverKills < KILLS_OF_EITHER && (holds(drivers.peek()) || dueAtRandom)) {
        int next = ++driverKills + 1;
        drivers.remove().kill();
        goOn(drivers, next > KILLS_OF_EITHER ? null : () -> driver(next));
        say("streams killed for the %d. time, %d publishes", driverKills, publishes);
      }
      if (publisherKills < KILLS_OF_EITHER && stepsToLive <= 0) {
        publisherKills++;
        // Not right behind the step.
        publishers.peek().endsWithin(Duration.ofMillis(random.nextInt(400)));
        publishers.remove().kill();
        goOn(publishers, publisherKills == KILLS_OF_EITHER ? null : this::publisher);
        stepsToLive = stepsToLive();
        say("publisher killed for the %d. time, %d publishes", publisherKills, publishes);
      }
    }
  }

  private void say(String format, Object... values) {
    System.out.printf("%4d s: ", (System.nanoTime() - start) / 1_000_000_000);
    System.out.printf(format + "%n", values);
  }

  /**
   * Steps, of which a cycle has seven and publishes four times: all lives fit, and each may end
   * behind any of the steps.
   */
  private int stepsToLive() {
    return PUBLISHES * 7 / 4 / (KILLS_OF_EITHER + 1) - 1 + random.nextInt(7);
  }

  private static boolean holds(DriverProcess driver) {
    boolean holds = false;
    for (Optional<String> line = driver.next(Duration.ZERO);
        line.isPresent();
        line = driver.next(Duration.ZERO)) {
      holds |= line.get().startsWith(DriverMain.HOLDS);
    }
    return holds;
  }

  /** Lets the first go, and starts the one after it, which waits: a start takes long. */
  private static void goOn(Deque<DriverProcess> line, Supplier<DriverProcess> next) {
    line.peek().go();
    if (next != null) {
      line.add(next.get());
    }
  }

  /**
   * Where the drivers are to die, one after another; {@code null} for anywhere. The last lives on.
   */
  private static Moment moment(int life) {
    if (life == KILLS_OF_EITHER) {
      return null;
    }
    return switch (life % 4) {
      case 0 -> new Moment(DWD, Phase.FILES_WRITTEN, 2);
      case 1 -> new Moment(DWS, Phase.COMMITTED, 2);
      case 2 -> new Moment(ODS, Phase.FILES_WRITTEN, 2);
      default -> null;
    };
  }

  private DriverProcess driver(int life) {
    return new DriverProcess(
        project,
        DriverMain.Mode.STREAM,
        moment(life),
        List.of(ODS, DWD, DWS),
        folder.resolve("driver-" + life + ".log"));
  }

  private DriverProcess publisher() {
    return new DriverProcess(
        PublisherMain.class,
        List.of(project.conf().toString()),
        folder.resolve("publisher-" + ++publisherLives + ".log"));
  }

  /** All that was sent is read, and the last job commits once more. */
  private void assertStreamsAreAlive(DriverProcess driver) {
    assertThat(holds(driver)).isFalse();
    events.sendOfOpenDay(project, "click", 20);
    driver.await(line -> line.contains(DWS) && line.endsWith(Phase.COMMITTED.name()));
    await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(A_MOMENT)
        .until(() -> house.messagesRead() == events.sent());
    await().atMost(Duration.ofMinutes(1)).pollInterval(A_MOMENT).until(() -> house.backlog() == 0);
  }

  private long publishes() {
    return List.of(DWD, DWS).stream()
        .map(house.jobs()::job)
        .filter(job -> house.lake().exists(job.output()))
        .flatMap(job -> house.lake().load(job.output()).refs().keySet().stream())
        .filter(tag -> tag.startsWith("publish_"))
        .count();
  }

  private long cuts() {
    return house.lake().load(house.ingests().get(0).output()).refs().keySet().stream()
        .filter(tag -> tag.startsWith("seal_"))
        .count();
  }

  /** The same as a person sees it, by the exit codes and words of the command line. */
  private void assertVerbsSayWhatIs() {
    String day = FaultProject.FIRST_DAY.toString();
    String never = FaultProject.FIRST_DAY.minusDays(1).toString();
    assertVerb(
        ExitCodes.OK,
        "keeps its cut: nothing came since, at snapshot ",
        "seal",
        "--day",
        day,
        "--again");
    assertVerb(ExitCodes.REFUSED, "was never sealed", "seal", "--day", never, "--again");
    assertVerb(
        ExitCodes.FAILURE,
        "was not compared yet",
        "publish",
        "--day",
        LateEvents.OPEN_DAY.toString());
    assertVerb(ExitCodes.OK, "put back as it was", "publish", "--undo", day, "--job", DWS);
    assertVerb(ExitCodes.OK, "was put back already", "publish", "--undo", day, "--job", DWS);
    // What was compared is a day that is no more.
    String again =
        "./tidemark reconcile --conf %s --day %s --job %s".formatted(project.conf(), day, DWS);
    assertVerb(ExitCodes.FAILURE, again, "publish", "--day", day, "--job", DWS);
  }

  private void assertVerb(int code, String words, String... arguments) {
    assertThat(VerbAnswer.of(project.conf(), arguments).with(code).said()).contains(words);
  }

  private void assertEqualToThePlainAnswer(LocalDate day) {
    String ofTheDay = "dt = DATE'%s'".formatted(day);
    List<String> rows =
        house.main(house.jobs().job(DWD)).where(ofTheDay).collectAsList().stream()
            .map(
                row ->
                    new Event(
                            row.getAs("event_id"),
                            row.getAs("user_id"),
                            row.getAs("channel"),
                            row.<Long>getAs("seconds"),
                            row.getAs("event_time"))
                        .toString())
            .toList();
    assertThat(rows)
        .as("events of %s, seed %d", day, SEED)
        .containsExactlyInAnyOrderElementsOf(events.of(day).stream().map(Event::toString).toList());
    JobSpec running = house.jobs().job(DWS);
    Map<String, Total> totals = new TreeMap<>();
    for (Row row :
        house
            .main(running)
            .where(ofTheDay)
            .groupBy("channel")
            .agg(Map.of("pv", "max", "seconds", "max", "users", "max"))
            .select("channel", "max(pv)", "max(seconds)", "max(users)")
            .collectAsList()) {
      totals.put(row.getString(0), new Total(row.getLong(1), row.getLong(2), row.getLong(3)));
    }
    assertThat(totals).as("the end of %s, seed %d", day, SEED).isEqualTo(events.totals(day));
  }
}
