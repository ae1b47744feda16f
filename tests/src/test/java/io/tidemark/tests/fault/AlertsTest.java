package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tidemark.jobs.alert.AlertEvaluator;
import io.tidemark.jobs.alert.AlertWindow;
import io.tidemark.jobs.alert.Finding;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Tidemark;
import io.tidemark.jobs.run.AlertQuery;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.AlertSpec;
import io.tidemark.jobs.spec.AlertedMetric;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.SparkJvm;
import io.tidemark.tests.lakehouse.TestMessages;
import io.tidemark.tests.lakehouse.TestMessages.Timed;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Alerts over real tables, each check as a process of its own would make it. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@AnyZone
class AlertsTest {
  private static final Instant NOON =
      FaultProject.FIRST_DAY.atTime(12, 0).atZone(FaultProject.ZONE).toInstant();
  private static final Instant WEEK_BEFORE =
      FaultProject.FIRST_DAY.minusDays(7).atTime(12, 0).atZone(FaultProject.ZONE).toInstant();

  @TempDir private Path folder;
  private final List<JsonNode> told = new CopyOnWriteArrayList<>();
  private volatile Runnable whileTold = () -> {};
  private volatile int status = 204;
  private HttpServer hook;
  private FaultProject project;
  private LocalLakehouse house;
  private int sent;

