package io.tidemark.tests.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.CatalogSettings;
import io.tidemark.catalog.Environment;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.cli.EmbeddedBroker;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Tidemark;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.tests.app.Message;
import io.tidemark.tests.app.OrderChanges;
import io.tidemark.tests.app.Produce;
import io.tidemark.tests.app.ReadingApp;
import io.tidemark.tests.app.Settings;
import io.tidemark.tests.broker.EmbeddedLocalBroker;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.Folders;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Repository;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * The demo: a generated day through all three modes, with a driver killed on the way. Everything it
 * shows is done by the same verbs and drivers that a warehouse would use.
 */
final class Demo {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PARTITIONS = 4;
  private static final int MICRO_BATCHES_BEFORE_THE_KILL = 6;
  private static final int STEPS = 11;
  private static final int ORDER_CHANGES = 4_000;

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
  private final OrderChanges orders;
  private final long began = System.nanoTime();
  private int step;

  Demo(Day day, String environmentName, PrintWriter out) {
    this.day = day;
    this.environmentName = environmentName;
    this.out = out;
    this.declarations = Declarations.read(Repository.conf(), environmentName, Map.of());
    this.environment = declarations.environment();
    this.home = home(Repository.root(), environment);
    this.broker = EmbeddedLocalBroker.of(environment.kafka());
    this.app =
        new ReadingApp(Settings.usual(day.day(), environment.timeZone(), day.seed(), day.events()));
    this.orders = new OrderChanges(DemoSummary.CHANGE_TOPIC, day.seed(), ORDER_CHANGES);
  }

  /**
   * The folder that the demo empties, always its own.
   *
   * @throws ConfigurationException when the environment keeps something elsewhere: that would not
   *     begin empty, and might be somebody's
   */
  static Path home(Path root, Environment environment) {
    Path home = root.resolve(".tidemark/demo");
    Map<String, Path> kept = new LinkedHashMap<>();
    boolean embedded = environment.catalog().type() == CatalogSettings.Type.EMBEDDED;
    kept.put("catalog.warehouse", embedded ? Path.of(environment.catalog().warehouse()) : null);
    kept.put("checkpoints", environment.checkpoints());
    kept.put("kafka.data", environment.kafka().data());
    List<Problem> problems = new ArrayList<>();
    kept.forEach(
        (key, path) -> {
          if (path == null || !path.startsWith(home) || path.equals(home)) {
            problems.add(
                new Problem(
                    "conf/env/" + environment.name() + ".yml",
                    key,
                    path == null ? "" : path.toString(),
                    "is not below .tidemark/demo, the one folder that the demo empties; write"
                        + " .tidemark/demo/"
                        + key.substring(key.indexOf('.') + 1)));
          }
        });
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return home;
  }

  /** Runs it; false when a check of its own did not hold. */
  boolean run() {
    begin("An empty lakehouse and a broker");
    broker.stop();
    Folders.empty(home);
    try (EmbeddedBroker.Use use = broker.use()) {
      return runOnBroker();
    } finally {
      broker.stop();
    }
  }

