package io.tidemark.tests.submit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.tests.broker.JavaArguments;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.Repository;
import io.tidemark.tests.lakehouse.TestMessages;
import io.tidemark.tests.lakehouse.TestMessages.Timed;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A verb through spark-submit, from the application jar and Spark's own jars alone: a driver and an
 * executor in JVMs of their own, each of which has to find the Kafka connector, the Iceberg runtime
 * and SQLite's driver in that jar.
 */
@AnyZone
class SparkSubmitTest {
  private static final long LIMIT_MINUTES = 4;

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
  void theApplicationJarHoldsAllThatSparkDoesNot() throws Exception {
    long received = 1_700_000_000_000L;
    TestMessages.send(
        broker,
        "commit_event",
        Stream.of(
                "{\"event_id\":\"a\",\"user_id\":\"u1\",\"section\":\"core\",\"event_time\":1700000000000}",
                "{\"event_id\":\"b\",\"user_id\":\"u2\",\"section\":\"core\",\"event_time\":1700000000000}",
                "{\"event_id\":\"c\",\"user_id\":\"u2\",\"section\":\"core\",\"event_time\":1700000000000}",
                "no JSON")
            .map(message -> new Timed(message, received))
            .toList());

    submit("run", "ods_commit_event", "dws_commit_section_1d", "--mode", "catchup");

    Lakehouse lake =
        Lakehouse.open(Declarations.read(Repository.conf(), "local", settings()).environment());
    Row row =
        lake.spark()
            .sql("SELECT section, pv, uv FROM dws.commit_section_1d_v")
            .collectAsList()
            .get(0);
    assertThat(row.mkString(",")).isEqualTo("core,3,2");
    assertThat(lake.spark().table("ods.commit_event_dead_letter").count()).isEqualTo(1);
  }

  private Map<String, String> settings() {
    return new TreeMap<>(
        Map.of(
            "time-zone", ZoneId.systemDefault().getId(),
            "catalog.warehouse", folder.resolve("warehouse").toString(),
            "checkpoints", folder.resolve("checkpoints").toString(),
            "kafka.bootstrap-servers", broker.bootstrapServers()));
  }

  private void submit(String... verb) throws IOException, InterruptedException {
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
    command.addAll(List.of("--class", "io.tidemark.jobs.cli.Tidemark", jar.toString()));
    command.addAll(List.of(verb));
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
    assertThat(process.exitValue()).as(() -> tail(output)).isZero();
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
