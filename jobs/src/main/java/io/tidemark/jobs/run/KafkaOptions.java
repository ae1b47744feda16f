package io.tidemark.jobs.run;

import io.tidemark.catalog.KafkaSettings;
import java.util.Map;
import java.util.TreeMap;

/** Options of Spark's Kafka source. */
final class KafkaOptions {
  private KafkaOptions() {}

  static Map<String, String> of(KafkaSettings kafka) {
    Map<String, String> options = new TreeMap<>();
    options.put("kafka.bootstrap.servers", kafka.bootstrapServers());
    // Messages of an aborted transaction never happened.
    options.put("kafka.isolation.level", "read_committed");
    // Offsets that the broker no longer has are lost rows: stop, never skip.
    options.put("failOnDataLoss", "true");
    kafka.properties().forEach((key, value) -> options.put("kafka." + key, value));
    return options;
  }
}