  @BeforeEach
  void open() throws IOException {
    hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hook.createContext(
        "/",
        exchange -> {
          JsonNode message = new ObjectMapper().readTree(exchange.getRequestBody());
          whileTold.run();
          if (status / 100 == 2) {
            told.add(message);
          }
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    hook.setExecutor(Executors.newCachedThreadPool());
    hook.start();
    project = new FaultProject(folder, SharedBroker.get(), "click");
    project.addToEnvironment(
        """
        alerts:
          receivers:
            hook: { webhook: "http://127.0.0.1:%d/", timeout: 1 minute }
        """
            .formatted(hook.getAddress().getPort()));
  }

  @AfterEach
  void close() {
    hook.stop(0);
  }

  /** The aggregate by the minute, with its alerts. */
  private void declare(String window, String alerts) {
    project.job(
        "dws_click_" + (window.equals("running day") ? "all_tmin" : "1min"),
        """
        input: dwd.click
        dimensions: [channel]
        window: %s
        lateness: unlimited
        metrics:
          pv: { count: "*" }
          seconds: { sum: seconds }
          users: { distinct: user_id }
          at: { max: seconds }
        output: dws.click_%s
        reconcile: { tolerance: 0%% }
        alerts:
        %s
        """
            .formatted(
                window, window.equals("running day") ? "all_tmin" : "1min", alerts.indent(2)));
    house = project.open(FaultProject.LOCAL);
  }

  /** What the alerts look at: no totals of the day. */
  private void catchUp() {
    house.catchUp(
        house.jobs().jobs().stream().filter(job -> !job.name().equals("dws_click_tmin")).toList());
  }

  @Test
  void anIncidentIsToldOnceOverChecksLateEventsAndReruns() {
    declare(
        "1 minute",
        """
        few: { metric: pv, below: 3, to: [hook] }
        fall: { metric: pv, change: { falls-by: 50% }, to: [hook] }
        """);
    assertThat(check(NOON).code()).as("nothing has ever run").isEqualTo(ExitCodes.OK);
    send(WEEK_BEFORE, 10, "c");
    send(NOON, 2, "c");
    catchUp();

    assertThat(check(NOON.plusSeconds(119)).code())
        .as("at 11:59 nothing came, and last week neither")
        .isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(events()).containsExactly("opened few 0.0");

    Answer begun = check(NOON.plusSeconds(120));
    assertThat(begun.code()).as(begun.out()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(begun.out())
        .contains("told webhook:hook: dws_click_1min.fall has begun")
        .contains("✗ dws_click_1min.fall since ");
    assertThat(events()).endsWith("opened fall 2.0").hasSize(2);
    assertThat(told.get(1).at("/incidents/0/expected").asDouble()).isEqualTo(10.0);
    assertThat(told.get(1).at("/incidents/0/window").asText()).isEqualTo(NOON.toString());

    assertThat(check(NOON.plusSeconds(120)).code()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(check(NOON.plusSeconds(125)).code()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(events()).as("checked again").hasSize(2);

    send(NOON, 8, "d");
    catchUp();
    Answer corrected = check(NOON.plusSeconds(150));
    assertThat(corrected.code()).as(corrected.out()).isEqualTo(ExitCodes.OK);
    assertThat(events()).hasSize(4).contains("resolved few 0.0", "resolved fall 2.0");

    Answer empty = check(NOON.plusSeconds(180));
    assertThat(empty.code()).as(empty.out()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(events())
        .as("nothing came at 12:01; a week before neither, so that is no fall")
        .hasSize(5)
        .endsWith("opened few 0.0");

    check(NOON.plusSeconds(120));
    check(NOON.plusSeconds(150));
    assertThat(events()).as("checks of moments that are over").hasSize(5);
    assertThat(run("alerts").out())
        .containsPattern("dws_click_1min.few +hook +1 +pv below 3")
        .contains("✗ dws_click_1min.few since ");
  }

  @Test
  void whatIsNotReadYetMakesNoAlarmButThatItIsOld() {
    declare(
        "1 minute",
        """
        few: { metric: pv, below: 3, to: [hook] }
        stale: { freshness: declared, to: [hook] }
        """);
    Answer never = check(NOON.minusSeconds(360));
    assertThat(never.code()).as(never.out()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(never.out())
        .contains("✗ dws_click_1min.stale since ")
        .contains("dws_click_1min has not committed anything yet (never ran)");
    assertThat(events()).as("it may be about to begin").isEmpty();
    check(NOON.minusSeconds(60));
    assertThat(events()).containsExactly("opened stale 0.0");
    assertThat(told.get(0).at("/incidents/0/kind").asText()).isEqualTo("unknown");
    told.clear();

    send(NOON.minusSeconds(120), 5, "c");
    send(NOON.minusSeconds(60), 5, "c");
    catchUp();
    Answer begun = check(NOON.plusSeconds(60));
    assertThat(begun.code()).as(begun.out()).isEqualTo(ExitCodes.OK);
    assertThat(events()).as("it runs").containsExactly("resolved stale 0.0");
    told.clear();

    send(NOON, 1, "c");
    assertThat(check(NOON.plusSeconds(300)).code())
        .as("the last window that is known is the one before")
        .isEqualTo(ExitCodes.OK);
    assertThat(check(NOON.plusSeconds(301)).code()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(events()).containsExactly("opened stale 301.0");

    catchUp();
    assertThat(check(NOON.plusSeconds(302)).code()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(events()).hasSize(3).contains("resolved stale 301.0", "opened few 0.0");
  }

  @Test
  void brokersThatDoNotAnswerAreToldOnceTheyHaveNotForAsLongAsRowsMayTake() {
    declare(
        "1 minute",
        """
        few: { metric: pv, below: 3, to: [hook] }
        stale: { freshness: 2 minutes, to: [hook] }
        """);
    send(NOON, 5, "c");
    catchUp();
    assertThat(check(NOON.plusSeconds(120)).code()).isEqualTo(ExitCodes.OK);

    Answer down = checkWithoutBrokers(NOON.plusSeconds(130));
    assertThat(down.code()).as(down.out()).isEqualTo(ExitCodes.FAILURE);
    assertThat(down.out())
        .contains("! alert dws_click_1min.stale was not looked at: nobody knows how fresh")
        .contains("✗ dws_click_1min.stale since ");
    assertThat(events()).isEmpty();
    Answer lasting = checkWithoutBrokers(NOON.plusSeconds(250));
    assertThat(lasting.code()).as(lasting.out()).isEqualTo(ExitCodes.FAILURE);
    assertThat(events()).as("few may be unknown for 5 minutes").containsExactly("opened stale 0.0");
    assertThat(told.get(0).at("/incidents/0/condition").asText())
        .startsWith("cannot be looked at (less fresh than 2 minutes): nobody knows how fresh")
        .contains("127.0.0.1:1");
    checkWithoutBrokers(NOON.plusSeconds(260));
    assertThat(events()).as("still down").hasSize(1);

    check(NOON.plusSeconds(270));
    check(NOON.plusSeconds(280));
    assertThat(events())
        .startsWith("opened stale 0.0")
        .containsExactlyInAnyOrder("opened stale 0.0", "resolved stale 0.0", "opened few 0.0");
  }

  private Answer checkWithoutBrokers(Instant at) {
    return run(
        "alerts", "check", "--at", at.toString(), "--set", "kafka.bootstrap-servers=127.0.0.1:1");
  }

  @Test
  void twoChecksAtOnceTellOnceAndOneThatIsNotTakenIsToldByTheNext() {
    declare("1 minute", "few: { metric: pv, below: 3, to: [hook] }");
    send(NOON, 1, "c");
    catchUp();
    status = 400;
    Answer refused = check(NOON.plusSeconds(120));
    assertThat(refused.code()).as(refused.out()).isEqualTo(ExitCodes.FAILURE);
    assertThat(refused.out()).contains("! webhook:hook was not told of dws_click_1min.few");
    status = 204;

    CountDownLatch telling = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    whileTold =
        () -> {
          telling.countDown();
          await(ended);
        };
    CompletableFuture<Answer> first =
        CompletableFuture.supplyAsync(() -> check(NOON.plusSeconds(130)));
    await(telling);
    Answer second = check(NOON.plusSeconds(131));
    ended.countDown();

    assertThat(second.code()).as(second.out()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(first.join().out()).contains("told webhook:hook: dws_click_1min.few has begun");
    assertThat(events()).containsExactly("opened few 1.0");
  }

  @Test
  void aDriverLooksByItselfAndALaterCheckTellsNothingAgain() throws Exception {
    String few = "few: { metric: pv, below: 3, to: [hook] }\n";
    declare("1 minute", few);
    send(NOON, 5, "c");
    Process driver = startDriver("driver.log");
    try {
      Awaitility.await()
          .atMost(Duration.ofMinutes(4))
          .until(() -> !driver.isAlive() || !told.isEmpty());
    } finally {
      driver.destroy();
      assertThat(driver.waitFor(2, TimeUnit.MINUTES)).isTrue();
    }
    assertThat(driver.exitValue()).as(() -> log("driver.log")).isEqualTo(143);
    assertThat(events())
        .as(() -> "nothing comes today; the driver said " + log("driver.log"))
        .containsExactly("opened few 0.0");

    declare("1 minute", few + "none: { metric: pv, below: 1, to: [hook] }\n");
    assertThat(run("alerts", "check").code()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(events()).containsExactly("opened few 0.0", "opened none 0.0");
  }

  private String log(String name) {
    try {
      return Files.readString(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process startDriver(String log) throws IOException {
    List<String> command =
        SparkJvm.command(
            "io.tidemark.jobs.cli.Tidemark",
            List.of("-Xmx1g", "-Duser.timezone=" + FaultProject.ZONE.getId()));
    command.addAll(
        List.of("stream", "--conf", project.conf().toString(), "--set", "alerts.every=1 second"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(log).toFile())
        .start();
  }

  @Test
  void valuesAreThoseOfTheNamedKeysOrOfAllTogether() {
    declare(
        "1 minute",
        """
        all: { metric: pv, above: 1, to: [hook] }
        longest: { metric: at, above: 1, to: [hook] }
        each: { metric: users, above: 1, only: { channel: [c, d, e] }, to: [hook] }
        """);
    declare(
        "running day",
        """
        all: { metric: pv, above: 1, for: 3, to: [hook] }
        each: { metric: users, above: 1, only: { channel: [c, d] }, to: [hook] }
        """);
    send(NOON, 4, "c");
    send(NOON, 3, "d");
    send(NOON.plusSeconds(60), 2, "c");
    catchUp();

    Instant known = NOON.plusSeconds(240);
    assertThat(values("dws_click_1min", "all", NOON.plusSeconds(120))).containsExactly("{} 7.0");
    assertThat(values("dws_click_1min", "all", NOON.plusSeconds(180))).containsExactly("{} 2.0");
    assertThat(values("dws_click_1min", "longest", NOON.plusSeconds(120)))
        .containsExactly("{} 1.0");
    assertThat(values("dws_click_1min", "each", NOON.plusSeconds(120)))
        .as("one user")
        .containsExactly("{channel=c} 1.0", "{channel=d} 1.0", "{channel=e} 0.0");
    assertThat(values("dws_click_all_tmin", "all", NOON.plusSeconds(120)))
        .containsExactly("{} 7.0");
    assertThat(values("dws_click_all_tmin", "all", known))
        .as("a minute in which nothing came has the total of the one before")
        .containsExactly("{} 9.0");
    assertThat(values("dws_click_all_tmin", "each", known))
        .containsExactly("{channel=c} 1.0", "{channel=d} 1.0");
    assertThat(values("dws_click_all_tmin", "all", NOON.plus(Duration.ofDays(1))))
        .as("of another day")
        .containsExactly("{} 0.0");
  }

  private List<String> values(String job, String alert, Instant known) {
    AlertSpec spec =
        house.jobs().alerts().stream()
            .filter(each -> each.fullName().equals(job + "." + alert))
            .findFirst()
            .orElseThrow();
    AlertedMetric metric =
        new AlertedMetric(
            (AggregateSpec) house.jobs().job(job), spec.condition().metric().orElseThrow());
    AlertEvaluator evaluator = new AlertEvaluator(spec, FaultProject.ZONE);
    List<AlertWindow> windows = evaluator.windows(metric.job().window(), known);
    List<Finding> findings =
        evaluator.look(
            metric,
            windows,
            new AlertQuery(house.lake(), house.tables())
                .values(spec, metric, evaluator.needed(windows)));
    return findings.stream().map(finding -> finding.key() + " " + finding.value()).toList();
  }

  /** What was told, in order. */
  private List<String> events() {
    List<String> events = new ArrayList<>();
    for (JsonNode message : told) {
      message
          .get("incidents")
          .forEach(
              incident ->
                  events.add(
                      "%s %s %s"
                          .formatted(
                              incident.get("event").asText(),
                              incident.get("alert").asText(),
                              incident.get("value").asDouble())));
    }
    return events;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Events within a minute, of one user. */
  private void send(Instant minute, int events, String channel) {
    List<Timed> messages =
        IntStream.range(0, events)
            .mapToObj(
                i -> {
                  long time = minute.plusSeconds(i).toEpochMilli();
                  return new Timed(
                      "{\"event_id\": \"e%d\", \"user_id\": \"u\", \"channel\": \"%s\", \"seconds\": 1, \"event_time\": %d}"
                          .formatted(sent++, channel, time),
                      time);
                })
            .toList();
    TestMessages.send(SharedBroker.get(), project.topic("click"), messages);
  }

  private record Answer(int code, String out) {}

  private Answer check(Instant at) {
    return run("alerts", "check", "--at", at.toString());
  }

  private Answer run(String... arguments) {
    StringWriter out = new StringWriter();
    CommandLine line = Tidemark.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(out, true));
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--conf";
    all[arguments.length + 1] = project.conf().toString();
    return new Answer(line.execute(all), out.toString());
  }
}
