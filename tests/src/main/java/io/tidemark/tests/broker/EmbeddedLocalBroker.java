package io.tidemark.tests.broker;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.jobs.cli.EmbeddedBroker;

/** The embedded broker of an environment is a {@link LocalBroker} that its users share. */
public final class EmbeddedLocalBroker implements EmbeddedBroker {
  @Override
  public Use use(KafkaSettings kafka) {
    return of(kafka).use();
  }

  /** The broker that an environment declares. */
  public static LocalBroker of(KafkaSettings kafka) {
    String servers = kafka.bootstrapServers();
    int port = Integer.parseInt(servers.substring(servers.lastIndexOf(':') + 1));
    return LocalBroker.at(kafka.data(), port).detached();
  }
}
