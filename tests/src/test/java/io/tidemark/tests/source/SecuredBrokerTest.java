package io.tidemark.tests.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Tidemark;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.SparkJvm;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Brokers that ask who is there, and such that encrypt. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@AnyZone
class SecuredBrokerTest {
  private static final String PASSWORD = "open-sesame-7421";
  private static final String STORE_PASSWORD = "store-sesame-9182";

  @TempDir static Path home;
  private static LocalBroker broker;
  private static int saslPort;
  private static int tlsPort;

  @TempDir private Path folder;

  @BeforeAll
  static void startBroker() throws Exception {
    saslPort = LocalBroker.freePort();
    tlsPort = LocalBroker.freePort();
    keytool("-genkeypair", "-alias", "broker", "-keyalg", "RSA", "-dname", "CN=localhost");
    broker =
        LocalBroker.at(home.resolve("kafka"), LocalBroker.freePort())
            .with(
                Map.of(
                    "listeners",
                    "SASL_PLAINTEXT://127.0.0.1:%d,SSL://127.0.0.1:%d".formatted(saslPort, tlsPort),
                    "advertised.listeners",
                    "SASL_PLAINTEXT://127.0.0.1:%d,SSL://127.0.0.1:%d".formatted(saslPort, tlsPort),
                    "listener.security.protocol.map",
                    "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL",
                    "sasl.enabled.mechanisms",
                    "PLAIN",
                    "listener.name.sasl_plaintext.plain.sasl.jaas.config",
                    jaas("broker", "unused-1", "user_tidemark=\"" + PASSWORD + "\""),
                    "ssl.keystore.location",
                    store().toString(),
                    "ssl.keystore.password",
                    STORE_PASSWORD))
            .start();
  }

  @AfterAll
  static void stopBroker() {
    broker.stop();
  }

  @Test
  void everyVerbThatNeedsKafkaGetsThroughAPassword() throws Exception {
    SourceProject project =
        project(
            Map.of(
                "security.protocol", "SASL_PLAINTEXT",
                "sasl.mechanism", "PLAIN",
                "sasl.jaas.config", jaas("tidemark", PASSWORD, "")));
    readsATopic(project, saslPort, PASSWORD, true);
  }

  @Test
  void everyVerbThatNeedsKafkaGetsThroughEncryption() throws Exception {
    SourceProject project =
        project(
            Map.of(
                "security.protocol",
                "SSL",
                "ssl.truststore.location",
                store().toString(),
                "ssl.truststore.password",
                STORE_PASSWORD,
                "ssl.endpoint.identification.algorithm",
                ""));
    readsATopic(project, tlsPort, STORE_PASSWORD, false);
  }

  @Test
  void aWrongPasswordIsAFailureThatDoesNotTellIt() {
    SourceProject project =
        project(
            Map.of(
                "security.protocol", "SASL_PLAINTEXT",
                "sasl.mechanism", "PLAIN",
                "sasl.jaas.config", jaas("tidemark", "wrong-4711", "")));
    project.job("event", "event", "");

    VerbAnswer answer =
        project.run("run", "all", "--mode", "catchup", "--stacktrace", "--set", servers(saslPort));

    assertThat(answer.exitCode()).isEqualTo(ExitCodes.FAILURE);
    assertThat(answer.err())
        .contains("does not answer as it should", "Authentication failed")
        .doesNotContain("wrong-4711");
  }

  private void readsATopic(SourceProject project, int port, String secret, boolean inOwnJvm)
      throws Exception {
    String topic = project.topic("event");
    project.job("event", topic, "").with("topics/all.yml", "topics: { \"" + topic + "\": 2 }\n");
    Path messages = folder.resolve("messages.jsonl");
    Files.writeString(
        messages,
        """
        {"event_id":"a","event_time":1768437000000}
        {"event_id":"b","event_time":1768437000000}
        """);
    StringBuilder output = new StringBuilder();
    here(project, port, output, "topics", "apply");
    here(project, port, output, "produce", topic, messages.toString(), "--timestamp", "event_time");
    if (inOwnJvm) {
      inOwnJvm(project, port, output, "run", "all", "--mode", "catchup");
    } else {
      here(project, port, output, "run", "all", "--mode", "catchup");
    }
    here(project, port, output, "offsets", "ods_event");

    assertThat(output).contains("lag 0, lost 0").doesNotContain(secret);
    assertThat(project.ids("event")).containsExactly("a", "b");
  }

  private static void here(SourceProject project, int port, StringBuilder output, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--set", servers(port)));
    VerbAnswer answer = project.run(all.toArray(String[]::new));
    assertThat(answer.exitCode()).as(answer.err()).isEqualTo(ExitCodes.OK);
    output.append(answer.out()).append(answer.err());
  }

  /** To see all that any library writes. */
  private void inOwnJvm(SourceProject project, int port, StringBuilder output, String... words)
      throws IOException, InterruptedException {
    List<String> command = SparkJvm.command(Tidemark.class.getName(), List.of("-Xmx1g"));
    command.addAll(List.of(words));
    command.addAll(List.of("--conf", project.conf().toString(), "--set", servers(port)));
    Path file = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(file.toFile()))
            .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(file);
    assertThat(process.exitValue()).as(text).isZero();
    output.append(text);
  }

  private SourceProject project(Map<String, String> properties) {
    return new SourceProject(folder, broker.bootstrapServers(), properties);
  }

  private static String servers(int port) {
    return "kafka.bootstrap-servers=127.0.0.1:" + port;
  }

  private static String jaas(String user, String password, String more) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\" %s;"
        .formatted(user, password, more);
  }

  private static Path store() {
    return home.resolve("broker.p12");
  }

  private static void keytool(String... what) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(what));
    command.addAll(
        List.of("-keystore", store().toString(), "-storetype", "PKCS12", "-validity", "3650"));
    command.addAll(List.of("-storepass", STORE_PASSWORD));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(home.resolve("keytool.log").toFile()))
            .start();
    assertThat(process.waitFor()).isZero();
  }
}
