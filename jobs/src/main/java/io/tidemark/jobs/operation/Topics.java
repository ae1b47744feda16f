package io.tidemark.jobs.operation;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.jobs.source.KafkaUnavailableException;
import io.tidemark.jobs.source.TopicLag;
import java.util.HashMap;
import java.util.Map;

/** What there is to be read of topics, each asked about once; brokers that are gone likewise. */
final class Topics implements AutoCloseable {
  private final KafkaSettings kafka;
  private final Map<String, TopicLag> lags = new HashMap<>();
  private final Map<String, KafkaUnavailableException> failures = new HashMap<>();

  Topics(KafkaSettings kafka) {
    this.kafka = kafka;
  }

  /**
   * What readers of a topic have still to read.
   *
   * @throws KafkaUnavailableException when that cannot be told
   */
  TopicLag lag(String topic) {
    KafkaUnavailableException failure = failures.get(topic);
    if (failure != null) {
      throw failure;
    }
    try {
      return lags.computeIfAbsent(topic, name -> new TopicLag(kafka, name));
    } catch (KafkaUnavailableException e) {
      failures.put(topic, e);
      throw e;
    }
  }

  @Override
  public void close() {
    lags.values().forEach(TopicLag::close);
  }
}
