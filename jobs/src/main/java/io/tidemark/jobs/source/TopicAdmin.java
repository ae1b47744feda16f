package io.tidemark.jobs.source;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.jobs.source.TopicPlan.Change;
import io.tidemark.jobs.source.TopicPlan.Configure;
import io.tidemark.jobs.source.TopicPlan.Create;
import io.tidemark.jobs.source.TopicPlan.Delete;
import io.tidemark.jobs.source.TopicPlan.Grow;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreatePartitionsOptions;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Reads and changes the topics of an environment's brokers. All methods throw {@link
 * KafkaUnavailableException} when no broker answers, and {@link KafkaRefusedException} when one
 * refuses what it is asked for.
 */
public final class TopicAdmin implements AutoCloseable {
  private static final Duration VISIBLE = Duration.ofSeconds(10);

  private final KafkaCheck check;
  private final Admin admin;

  /** Opens a connection. */
  public TopicAdmin(KafkaSettings kafka) {
    check = new KafkaCheck(kafka);
    check.requireBroker();
    try {
      admin = check.admin();
    } catch (KafkaException e) {
      throw check.unusable(e);
    }
  }

  /** The state of those topics that are there. */
  public Map<String, TopicState> states(Collection<String> names) {
    Map<String, TopicState> states = new TreeMap<>();
    admin
        .describeTopics(names)
        .topicNameValues()
        .forEach(
            (name, answer) ->
                unlessUnknown(answer).ifPresent(topic -> states.put(name, state(topic))));
    return states;
  }

  private TopicState state(TopicDescription topic) {
    ConfigResource resource = resource(topic.name());
    Config config = check.get(admin.describeConfigs(List.of(resource)).values().get(resource));
    Map<String, String> own = new TreeMap<>();
    for (ConfigEntry entry : config.entries()) {
      if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG
          && entry.value() != null) {
        own.put(entry.name(), entry.value());
      }
    }
    int replication = topic.partitions().get(0).replicas().size();
    return new TopicState(topic.partitions().size(), replication, own);
  }

  private Optional<TopicDescription> unlessUnknown(KafkaFuture<TopicDescription> answer) {
    try {
      return Optional.of(answer.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw check.unusable(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Kafka", e);
    }
  }

  /** Lets the brokers say whether they would take a change. */
  public void validate(Change change) {
    carryOut(change, true);
  }

  /** Makes a change, and waits until clients see it. Made already, it is left as it is. */
  public void apply(Change change) {
    carryOut(change, false);
    if (change instanceof Create create) {
      String name = create.topic().name();
      await(change, () -> states(List.of(name)).containsKey(name));
    } else if (change instanceof Grow grow) {
      await(change, () -> partitions(grow.topic()) >= grow.to());
    } else if (change instanceof Delete delete) {
      await(change, () -> !states(List.of(delete.topic())).containsKey(delete.topic()));
    }
  }

  private int partitions(String topic) {
    return Optional.ofNullable(states(List.of(topic)).get(topic))
        .map(TopicState::partitions)
        .orElse(0);
  }

  private void carryOut(Change change, boolean onlyAsk) {
    if (change instanceof Create create) {
      Optional<Short> replication =
          create.topic().replication() == 0
              ? Optional.empty()
              : Optional.of((short) create.topic().replication());
      NewTopic topic =
          new NewTopic(create.topic().name(), Optional.of(create.topic().partitions()), replication)
              .configs(create.topic().config());
      settle(
          change,
          admin.createTopics(List.of(topic), new CreateTopicsOptions().validateOnly(onlyAsk)).all(),
          TopicExistsException.class);
    } else if (change instanceof Grow grow) {
      settle(
          change,
          admin
              .createPartitions(
                  Map.of(grow.topic(), NewPartitions.increaseTo(grow.to())),
                  new CreatePartitionsOptions().validateOnly(onlyAsk))
              .all(),
          null);
    } else if (change instanceof Configure configure) {
      List<AlterConfigOp> set =
          configure.after().entrySet().stream()
              .map(
                  entry ->
                      new AlterConfigOp(
                          new ConfigEntry(entry.getKey(), entry.getValue()),
                          AlterConfigOp.OpType.SET))
              .toList();
      settle(
          change,
          admin
              .incrementalAlterConfigs(
                  Map.of(resource(configure.topic()), set),
                  new AlterConfigsOptions().validateOnly(onlyAsk))
              .all(),
          null);
    } else if (change instanceof Delete delete && !onlyAsk) {
      settle(
          change,
          admin.deleteTopics(List.of(delete.topic())).all(),
          UnknownTopicOrPartitionException.class);
    }
  }

  private void settle(
      Change change, KafkaFuture<Void> answer, Class<? extends Exception> madeAlready) {
    try {
      answer.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (madeAlready != null && madeAlready.isInstance(cause)) {
        return;
      }
      if (cause instanceof ApiException && !(cause instanceof RetriableException)) {
        throw new KafkaRefusedException(
            "Kafka refuses to %s: %s".formatted(change.text(), cause.getMessage()),
            "Correct the declaration of the topic, or what the brokers allow, and run it again.");
      }
      throw check.unusable(cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Kafka", e);
    }
  }

  private static void await(Change change, BooleanSupplier seen) {
    if (!KafkaCheck.becomes(seen, VISIBLE)) {
      throw new KafkaUnavailableException(
          "Kafka took it but did not show it within %d s: %s. Run it again."
              .formatted(VISIBLE.toSeconds(), change.text()));
    }
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  @Override
  public void close() {
    admin.close();
  }
}
