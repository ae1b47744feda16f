package io.tidemark.jobs.source;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.jobs.spec.IngestSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Asks the brokers of an environment, within seconds, what a consumer would only find out after
 * minutes of trying: whether one answers, and whether the topics are there.
 */
public final class KafkaCheck {
  private static final int CONNECT_MS = 3_000;
  private static final int ANSWER_MS = 10_000;
  private static final long PAUSE_MS = 100;

  private final KafkaSettings kafka;

  /** A check of the brokers of an environment. */
  public KafkaCheck(KafkaSettings kafka) {
    this.kafka = kafka;
  }

  /**
   * Refuses brokers that do not take connections.
   *
   * @throws KafkaUnavailableException with what to do
   */
  public void requireBroker() {
    unreachable()
        .ifPresent(
            problem -> {
              throw new KafkaUnavailableException(problem + ". " + brokerRemedy());
            });
  }

  /**
   * Refuses brokers that do not answer, and jobs whose topic is not there.
   *
   * @throws KafkaUnavailableException when no broker answers
   * @throws KafkaRefusedException with all topics that are missing, and what to do
   */
  public void requireTopics(List<IngestSpec> jobs) {
    requireBroker();
    try (Admin admin = admin()) {
      Map<String, KafkaFuture<TopicDescription>> answers =
          admin.describeTopics(jobs.stream().map(IngestSpec::topic).toList()).topicNameValues();
      List<IngestSpec> without =
          jobs.stream().filter(job -> !exists(answers.get(job.topic()))).toList();
      if (!without.isEmpty()) {
        throw missing(without);
      }
    } catch (KafkaException e) {
      throw unusable(e);
    }
  }

  /**
   * Refuses brokers that do not answer, and a topic that is not there.
   *
   * @param whose what is done with it, for the message
   * @throws KafkaUnavailableException when no broker answers
   * @throws KafkaRefusedException when it is not there, with what to do
   */
  public void requireTopic(String topic, String whose) {
    requireBroker();
    try (Admin admin = admin()) {
      if (!exists(description(admin, topic))) {
        throw new KafkaRefusedException(
            "Kafka at %s has no topic %s (%s)".formatted(kafka.bootstrapServers(), topic, whose),
            "Create it: './tidemark topics apply' creates what conf/topics declares.");
      }
    } catch (KafkaException e) {
      throw unusable(e);
    }
  }

  /** A client that gives up within seconds. */
  Admin admin() {
    Map<String, Object> config = new HashMap<>(kafka.properties());
    config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MS / 2);
    config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MS);
    return Admin.create(config);
  }

  /**
   * Creates a topic as the brokers would by themselves, unless it is there, and waits until a
   * client sees it: one that sends to an unknown topic warns of it.
   *
   * @throws KafkaUnavailableException when no broker answers, or none creates it
   */
  public void ensureTopic(String topic) {
    requireBroker();
    try (Admin admin = admin()) {
      if (exists(description(admin, topic))) {
        return;
      }
      NewTopic asConfigured = new NewTopic(topic, Optional.empty(), Optional.empty());
      answer(admin.createTopics(List.of(asConfigured)).all(), TopicExistsException.class);
      if (!becomes(() -> exists(description(admin, topic)), Duration.ofMillis(ANSWER_MS))) {
        throw new KafkaUnavailableException(
            "Kafka at %s took the topic %s but did not show it within %d s. Run it again, or create the topic with Kafka's own tools."
                .formatted(kafka.bootstrapServers(), topic, ANSWER_MS / 1000));
      }
    } catch (KafkaException e) {
      throw unusable(e);
    }
  }

  /** Asks again and again, a little apart, until the answer is yes; false once time is up. */
  static boolean becomes(BooleanSupplier question, Duration atMost) {
    CountDownLatch never = new CountDownLatch(1);
    long limit = System.nanoTime() + atMost.toNanos();
    while (!question.getAsBoolean()) {
      try {
        if (System.nanoTime() - limit >= 0 || never.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
          return false;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for Kafka", e);
      }
    }
    return true;
  }

  /**
   * The id that brokers give a topic when it is created, so that one made anew under the same name
   * has another; nothing where there is no such topic, or brokers too old for ids.
   *
   * @throws KafkaUnavailableException when no broker answers
   */
  public Optional<String> topicId(String topic) {
    requireBroker();
    try (Admin admin = admin()) {
      KafkaFuture<TopicDescription> description = description(admin, topic);
      return exists(description)
          ? Optional.of(description.toCompletionStage().toCompletableFuture().join().topicId())
              .filter(id -> !id.equals(Uuid.ZERO_UUID))
              .map(Uuid::toString)
          : Optional.empty();
    } catch (KafkaException e) {
      throw unusable(e);
    }
  }

  private static KafkaFuture<TopicDescription> description(Admin admin, String topic) {
    return admin.describeTopics(List.of(topic)).topicNameValues().get(topic);
  }

  /** Why no broker can be reached, or nothing when one takes connections. */
  public Optional<String> unreachable() {
    // A client that cannot connect goes on trying, and fills the log with warnings.
    return Arrays.stream(kafka.bootstrapServers().split(",")).anyMatch(KafkaCheck::takesConnections)
        ? Optional.empty()
        : Optional.of("no Kafka broker takes connections at " + kafka.bootstrapServers());
  }

  private static boolean takesConnections(String server) {
    int colon = server.lastIndexOf(':');
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(
              server.substring(0, colon), Integer.parseInt(server.substring(colon + 1))),
          CONNECT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean exists(KafkaFuture<TopicDescription> description) {
    return answer(description, UnknownTopicOrPartitionException.class);
  }

  /** Waits for an answer; false when it is the error that is expected. */
  private boolean answer(KafkaFuture<?> answer, Class<? extends Exception> expected) {
    try {
      answer.get();
      return true;
    } catch (ExecutionException e) {
      if (expected.isInstance(e.getCause())) {
        return false;
      }
      throw unusable(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Kafka", e);
    }
  }

  /** Waits for an answer; what is not one is an unusable broker. */
  <T> T get(KafkaFuture<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw unusable(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Kafka", e);
    }
  }

  /** Clients say that they failed, and only their cause says which setting or file it was. */
  KafkaUnavailableException unusable(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new KafkaUnavailableException(
        "Kafka at %s does not answer as it should: %s%s. Check kafka.bootstrap-servers and kafka.properties of the environment."
            .formatted(
                kafka.bootstrapServers(),
                named(failure),
                root == failure ? "" : " (" + named(root) + ")"));
  }

  private static String named(Throwable thrown) {
    return thrown.getClass().getSimpleName() + ": " + thrown.getMessage();
  }

  private KafkaRefusedException missing(List<IngestSpec> jobs) {
    StringBuilder message = new StringBuilder("Kafka at " + kafka.bootstrapServers() + " has no");
    String separator = "";
    for (IngestSpec job : jobs) {
      message.append(separator).append(" topic ").append(job.topic());
      message.append(" (read by ").append(job.name()).append(')');
      separator = ",";
    }
    return new KafkaRefusedException(
        message.toString(),
        "Create what is missing (./tidemark topics apply creates what conf/topics declares, ./tidemark"
            + " produce TOPIC FILE creates its topic), or name"
            + " the jobs to run, without these.");
  }

  private String brokerRemedy() {
    return kafka.embedded()
        ? "It is the embedded broker, which is started on this machine by: ./tidemark broker start"
        : "Start the broker, or set kafka.bootstrap-servers to where it is.";
  }
}
