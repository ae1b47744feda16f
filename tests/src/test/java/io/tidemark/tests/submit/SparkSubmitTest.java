package io.tidemark.tests.submit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.tags.build.HistoryBuild;
import io.tidemark.tags.plan.BuildPlan.Mode;
import io.tidemark.tags.plan.BuildPlan.Request;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tests.broker.JavaArguments;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.Repository;
import io.tidemark.tests.lakehouse.TestMessages;
import io.tidemark.tests.lakehouse.TestMessages.Timed;
import io.tidemark.tests.tags.PublishedDays;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The verbs of a day through spark-submit, from the application jar and Spark's own jars alone: a
 * driver and an executor in JVMs of their own, each of which has to find the Kafka connector, the
 * Iceberg runtime and SQLite's driver in that jar. What the driver gives the executor to do, in
 * closures, broadcasts and rows, has to get there.
 */
@AnyZone
class SparkSubmitTest {
  private static final long LIMIT_MINUTES = 4;
  private static final long RECEIVED = 1_700_000_000_000L;
  private static final LocalDate DAY =
      LocalDate.ofInstant(Instant.ofEpochMilli(RECEIVED), ZoneId.systemDefault());

  /** One that is explained row by row, and one that is by keys. */
  private static final String COMPARED = "dwd_order_event dws_commit_section_1d";

  /** It is for Tidemark to say which it is: its rows are not of classes that Kryo knows. */
  private static final List<String> OTHER_SERIALIZER =
      List.of("--conf", "spark.serializer=org.apache.spark.serializer.KryoSerializer");

  @TempDir private static Path folder;
  private LocalBroker broker;

  @BeforeEach
  void startBroker() {
    broker = LocalBroker.start(folder.resolve("kafka"), LocalBroker.freePort());
  }

  @AfterEach
  void stopBroker() {
    broker.stop();
  }

  @Test
  void aDayIsReadComputedAndCompared() throws Exception {
    sendEvents();
    submit(
        ExitCodes.OK,
        List.of(),
        words("run ods_commit_event ods_order_event " + COMPARED + " --mode catchup"));

    Lakehouse lake =
        Lakehouse.open(Declarations.read(Repository.conf(), "local", settings()).environment());
    assertThat(rows(lake, "SELECT section, pv, uv FROM dws.commit_section_1d_v"))
        .containsExactly("core,3,2");
    assertThat(rows(lake, "SELECT count(*), sum(amount) FROM dwd.order_event"))
        .containsExactly("3,6.00");
    assertThat(rows(lake, "SELECT count(*) FROM ods.commit_event_dead_letter"))
        .containsExactly("1");

    // A seal is a commit of the driver's alone.
    for (String ods : List.of("ods.commit_event", "ods.order_event")) {
      Seals.seal(lake.load(TableName.parse(ods)), new Range(DAY, DAY));
    }
    submit(ExitCodes.OK, OTHER_SERIALIZER, words("run " + COMPARED + " --mode batch --day " + DAY));
    assertThat(
            rows(
                lake,
                "SELECT order_id, amount FROM dwd.order_event.branch_offline ORDER BY order_id"))
        .containsExactly("o1,1.00", "o2,2.00", "o3,3.00");

    change(lake);
    submit(
        ExitCodes.OUTSIDE_TOLERANCE,
        OTHER_SERIALIZER,
        words("reconcile --day " + DAY + " --job " + COMPARED.replace(" ", " --job ")));
    assertExplained(lake);

    build(lake);
    // More tasks than an executor runs at once: what they share comes to it once.
    submit(
        ExitCodes.OK,
        List.of("--conf", "spark.default.parallelism=8"),
        words("tags recompute --dimension-set level --day " + DAY));
    assertThat(rows(lake, "SELECT way, user_days FROM ops.tag_run"))
        .as("what every task of an executor has added up")
        .isEqualTo(rows(lake, "SELECT 'blocks', sum(user_days) FROM ops.tag_day"))
        .containsExactly("blocks,200");
  }

  /** A history of users in many buckets, of one day, and their tags. */
  private static void build(Lakehouse lake) {
    HistorySpec history =
        Declarations.read(Repository.conf(), "local", Map.of()).of(HistorySpec.class).get(0);
    String columns = "user_id STRING, pv BIGINT, read_seconds BIGINT, ad_revenue DECIMAL(18,6)";
    new PublishedDays(lake, history.inputs().keySet().iterator().next(), columns)
        .publish(
            DAY,
            lake.spark()
                .sql(
                    "SELECT DATE'%s' AS dt, concat('u', id) AS user_id, id AS pv, id AS read_seconds, CAST(1 AS DECIMAL(18,6)) AS ad_revenue FROM range(200)"
                        .formatted(DAY)));
    new HistoryBuild(lake, history, line -> {})
        .run(new Request(Mode.DAY, DAY, OptionalInt.empty()));
    lake.spark().sql("CREATE NAMESPACE IF NOT EXISTS dim");
    lake.spark()
        .sql(
            "CREATE TABLE %s USING iceberg AS SELECT 'u1' AS user_id, 'video' AS favourite, 3 AS level, array('video') AS channels"
                .formatted(lake.identifier(history.tags().table())));
  }