  /** The broker runs; an interrupted demo leaves none behind. */
  private boolean runOnBroker() {
    LocalLakehouse house = LocalLakehouse.open(Repository.conf(), environmentName);
    house.createTopics(PARTITIONS);
    house.createTables();
    say("broker %s, tables in %s", broker.bootstrapServers(), environment.catalog().warehouse());

    begin("Stream the first half of " + day.day() + ", then kill -9 the driver");
    produce(day.events() / 2, ORDER_CHANGES / 2);
    streamUntilKilled();

    begin("Start it again with the second half of the day");
    produce(Long.MAX_VALUE, ORDER_CHANGES);
    streamUntilRead(house);

    begin("Seal the day: its cut is fixed");
    // The day is over as soon as it is generated, whatever the calendar says.
    verb(List.of("seal", "--day", day.day().toString(), "--force"));

    begin("Recompute the day as a batch, from ODS as of the cut");
    List<String> behindOds = names(job -> !(job instanceof IngestSpec));
    List<String> batch = new ArrayList<>(List.of("run"));
    batch.addAll(behindOds);
    batch.addAll(List.of("--mode", "batch", "--day", day.day().toString()));
    verb(batch);

    List<String> compared =
        onDay(job -> !(job instanceof IngestSpec) && !(job instanceof MirrorSpec), "--job");
    begin("Compare the two answers at the cut, and explain what differs");
    int verdict = verb(concat("reconcile", compared));

    begin("Publish the batch's day on main, and hold the topics against ODS");
    verdict = Math.max(verdict, verb(concat("publish", compared)));
    verdict = Math.max(verdict, verb(concat("check", onDay(IngestSpec.class::isInstance, ""))));

    begin("Tag the readers by what they read, and add up their history by the tags");
    for (List<String> command : DemoTags.verbs(day.day())) {
      verdict = Math.max(verdict, verb(command));
    }
    for (List<String> question : DemoTags.questions(day.day())) {
      say("%n%s", String.join(" ", question));
      verdict = Math.max(verdict, verb(question));
    }

    begin("Compact what the streams left behind");
    verb(List.of("compact"));

    begin("The day's report");
    verb(List.of("report", "--day", day.day().toString()));

    begin("What there is now");
    boolean balanced =
        new DemoSummary(house, day.day(), environmentName, out).print(app.ledger(), orders);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    say("%nThe demo took %d min %d s.", took.toMinutes(), took.toSecondsPart());
    return balanced && verdict == ExitCodes.OK;
  }

  private void produce(long messages, long changes) {
    try {
      say("%,d messages sent", Produce.all(broker.bootstrapServers(), some(app, messages)));
      say(
          "%,d changes of the shop's orders sent",
          Produce.all(broker.bootstrapServers(), some(orders, changes)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot produce to " + broker.bootstrapServers(), e);
    }
  }

  private static Iterator<Message> some(Iterator<Message> all, long atMost) {
    return new Iterator<>() {
      private long left = atMost;

      @Override
      public boolean hasNext() {
        return left > 0 && all.hasNext();
      }

      @Override
      public Message next() {
        left--;
        return all.next();
      }
    };
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
    long sent = app.ledger().messages() + orders.messages();
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
    List<String> arguments = new ArrayList<>(List.of("stream"));
    arguments.addAll(names(job -> true));
    arguments.addAll(List.of("--env", environmentName));
    arguments.addAll(List.of("--conf", Repository.conf().toString()));
    return Driver.start(
        arguments,
        home.resolve("streams.log"),
        line -> {
          // The log line of a micro-batch is an object.
          if (line.startsWith("{")) {
            microBatches.incrementAndGet();
            say("%s", shown(line));
          }
        });
  }

  private static String shown(String microBatch) {
    try {
      JsonNode line = JSON.readTree(microBatch);
      return "%-32s micro-batch %d: read %,d, wrote %,d"
          .formatted(
              line.get("job").asText(),
              line.get("batch").asLong(),
              line.get("read").asLong(),
              line.get("written").asLong());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the log line of a micro-batch is no JSON", e);
    }
  }

  private void checkAlive(Driver driver) {
    if (!driver.isAlive()) {
      throw new IllegalStateException(
          "the streams ended by themselves; " + home.resolve("streams.log") + " says why");
    }
  }

  private static List<String> concat(String verb, List<String> arguments) {
    List<String> all = new ArrayList<>(List.of(verb));
    all.addAll(arguments);
    return all;
  }

  /** The day, and the jobs of the demo, each behind an option; bare where that is empty. */
  private List<String> onDay(Predicate<JobSpec> filter, String option) {
    List<String> arguments = new ArrayList<>(List.of("--day", day.day().toString()));
    for (String name : names(filter)) {
      if (!option.isEmpty()) {
        arguments.add(option);
      }
      arguments.add(name);
    }
    return arguments;
  }

  /** The jobs of the reading app and the shop; the configuration declares others too. */
  private List<String> names(Predicate<JobSpec> filter) {
    return DemoSummary.shown(declarations.jobs()).stream()
        .filter(filter)
        .map(JobSpec::name)
        .toList();
  }

  private int verb(List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
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
    out.printf(format + "%n", values);
    out.flush();
  }
}
