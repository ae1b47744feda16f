package io.tidemark.reconciliation.ends;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.decode.ChangeLogDecoder;
import io.tidemark.jobs.decode.Decoded;
import io.tidemark.jobs.decode.SplitDecoder;
import io.tidemark.jobs.run.OffsetMover;
import io.tidemark.jobs.run.TopicIdentity;
import io.tidemark.jobs.schema.RegistryUnavailableException;
import io.tidemark.jobs.source.KafkaCheck;
import io.tidemark.jobs.source.KafkaUnavailableException;
import io.tidemark.jobs.source.SkippedRanges;
import io.tidemark.jobs.source.TopicMessages;
import io.tidemark.jobs.source.TopicOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.reconciliation.ends.plan.EndCheck;
import io.tidemark.reconciliation.ends.plan.EndCheck.Kind;
import io.tidemark.reconciliation.ends.plan.EndCheck.State;
import io.tidemark.reconciliation.ends.plan.HoleAccount;
import io.tidemark.reconciliation.ends.plan.NamedRanges;
import io.tidemark.reconciliation.ends.plan.OffsetRange;
import io.tidemark.reconciliation.ends.plan.PlaceTally;
import io.tidemark.reconciliation.ends.plan.ReadSteps;
import io.tidemark.reconciliation.ends.plan.TopicFindings;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * Holds a topic's offsets against the ODS tables that read it: every message up to the position of
 * a job is a row, a dead letter, or rightly neither, and is that once.
 */
final class TopicEnd {
  private final Lakehouse lake;
  private final KafkaSettings kafka;
  private final Consumer<String> progress;

  /**
   * @param lake tables through a session of its own
   * @param progress takes lines for a person who waits
   */
  TopicEnd(Lakehouse lake, Consumer<String> progress) {
    this.lake = lake;
    this.kafka = lake.environment().kafka();
    this.progress = progress;
  }

  /** The topic as its tables are now. */
  EndCheck now(SharedTopic topic) {
    return check(topic, topic.tables(), Optional.empty());
  }

  /** The topic as its tables were at the cut of a day. */
  EndCheck atCut(SharedTopic topic, LocalDate day) {
    return check(topic, atCut(topic.tables(), day), Optional.of(day));
  }

  /** What is held against the topic then. */
  static String atCut(String tables, LocalDate day) {
    return tables + " at the cut of " + day;
  }

  private EndCheck check(SharedTopic topic, String tables, Optional<LocalDate> day) {
    List<TopicReader> readers = new ArrayList<>();
    for (IngestSpec job : topic.jobs()) {
      Optional<Table> ods = Optional.of(job.output()).filter(lake::exists).map(lake::load);
      Optional<Long> snapshot = ods.flatMap(table -> snapshot(table, day));
      if (snapshot.isEmpty()) {
        String why =
            day.isEmpty() || ods.isEmpty() ? "has not run yet" : "has no cut of " + day.get();
        return EndCheck.nothing(
            topic.name(), Kind.KAFKA, topic.topic(), tables, job.name() + " " + why);
      }
      Optional<TopicReader> reader = TopicReader.asOf(job, ods.get(), snapshot.get());
      if (reader.isEmpty()) {
        return EndCheck.nothing(
            topic.name(), Kind.KAFKA, topic.topic(), tables, job.name() + " had read nothing yet");
      }
      readers.add(reader.get());
    }
    try {
      return check(topic, tables, readers, day.isEmpty());
    } catch (KafkaUnavailableException | RegistryUnavailableException e) {
      return EndCheck.unavailable(topic.name(), Kind.KAFKA, topic.topic(), tables, e.getMessage());
    }
  }

  private static Optional<Long> snapshot(Table ods, Optional<LocalDate> day) {
    return day.isPresent()
        ? Seals.cutOf(ods, day.get())
        : Optional.ofNullable(ods.currentSnapshot()).map(Snapshot::snapshotId);
  }

