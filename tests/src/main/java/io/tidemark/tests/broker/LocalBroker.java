package io.tidemark.tests.broker;

import io.tidemark.jobs.cli.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Kafka broker of one node, in a JVM of its own, from the class path of the running JVM. All of
 * it is in one folder: data, configuration, log ({@code broker.log}) and process id ({@code
 * broker.pid}), by which any later JVM finds and stops it.
 */
public final class LocalBroker {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_GRACE = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int LOG_LINES = 40;

  private final Path data;
  private final int port;
  private final int partitions;
  private final boolean detached;
  private final Map<String, String> extra;
  private final BrokerProcess process;

  private LocalBroker(
      Path data, int port, int partitions, boolean detached, Map<String, String> extra) {
    this.data = data.toAbsolutePath().normalize();
    this.port = port;
    this.partitions = partitions;
    this.detached = detached;
    this.extra = Map.copyOf(extra);
    this.process = new BrokerProcess(file("broker.pid"), file("broker.args"));
  }

  /** A broker in {@code data} that is not started yet, with four partitions for a new topic. */
  public static LocalBroker at(Path data, int port) {
    return new LocalBroker(data, port, 4, false, Map.of());
  }

  /** Starts a broker that ends with this JVM. */
  public static LocalBroker start(Path data, int port) {
    return at(data, port).start();
  }

  /** A port that nobody listens on, for a server that this JVM starts; it is given out once. */
  public static int freePort() {
    return FreePorts.next();
  }

  /** How many partitions a topic gets that is created by its first message. */
  public LocalBroker withPartitions(int count) {
    return new LocalBroker(data, port, count, detached, extra);
  }

  /** Gives it more properties of Kafka's; {@code listeners} are added to its own. */
  public LocalBroker with(Map<String, String> properties) {
    return new LocalBroker(data, port, partitions, detached, properties);
  }

  /** Lets the broker outlive this JVM: once started until {@link #stop}, or while it is used. */
  public LocalBroker detached() {
    return new LocalBroker(data, port, partitions, true, extra);
  }

  /** What clients call {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return BrokerConfig.address(port);
  }

  /** Whether this folder's broker is alive. */
  public boolean isRunning() {
    try {
      return process.find().isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the broker unless it is up, and waits until it answers. */
  public LocalBroker start() {
    if (!detached) {
      ensureUp();
      return this;
    }
    try (BrokerUsers.User starting = BrokerUsers.join(users())) {
      Files.writeString(keep(), "until it is stopped\n");
      ensureUp();
      return this;
    } catch (IOException e) {
      throw notStarted(e);
    }
  }

  /**
   * Starts a {@linkplain #detached detached} broker unless it is up, waits until it answers, and
   * keeps it up. It is stopped when the last of its users has gone, in whatever process and however
   * that ended, unless {@link #start} asked it to stay.
   */
  public EmbeddedBroker.Use use() {
    BrokerUsers.User user = BrokerUsers.join(users());
    try {
      ensureUp();
      return user::close;
    } catch (RuntimeException e) {
      user.close();
      throw e;
    }
  }

  /** Two processes do not start the same broker; two threads of one wait for each other, too. */
  private void ensureUp() {
    synchronized (LocalBroker.class) {
      ensureUpAlone();
    }
  }

  private void ensureUpAlone() {
    try (BrokerUsers.Alone starter = BrokerUsers.alone(file("broker.lock"))) {
      Optional<ProcessHandle> up = process.find();
      if (up.isPresent()) {
        refuseAnotherPort();
        if (answers(up.get())) {
          return;
        }
      }
      // What a pid file says of a process that is gone, or never was ours, is of no interest.
      process.forget();
      if (!answers(launch())) {
        throw failed("ended while it started");
      }
    } catch (IOException e) {
      throw notStarted(e);
    }
  }

  private UncheckedIOException notStarted(IOException e) {
    return new UncheckedIOException("the broker in " + data + " was not started", e);
  }

  /** Stops the broker, if it is up, and waits for its end: on request, or by force. */
  public void stop() {
    try {
      Files.deleteIfExists(keep());
      process.find().ifPresent(broker -> BrokerProcess.end(broker, STOP_GRACE));
      process.forget();
    } catch (IOException e) {
      throw new UncheckedIOException("the broker in " + data + " was not stopped", e);
    }
  }

  private ProcessHandle launch() throws IOException {
    refuseTakenPort();
    Files.createDirectories(data);
    Path properties = file("broker.properties");
    Files.writeString(
        properties, BrokerConfig.properties(file("kafka"), port, freePort(), partitions, extra));
    List<String> arguments = new ArrayList<>(JavaArguments.of(BrokerMain.class));
    arguments.add(properties.toString());
    arguments.add(detached ? users().toString() : String.valueOf(ProcessHandle.current().pid()));
    JavaArguments.write(file("broker.args"), arguments);
    Files.deleteIfExists(file("broker.log"));
    ProcessHandle broker =
        new ProcessBuilder(JavaArguments.command(file("broker.args"), detached))
            .directory(data.toFile())
            .redirectErrorStream(true)
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(file("broker.log").toFile())
            .start()
            .toHandle();
    process.remember(broker);
    if (!detached) {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> stopOnly(broker), "stop-broker-" + port));
    }
    return broker;
  }

  /** By the end of this JVM the folder may have another broker, which somebody else started. */
  private void stopOnly(ProcessHandle broker) {
    try {
      if (process.find().filter(broker::equals).isPresent()) {
        stop();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the broker answers; false when it ends before. */
  private boolean answers(ProcessHandle broker) throws IOException {
    long limit = System.nanoTime() + START_LIMIT.toNanos();
    while (!BrokerProbe.answers(port)) {
      if (BrokerProcess.waitFor(broker, POLL)) {
        return false;
      }
      if (System.nanoTime() - limit > 0) {
        throw failed("did not answer within " + START_LIMIT.toSeconds() + " s");
      }
    }
    return true;
  }

  private IllegalStateException failed(String how) throws IOException {
    String log = logTail();
    stop();
    return new IllegalStateException(
        "the broker in %s %s; the end of %s:%n%s".formatted(data, how, file("broker.log"), log));
  }

  private void refuseTakenPort() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new PortTakenException(port, e);
    }
  }

  private void refuseAnotherPort() throws IOException {
    String listener = "PLAINTEXT://" + BrokerConfig.address(port) + ",";
    if (!Files.readString(file("broker.properties")).contains(listener)) {
      throw new IllegalStateException(
          "the broker in " + data + " is up on another port than " + port + "; stop it first");
    }
  }

  private String logTail() throws IOException {
    List<String> lines = Files.readAllLines(file("broker.log"));
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
  }

  private Path users() {
    return file("broker.users");
  }

  private Path keep() {
    return keptBy(users());
  }

  /** The file that says that a broker stays when its last user has gone. */
  static Path keptBy(Path users) {
    return users.resolveSibling("broker.keep");
  }

  private Path file(String name) {
    return data.resolve(name);
  }
}
