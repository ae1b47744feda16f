package io.tidemark.tests.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
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

  private long pid() throws Exception {
    return Long.parseLong(Files.readString(data.resolve("broker.pid")).strip());
  }
}
