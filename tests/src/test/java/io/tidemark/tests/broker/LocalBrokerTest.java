package io.tidemark.tests.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.jobs.cli.EmbeddedBroker;
import io.tidemark.tests.lakehouse.AnyZone;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
@AnyZone
class LocalBrokerTest {
  @TempDir Path data;

  @Test
  void startsOnceAndStops() throws Exception {
    LocalBroker broker = LocalBroker.at(data, LocalBroker.freePort());
    assertThat(broker.isRunning()).isFalse();
    broker.start();
    try {
      String pid = Files.readString(data.resolve("broker.pid")).strip();
      broker.start();
      assertThat(Files.readString(data.resolve("broker.pid")).strip())
          .as("process id after a second start")
          .isEqualTo(pid);
      LocalBroker elsewhere = LocalBroker.at(data, LocalBroker.freePort());
      assertThat(elsewhere.isRunning()).isTrue();
      assertThatThrownBy(elsewhere::start).hasMessageContaining("another port");
      broker.stop();
      assertThat(ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive)).isEmpty();
      assertThat(broker.isRunning()).isFalse();
      broker.stop();
    } finally {
      broker.stop();
    }
  }

  @Test
  void startsAgainOverTheFilesOfABrokerThatWasKilled() throws Exception {
    LocalBroker broker = LocalBroker.start(data, LocalBroker.freePort());
    try {
      ProcessHandle killed = ProcessHandle.of(pid()).orElseThrow();
      killed.destroyForcibly();
      killed.onExit().get(20, TimeUnit.SECONDS);
      assertThat(broker.isRunning()).isFalse();
      broker.start();
      assertThat(pid()).isNotEqualTo(killed.pid());
    } finally {
      broker.stop();
    }
  }

  @Test
  void leavesAStrangerWithItsProcessIdAlone() throws Exception {
    long self = ProcessHandle.current().pid();
    Files.writeString(data.resolve("broker.pid"), self + "\n");
    LocalBroker broker = LocalBroker.at(data, LocalBroker.freePort());
    assertThat(broker.isRunning()).isFalse();
    broker.stop();
    assertThat(data.resolve("broker.pid")).doesNotExist();
  }

  @Test
  void namesAPortThatIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      LocalBroker broker = LocalBroker.at(data, taken.getLocalPort());
      assertThatThrownBy(broker::start)
          .hasMessageContaining("port " + taken.getLocalPort() + " is taken");
    }
  }

  @Test
  void showsTheLogOfABrokerThatDoesNotStart() {
    LocalBroker broker = LocalBroker.at(data, LocalBroker.freePort()).withPartitions(0);
    assertThatThrownBy(broker::start)
        .hasMessageContaining("ended while it started")
        .hasMessageContaining("num.partitions");
    assertThat(broker.isRunning()).isFalse();
  }

  @Test
  void outlivesItsStarterWhenDetached() throws Exception {
    int port = LocalBroker.freePort();
    LocalBroker broker = LocalBroker.at(data, port);
    try {
      Process starter = starter("detached", port);
      assertThat(starter.waitFor(90, TimeUnit.SECONDS)).as("the starter ended").isTrue();
      assertThat(starter.exitValue()).isZero();
      assertThat(broker.isRunning()).isTrue();
      assertThat(BrokerProbe.answers(port)).isTrue();
    } finally {
      broker.stop();
    }
  }

  @Test
  void endsWithItsStarterOtherwise() throws Exception {
    int port = LocalBroker.freePort();
    Process starter = starter("attached", port);
    assertThat(starter.waitFor(90, TimeUnit.SECONDS)).as("the starter ended").isTrue();
    assertThat(starter.exitValue()).isZero();
    assertThat(LocalBroker.at(data, port).isRunning()).isFalse();
  }

  @Test
  void endsEvenWhenItsStarterIsKilled() throws Exception {
    int port = LocalBroker.freePort();
    LocalBroker broker = LocalBroker.at(data, port);
    Process starter = starter("waiting", port);
    try {
      await().atMost(Duration.ofSeconds(90)).until(() -> BrokerProbe.answers(port));
      ProcessHandle process = ProcessHandle.of(pid()).orElseThrow();
      starter.destroyForcibly().waitFor();
      process.onExit().get(60, TimeUnit.SECONDS);
      assertThat(broker.isRunning()).isFalse();
    } finally {
      starter.destroyForcibly();
      broker.stop();
    }
  }

  @Test
  void staysWhileAnyProcessUsesIt() throws Exception {
    int port = LocalBroker.freePort();
    LocalBroker broker = LocalBroker.at(data, port).detached();
    Process first = starter("using", port);
    Process second = starter("using", port);
    try {
      await().atMost(Duration.ofSeconds(90)).until(() -> says(first, "in use"));
      await().atMost(Duration.ofSeconds(90)).until(() -> says(second, "in use"));
      ProcessHandle process = ProcessHandle.of(pid()).orElseThrow();
      first.destroyForcibly().waitFor();
      broker.use().close();
      assertThat(pid()).as("broker after two of three users").isEqualTo(process.pid());
      second.destroyForcibly().waitFor();
      process.onExit().get(60, TimeUnit.SECONDS);
      assertThat(broker.isRunning()).as("running without users").isFalse();
    } finally {
      first.destroyForcibly();
      second.destroyForcibly();
      broker.stop();
    }
  }

  @Test
  void outlivesItsUsersWhenItWasAskedToStay() throws Exception {
    LocalBroker broker = LocalBroker.at(data, LocalBroker.freePort()).detached();
    try (EmbeddedBroker.Use use = broker.use()) {
      broker.start();
    }
    try {
      String pid = String.valueOf(pid());
      broker.use().close();
      assertThat(broker.isRunning()).isTrue();
      assertThat(String.valueOf(pid())).isEqualTo(pid);
    } finally {
      broker.stop();
    }
  }

  private Process starter(String how, int port) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(JavaArguments.java());
    command.addAll(JavaArguments.of(Starter.class));
    command.addAll(List.of(how, data.toString(), String.valueOf(port)));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static boolean says(Process starter, String text) throws Exception {
    byte[] output = starter.getInputStream().readNBytes(starter.getInputStream().available());
    return new String(output, StandardCharsets.UTF_8).contains(text);
  }

  /** Another JVM that starts a broker. */
  static final class Starter {
    private Starter() {}

    public static void main(String[] args) throws Exception {
      LocalBroker broker = LocalBroker.at(Path.of(args[1]), Integer.parseInt(args[2]));
      if (args[0].equals("using")) {
        broker.detached().use();
        System.out.println("in use");
        new CountDownLatch(1).await();
      }
      (args[0].equals("detached") ? broker.detached() : broker).start();
      if (args[0].equals("waiting")) {
        new CountDownLatch(1).await();
      }
    }
  }

  private long pid() throws Exception {
    return Long.parseLong(Files.readString(data.resolve("broker.pid")).strip());
  }
}
