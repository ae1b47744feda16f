package io.tidemark.tests.app;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates and deletes topics, and returns only when clients see it. */
public final class Topics implements AutoCloseable {
  private static final int TIMEOUT_MS = 30_000;

  private final Admin admin;

  /** The topics of the brokers that {@code servers} names. */
  public Topics(String servers) {
    admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS));
  }

  /** Creates {@code topic} unless it is there, whatever partitions it then has. */
  public void create(String topic, int partitions) {
    try {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    } catch (ExecutionException e) {
      ignore(TopicExistsException.class, e, "create", topic);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    await("creation of topic " + topic, names -> names.contains(topic));
  }

  /** Deletes {@code topic} and its records, if it is there. */
  public void delete(String topic) {
    try {
      admin.deleteTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      ignore(UnknownTopicOrPartitionException.class, e, "delete", topic);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    await("deletion of topic " + topic, names -> !names.contains(topic));
  }

  /** Names of the topics that are not Kafka's own. */
  public Collection<String> names() {
    try {
      return admin.listTopics().names().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the topics could not be listed", e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public void close() {
    admin.close();
  }

  /** The controller has answered; the broker follows it within milliseconds. */
  private void await(String what, Predicate<Collection<String>> visible) {
    long limit = System.nanoTime() + TIMEOUT_MS * 1_000_000L;
    while (!visible.test(names())) {
      if (System.nanoTime() - limit > 0) {
        throw new IllegalStateException(what + " is not visible after " + TIMEOUT_MS + " ms");
      }
    }
  }

  private static void ignore(
      Class<? extends Exception> harmless, ExecutionException e, String verb, String topic) {
    if (!harmless.isInstance(e.getCause())) {
      throw new IllegalStateException("could not " + verb + " topic " + topic, e.getCause());
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while waiting for the broker", e);
  }
}
