package io.tidemark.jobs.cli;

import io.tidemark.catalog.KafkaSettings;
import java.util.ServiceLoader;

/**
 * Runs the broker of an environment with {@code kafka.embedded: true} while verbs use it. A broker
 * is for a laptop and for tests, so it comes from another module; an application jar on a cluster
 * has none.
 */
public interface EmbeddedBroker {
  /** One verb's use of the broker; it ends with the JVM at the latest, however that ends. */
  interface Use extends AutoCloseable {
    /** Ends the use; a broker that nobody else uses, and nobody asked to stay, is stopped. */
    @Override
    void close();
  }

  /** Starts the broker unless it is up, waits until it answers, and keeps it up until closed. */
  Use use(KafkaSettings kafka);

  /** Uses the broker of these settings where it is an embedded one; anything else is up already. */
  static Use useIfEmbedded(KafkaSettings kafka) {
    if (!kafka.embedded()) {
      return () -> {};
    }
    return ServiceLoader.load(EmbeddedBroker.class, EmbeddedBroker.class.getClassLoader())
        .findFirst()
        .map(broker -> broker.use(kafka))
        .orElse(() -> {});
  }
}