  private EndCheck check(SharedTopic topic, String tables, List<TopicReader> readers, boolean now) {
    TopicReader main = readers.get(readers.size() - 1);
    if (TopicIdentity.isAnother(main.ods(), new KafkaCheck(kafka).topicId(topic.topic()))) {
      return new EndCheck(
          topic.name(),
          Kind.KAFKA,
          topic.topic(),
          tables,
          null,
          null,
          null,
          State.DIFFERENT,
          "the topic was deleted and made anew since the tables were written: its offsets are of"
              + " other messages");
    }
    TopicOffsets offsets = new TopicOffsets(kafka, topic.topic());
    Map<Integer, Long> earliest = offsets.earliest().next();
    Map<Integer, Long> end = offsets.end().next();
    List<Map<Integer, SkippedRanges>> skipped =
        topic.jobs().stream().map(job -> new OffsetMover(lake, job).skipped()).toList();
    HoleAccount account =
        new HoleAccount(
            ReadSteps.of(readers.stream().map(TopicReader::steps).toList()),
            (partition, range) -> notSkipped(skipped, partition, range));
    PlaceTally tally =
        new PlaceTally(main.first(), readers.stream().map(TopicReader::position).toList(), account);
    TablePlaces places = new TablePlaces(lake, readers);
    progress.accept("kafka " + topic.name() + ": reading " + tables);
    long withoutPlace = places.countInto(tally);
    new HoleQuestions(topic, earliest, end, progress).ask(account, kafka, ignored(topic));
    NamedRanges copies = places.copies(tally.bucketsWithCopies());
    return new TopicFindings(
            topic.name(),
            topic.topic(),
            tables,
            topic.isChangeLog(),
            tally,
            account.verdict(),
            copies,
            withoutPlace,
            now ? between(tally.common(), earliest) : new NamedRanges(),
            now ? between(end, tally.common()) : new NamedRanges(),
            now ? unread(tally.common(), earliest, end) : null)
        .check();
  }

  private static List<OffsetRange> notSkipped(
      List<Map<Integer, SkippedRanges>> skipped, int partition, OffsetRange range) {
    List<OffsetRange> left = List.of(range);
    for (Map<Integer, SkippedRanges> ofJob : skipped) {
      SkippedRanges own = ofJob.getOrDefault(partition, new SkippedRanges());
      left =
          left.stream()
              .flatMap(part -> own.notSkipped(part.from(), part.to()).stream())
              .map(part -> new OffsetRange(part.from(), part.to()))
              .toList();
    }
    return left;
  }

  /** Offsets from one position to another, where the other is further on. */
  private static NamedRanges between(Map<Integer, Long> from, Map<Integer, Long> to) {
    NamedRanges ranges = new NamedRanges();
    to.forEach(
        (partition, end) -> {
          Long begin = from.get(partition);
          if (begin != null && begin < end) {
            ranges.add(partition, new OffsetRange(begin, end));
          }
        });
    return ranges;
  }

  private static long unread(
      Map<Integer, Long> position, Map<Integer, Long> earliest, Map<Integer, Long> end) {
    long unread = 0;
    for (Map.Entry<Integer, Long> partition : end.entrySet()) {
      long from =
          Math.max(
              position.getOrDefault(partition.getKey(), 0L),
              earliest.getOrDefault(partition.getKey(), 0L));
      unread += Math.max(0, partition.getValue() - from);
    }
    return unread;
  }

  /** Whether a message rightly has no row: the job's own decoder decides it again. */
  private Predicate<TopicMessages.Message> ignored(SharedTopic topic) {
    if (topic.split().isPresent()) {
      SplitDecoder decoder = new SplitDecoder(topic.split().get(), kafka.schemaRegistry());
      return message ->
          decoder
                  .decode(message.key(), message.value(), message.headers(), message.time())
                  .decoded()
              instanceof Decoded.Ignored;
    }
    if (topic.isChangeLog()) {
      ChangeLogDecoder decoder = ChangeLogDecoder.of(topic.jobs().get(0));
      return message -> decoder.decode(message.value(), message.time()) instanceof Decoded.Ignored;
    }
    return message -> false;
  }
}
