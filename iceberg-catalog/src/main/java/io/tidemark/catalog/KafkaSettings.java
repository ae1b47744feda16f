package io.tidemark.catalog;

import io.tidemark.catalog.config.Secrets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the messages come from.
 *
 * @param bootstrapServers {@code host:port}, several with commas
 * @param embedded whether Tidemark runs the broker itself
 * @param data directory of an embedded broker; {@code null} without one
 * @param properties passed to every Kafka client
 * @param schemaRegistry the registry that schemas of messages are in; {@code null} without one
 */
public record KafkaSettings(
    String bootstrapServers,
    boolean embedded,
    Path data,
    Map<String, String> properties,
    SchemaRegistrySettings schemaRegistry) {
  /** Brokers without a schema registry. */
  public KafkaSettings(
      String bootstrapServers, boolean embedded, Path data, Map<String, String> properties) {
    this(bootstrapServers, embedded, data, properties, null);
  }

  public KafkaSettings {
    properties = Map.copyOf(properties);
    if (embedded && data == null) {
      throw new IllegalArgumentException(
          "has no data directory, which an embedded broker needs; write 'data: .tidemark/kafka'");
    }
    if (!embedded && data != null) {
      throw new IllegalArgumentException(
          "has a data directory, which only an embedded broker uses; remove it or write"
              + " 'embedded: true'");
    }
    if (embedded && bootstrapServers.contains(",")) {
      throw new IllegalArgumentException(
          "has several bootstrap-servers, and an embedded broker is one; write one host:port");
    }
    if (embedded && !bootstrapServers.matches("(localhost|127\\.0\\.0\\.1):\\d+")) {
      throw new IllegalArgumentException(
          "has bootstrap-servers "
              + bootstrapServers
              + ", and an embedded broker is on this machine; write localhost and a port");
    }
    if (properties.containsKey("bootstrap.servers")) {
      throw new IllegalArgumentException(
          "sets bootstrap.servers among its properties; write 'bootstrap-servers:' instead");
    }
  }

  @Override
  public String toString() {
    return "KafkaSettings[bootstrapServers="
        + bootstrapServers
        + ", embedded="
        + embedded
        + ", data="
        + data
        + ", properties="
        + Secrets.redact(properties)
        + ", schemaRegistry="
        + schemaRegistry
        + "]";
  }
}
