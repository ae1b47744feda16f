package io.tidemark.jobs.spec;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A declared topic.
 *
 * @param name its name
 * @param partitions how many
 * @param replication copies of each partition; 0 for what the brokers give by themselves
 * @param config what is set on the topic itself, by Kafka's names
 * @param file where it is declared
 */
public record TopicSpec(
    String name, int partitions, int replication, SortedMap<String, String> config, String file) {
  public TopicSpec {
    config = Collections.unmodifiableSortedMap(new TreeMap<>(config));
  }

  /** A topic with settings in any order. */
  public TopicSpec(
      String name, int partitions, int replication, Map<String, String> config, String file) {
    this(name, partitions, replication, new TreeMap<>(config), file);
  }
}
