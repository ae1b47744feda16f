package io.tidemark.jobs.source;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.catalog.commit.LostPositionException;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.Start;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where a job reads on, as offsets that the brokers have: they are asked before a stream begins.
 */
public final class StartOffsets {
  private final IngestSpec job;
  private final ZoneId zone;
  private final TopicOffsets topic;

  /**
   * @param zone the warehouse's
   */
  public StartOffsets(IngestSpec job, KafkaSettings kafka, ZoneId zone) {
    this.job = job;
    this.zone = zone;
    this.topic = new TopicOffsets(kafka, job.topic());
  }

  /**
   * Where the job begins when it has never run.
   *
   * @throws KafkaRefusedException when the declared offsets are not those of the topic
   */
  public KafkaOffsets first() {
    return of(job.start(), "'start.offsets' of job " + job.name());
  }

  /**
   * A start as offsets.
   *
   * @param name what a message calls it
   * @throws KafkaRefusedException when it names offsets that are not those of the topic
   */
  public KafkaOffsets of(Start start, String name) {
    if (start instanceof Start.Timestamp timestamp) {
      return topic.at(timestamp.time());
    }
    if (start instanceof Start.Day day) {
      return topic.at(day.day().atStartOfDay(zone).toInstant());
    }
    if (start instanceof Start.OfSplit) {
      throw new IllegalArgumentException(
          "job " + job.name() + " begins where its split stands, not at a place of the topic");
    }
    if (start instanceof Start.Offsets offsets) {
      return given(offsets, name, true);
    }
    return start == Start.Edge.LATEST ? topic.end() : topic.earliest();
  }

  /**
   * Offsets of some partitions.
   *
   * @param name what a message calls them
   * @throws KafkaRefusedException when they are not those of the topic
   */
  public KafkaOffsets some(Start.Offsets offsets, String name) {
    return given(offsets, name, false);
  }

  private KafkaOffsets given(Start.Offsets given, String name, boolean all) {
    SortedMap<Integer, Long> earliest = topic.earliest().next();
    SortedMap<Integer, Long> end = topic.end().next();
    List<String> wrong = new ArrayList<>();
    given
        .next()
        .forEach(
            (partition, offset) -> {
              if (!end.containsKey(partition)) {
                wrong.add("partition " + partition + " does not exist");
              } else if (offset < earliest.get(partition) || offset > end.get(partition)) {
                wrong.add(
                    "partition %d has no offset %d, it goes from %d to %d"
                        .formatted(partition, offset, earliest.get(partition), end.get(partition)));
              }
            });
    end.keySet().stream()
        .filter(partition -> all && !given.next().containsKey(partition))
        .forEach(partition -> wrong.add("partition " + partition + " is not named"));
    if (!wrong.isEmpty()) {
      throw new KafkaRefusedException(
          "%s and topic %s do not fit: %s".formatted(name, job.topic(), String.join("; ", wrong)),
          "Name offsets that the partitions have%s. Nothing was read."
              .formatted(all ? ", one for each" : ""));
    }
    return new KafkaOffsets(job.topic(), given.next());
  }

  /**
   * Where a job goes on that has read up to a position. A partition that was added since is read
   * from its first message.
   *
   * @throws LostPositionException when the brokers no longer have what comes next
   */
  public KafkaOffsets after(KafkaOffsets position) {
    SortedMap<Integer, Long> earliest = topic.earliest().next();
    SortedMap<Integer, Long> end = topic.end().next();
    SortedMap<Integer, Long> next = new TreeMap<>(position.next());
    end.keySet().forEach(partition -> next.putIfAbsent(partition, 0L));
    SortedMap<Integer, String> lost = new TreeMap<>();
    for (Map.Entry<Integer, Long> read : next.entrySet()) {
      int partition = read.getKey();
      if (!end.containsKey(partition)) {
        lost.put(partition, "does not exist any more");
      } else if (read.getValue() < earliest.get(partition)) {
        lost.put(
            partition,
            "begins at %d, after %d".formatted(earliest.get(partition), read.getValue()));
      } else if (read.getValue() > end.get(partition)) {
        lost.put(partition, "ends at %d, before %d".formatted(end.get(partition), read.getValue()));
      }
    }
    if (!lost.isEmpty()) {
      throw lost(position, lost);
    }
    return new KafkaOffsets(job.topic(), next);
  }

  private LostPositionException lost(KafkaOffsets position, SortedMap<Integer, String> lost) {
    return lost(
        job,
        position,
        lost.entrySet().stream()
            .map(entry -> "partition " + entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining("; ", " (", ")")),
        null);
  }

  /**
   * What a job stops on.
   *
   * @param details which partitions, in brackets; may be empty
   */
  public static LostPositionException lost(
      IngestSpec job, KafkaOffsets position, String details, Throwable cause) {
    return new LostPositionException(
        "job %s cannot go on: Kafka no longer has all messages of topic %s behind %s, up to which table %s holds them%s. Its retention is too short, or it was deleted. Nothing was skipped: bring the messages back, or go on without them: './tidemark offsets %s' shows what is lost, and its --move-to records why"
            .formatted(
                job.name(), job.topic(), position.toJson(), job.output(), details, job.name()),
        cause);
  }
}
