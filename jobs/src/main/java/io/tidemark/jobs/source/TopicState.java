package io.tidemark.jobs.source;

import java.util.Map;

/**
 * A topic as the brokers have it.
 *
 * @param partitions how many
 * @param replication copies of each
 * @param config what is set on the topic itself, without what it takes from the brokers
 */
public record TopicState(int partitions, int replication, Map<String, String> config) {
  public TopicState {
    config = Map.copyOf(config);
  }
}
