package io.tidemark.tests.demo;

import io.tidemark.catalog.Environment;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Tidemark;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.tests.app.Message;
import io.tidemark.tests.app.Produce;
import io.tidemark.tests.app.ReadingApp;
import io.tidemark.tests.app.Settings;
import io.tidemark.tests.app.Topics;
import io.tidemark.tests.broker.BrokerVerb;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.Folders;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Repository;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The demo: a generated day through all three modes, with a driver killed on the way. Everything it
 * shows is done by the same verbs and drivers that a warehouse would use.
 */
final class Demo {
  private static final int PARTITIONS = 4;
  private static final int MICRO_BATCHES_BEFORE_THE_KILL = 6;
  private static final int STEPS = 7;

  /** The day to make. */
  record Day(LocalDate day, long seed, long events) {}

  private final Day day;
  private final String environmentName;
  private final PrintWriter out;
  private final Declarations declarations;
  private final Environment environment;
  private final LocalBroker broker;
  private final Path home;
  private final ReadingApp app;
  private int step;

  Demo(Day day, String environmentName, PrintWriter out) {
    this.day = day;
    this.environmentName = environmentName;
    this.out = out;
    this.declarations = Declarations.read(Repository.conf(), environmentName, Map.of());
    this.environment = declarations.environment();
    this.home = environment.checkpoints().getParent();
    this.broker = BrokerVerb.of(environment.kafka());
    this.app =
        new ReadingApp(Settings.usual(day.day(), environment.timeZone(), day.seed(), day.events()));
  }

  /** Runs it; false when a check of its own did not hold. */
  boolean run() {
    begin("An empty lakehouse and a broker");
    broker.stop();
    Folders.empty(home);
    broker.start();
    LocalLakehouse house = LocalLakehouse.open(Repository.conf(), environmentName);
    createTopics(house);
    house.createTables();
    say("broker %s, tables in %s", broker.bootstrapServers(), environment.catalog().warehouse());

    begin("Stream the first half of " + day.day() + ", then kill -9 the driver");
    produce(day.events() / 2);
    streamUntilKilled();

    begin("Start it again with the second half of the day");
    produce(Long.MAX_VALUE);
    streamUntilRead(house);

    begin("Seal the day: its cut is fixed");
    verb("seal", "--day", day.day().toString());

    begin("Recompute the day as a batch, from ODS as of the cut");
    verb("run", "all", "--mode", "batch", "--day", day.day().toString());

    begin("Compare the two answers at the cut");
    int verdict = verb("reconcile", "--day", day.day().toString());

    begin("What there is now");
    boolean balanced = new DemoSummary(house, day.day(), environmentName, out).print(app.ledger());
    broker.stop();
    return balanced && verdict == ExitCodes.OK;
  }

  private void createTopics(LocalLakehouse house) {
    try (Topics topics = new Topics(broker.bootstrapServers())) {
      for (IngestSpec job : house.ingests()) {
        topics.create(job.topic(), PARTITIONS);
      }
    }
  }

  private void produce(long atMost) {
    Iterator<Message> some =
        new Iterator<>() {
          private long left = atMost;

          @Override
          public boolean hasNext() {
            return left > 0 && app.hasNext();
          }

          @Override
          public Message next() {
            left--;
            return app.next();
          }
        };
    try {
      say("%,d messages sent", Produce.all(broker.bootstrapServers(), some));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot produce to " + broker.bootstrapServers(), e);
    }
  }

  private void streamUntilKilled() {
    AtomicInteger microBatches = new AtomicInteger();
    Driver driver = startStreams(microBatches);
    Waiting.until(
        "the streams work",
        () -> microBatches.get() >= MICRO_BATCHES_BEFORE_THE_KILL || !driver.isAlive());
    checkAlive(driver);
    driver.kill();
    say("killed after %d micro-batches; what they committed stays", microBatches.get());
  }

  private void streamUntilRead(LocalLakehouse house) {
    AtomicInteger microBatches = new AtomicInteger();
    Driver driver = startStreams(microBatches);
    long sent = app.ledger().messages();
    Waiting.until(
        "everything is read",
        () -> !driver.isAlive() || (house.messagesRead() >= sent && house.backlog() == 0));
    checkAlive(driver);
    driver.stop();
    say(
        "%,d messages read, nothing left to read, streams stopped after %d more micro-batches",
        sent, microBatches.get());
  }

  private Driver startStreams(AtomicInteger microBatches) {
    List<String> arguments = new ArrayList<>(List.of("run"));
    DemoSummary.shown(declarations.jobs()).forEach(job -> arguments.add(job.name()));
    arguments.addAll(List.of("--mode", "stream", "--env", environmentName));
    arguments.addAll(List.of("--conf", Repository.conf().toString()));
    return Driver.start(
        arguments,
        home.resolve("streams.log"),
        line -> {
          if (line.contains(" micro-batch ")) {
            microBatches.incrementAndGet();
            say("%s", line);
          }
        });
  }

  private void checkAlive(Driver driver) {
    if (!driver.isAlive()) {
      throw new IllegalStateException(
          "the streams ended by themselves; " + home.resolve("streams.log") + " says why");
    }
  }

  private int verb(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--env", environmentName, "--conf", Repository.conf().toString()));
    int code = Tidemark.commandLine().execute(all.toArray(String[]::new));
    if (code != ExitCodes.OK && code != ExitCodes.OUTSIDE_TOLERANCE) {
      throw new IllegalStateException("tidemark " + String.join(" ", all) + " ended with " + code);
    }
    return code;
  }

  private void begin(String what) {
    step++;
    out.printf("%n[%d/%d] %s%n", step, STEPS, what);
    out.flush();
  }

  private void say(String format, Object... values) {
    out.printf("      " + format + "%n", values);
    out.flush();
  }
}
