package io.tidemark.jobs.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.commit.LostPositionException;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The next offset to read of every partition of one topic, in the JSON that Spark's Kafka source
 * writes and reads: {@code {"topic":{"0":12,"1":7}}}.
 *
 * @param topic the topic
 * @param next partition to the next offset
 */
public record KafkaOffsets(String topic, SortedMap<Integer, Long> next) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public KafkaOffsets {
    next = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(next));
  }

  /** No partition known yet. */
  public static KafkaOffsets none(String topic) {
    return new KafkaOffsets(topic, new TreeMap<>());
  }

  /**
   * Reads Spark's JSON; empty text means that nothing was read yet.
   *
   * @throws LostPositionException when it is a position in another topic
   */
  public static KafkaOffsets parse(String topic, String json) {
    if (json.isEmpty()) {
      return none(topic);
    }
    try {
      Map<String, TreeMap<Integer, Long>> byTopic = JSON.readValue(json, new TypeReference<>() {});
      if (!byTopic.keySet().equals(Set.of(topic))) {
        throw new LostPositionException(
            "%s is not a position in topic %s: a job keeps its topic. Declare the one it has read again, or declare another job, with another output, for topic %s"
                .formatted(json, topic, topic));
      }
      return new KafkaOffsets(topic, byTopic.get(topic));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not Kafka offsets: " + json, e);
    }
  }

  /** Spark's JSON. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(Map.of(topic, next));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("offsets of " + topic + " cannot be written", e);
    }
  }

  /** All offsets added up: grows with every message, by one. */
  public long total() {
    return next.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Whether a reader that stands here may go on from {@code start}. A partition that is new since
   * starts at 0, or where the broker's oldest message is. A reader that has read nothing may only
   * start anew: a checkpoint that is further on belongs to a table that is gone.
   */
  public boolean continuesAt(KafkaOffsets start) {
    return next.isEmpty()
        ? start.next.isEmpty()
        : next.entrySet().stream()
            .allMatch(entry -> entry.getValue().equals(start.next.get(entry.getKey())));
  }

  /** Of each partition the offset that is further on. */
  public KafkaOffsets furthest(KafkaOffsets other) {
    SortedMap<Integer, Long> furthest = new TreeMap<>(next);
    other.next.forEach((partition, offset) -> furthest.merge(partition, offset, Math::max));
    return new KafkaOffsets(topic, furthest);
  }

  /** Of each partition the offset that is further back; 0 for one that only one of them names. */
  public KafkaOffsets furthestBack(KafkaOffsets other) {
    SortedMap<Integer, Long> furthest = new TreeMap<>(furthest(other).next);
    furthest.replaceAll((partition, offset) -> Math.min(next(partition), other.next(partition)));
    return new KafkaOffsets(topic, furthest);
  }

  /** Whether no message before {@code other} is still to be read from here. */
  public boolean reaches(KafkaOffsets other) {
    return other.next.entrySet().stream()
        .allMatch(entry -> next(entry.getKey()) >= entry.getValue());
  }

  private long next(int partition) {
    return next.getOrDefault(partition, 0L);
  }

  /** A SQL condition for the messages at or behind these offsets. */
  public String notYetRead(String partition, String offset) {
    if (next.isEmpty()) {
      return "true";
    }
    return next.entrySet().stream()
        .map(
            entry ->
                "WHEN %s = %d THEN %s >= %d"
                    .formatted(partition, entry.getKey(), offset, entry.getValue()))
        .collect(Collectors.joining(" ", "CASE ", " ELSE true END"));
  }
}