  private void sendEvents() {
    send(
        "commit_event",
        Stream.concat(
            Stream.of("a,u1", "b,u2", "c,u2")
                .map(event -> event.split(","))
                .map(
                    event ->
                        "{\"event_id\":\"%s\",\"user_id\":\"%s\",\"section\":\"core\",\"event_time\":%d}"
                            .formatted(event[0], event[1], RECEIVED)),
            Stream.of("no JSON")));
    send(
        "order_event",
        Stream.of("o1,u1,1", "o2,u1,2", "o3,u2,3")
            .map(order -> order.split(","))
            .map(
                order ->
                    "{\"order_id\":\"%s\",\"user_id\":\"%s\",\"channel\":\"app\",\"amount\":%s,\"event_time\":%d}"
                        .formatted(order[0], order[1], order[2], RECEIVED)));
  }

  private void send(String topic, Stream<String> messages) {
    TestMessages.send(
        broker, topic, messages.map(message -> new Timed(message, RECEIVED)).toList());
  }

  /** Behind the back of Tidemark, on each side and in both kinds of table. */
  private static void change(Lakehouse lake) {
    lake.spark().sql("DELETE FROM dwd.order_event WHERE order_id = 'o1'");
    lake.spark()
        .sql("UPDATE dwd.order_event.branch_offline SET amount = amount + 1 WHERE order_id = 'o2'");
    lake.spark().sql("DELETE FROM dws.commit_section_1d WHERE section = 'core'");
  }

  private static void assertExplained(Lakehouse lake) {
    assertThat(
            rows(
                lake,
                "SELECT job, within, differing_keys, unexplained_keys FROM ops.reconciliation_run WHERE dt = DATE'%s' ORDER BY job"
                    .formatted(DAY)))
        .containsExactly("dwd_order_event,false,2,0", "dws_commit_section_1d,false,1,0");
    assertThat(
            rows(
                lake,
                "SELECT job, metric, cause, keys, part FROM ops.reconciliation_cause WHERE metric IN ('rows', 'pv') AND dt = DATE'%s' ORDER BY job"
                    .formatted(DAY)))
        .containsExactly("dwd_order_event,rows,lost,1,1", "dws_commit_section_1d,pv,lost,1,3");
    assertThat(
            rows(
                lake,
                "SELECT DISTINCT job, regexp_extract(key, 'o[0-9]|core', 0) AS name, array_join(json_object_keys(causes), ' ') FROM ops.reconciliation_key WHERE dt = DATE'%s' ORDER BY job, name"
                    .formatted(DAY)))
        .containsExactly(
            "dwd_order_event,o1,lost",
            "dwd_order_event,o2,altered",
            "dws_commit_section_1d,core,lost");
  }

  private static List<String> words(String verb) {
    return List.of(verb.split(" "));
  }

  private static List<String> rows(Lakehouse lake, String sql) {
    return lake.spark().sql(sql).collectAsList().stream().map(row -> row.mkString(",")).toList();
  }

  private Map<String, String> settings() {
    return new TreeMap<>(
        Map.of(
            "time-zone", ZoneId.systemDefault().getId(),
            "catalog.warehouse", folder.resolve("warehouse").toString(),
            "checkpoints", folder.resolve("checkpoints").toString(),
            "spark.spark.sql.shuffle.partitions", "2",
            "kafka.bootstrap-servers", broker.bootstrapServers()));
  }

  private void submit(int expected, List<String> options, List<String> verb)
      throws IOException, InterruptedException {
    Path jar = built("app/target/tidemark.jar");
    String sparkJars = Files.readString(built("tests/target/spark-classpath.txt")).strip();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(Files.readString(built("tests/target/jvm.options")).strip().split("\\s+")));
    List<String> shortLived = JavaArguments.compilersAndCollector();
    command.addAll(shortLived);
    command.add("-Dlog4j2.configurationFile=jar:" + jar.toUri() + "!/log4j2.properties");
    command.addAll(List.of("-Xmx1g", "-cp", sparkJars, "org.apache.spark.deploy.SparkSubmit"));
    command.addAll(List.of("--master", "local-cluster[1,2,1024]"));
    command.addAll(List.of("--conf", "spark.executor.extraClassPath=" + sparkJars));
    command.addAll(
        List.of("--conf", "spark.executor.extraJavaOptions=" + String.join(" ", shortLived)));
    command.addAll(options);
    command.addAll(List.of("--class", "io.tidemark.jobs.cli.Tidemark", jar.toString()));
    command.addAll(verb);
    command.addAll(List.of("--conf", Repository.conf().toString()));
    settings().forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));

    Path output = folder.resolve("output.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(output.toFile()));
    // An executor is started from a Spark home; its jars are on the class path given above.
    Path home = folder.resolve("spark");
    Files.createDirectories(home.resolve("jars"));
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    try {
      assertThat(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(() -> tail(output)).isEqualTo(expected);
  }

  private static Path built(String name) {
    Path file = Repository.root().resolve(name);
    assertThat(file).as("made by 'mvn verify' or './tidemark build'").exists();
    return file;
  }

  private static String tail(Path output) {
    try (Stream<String> lines = Files.lines(output)) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - 60), all.size()));
    } catch (IOException e) {
      return "no output: " + e.getMessage();
    }
  }
}
