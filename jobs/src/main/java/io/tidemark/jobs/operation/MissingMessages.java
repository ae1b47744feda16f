package io.tidemark.jobs.operation;

import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.ChangedRange;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.jobs.run.InputTables;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.source.TopicLag;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SinkSpec;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * When the oldest message came whose row a table, or a copy of it, does not hold yet. A marker says
 * which snapshot of ODS it has reached, the marker of ODS there at which offsets, and Kafka when
 * the message there came.
 */
final class MissingMessages {
  private final JobCatalog jobs;
  private final JobOutputs outputs;
  private final Topics topics;

  MissingMessages(JobCatalog jobs, JobOutputs outputs, Topics topics) {
    this.jobs = jobs;
    this.outputs = outputs;
    this.topics = topics;
  }

  /** The readers of the topics that a job comes from. */
  List<IngestSpec> roots(JobSpec job) {
    return jobs.roots(job);
  }

  /** What is behind the position of a reader of a topic. */
  TopicLag lag(IngestSpec root) {
    return topics.lag(root.topic());
  }

  /** Up to where it has read its topic. */
  static KafkaOffsets offsets(IngestSpec root, Marker at) {
    return KafkaOffsets.parse(root.topic(), at.position());
  }

  /** The snapshot of an input that a job has read last; {@code null} before the first. */
  Long position(JobSpec job, JobSpec input, Marker marker) {
    return InputTables.positions(job, marker, table -> outputs.table(table).orElseThrow())
        .of(input.output().toString());
  }

  static Instant time(Snapshot snapshot) {
    return Instant.ofEpochMilli(snapshot.timestampMillis());
  }

  /** Of a job's table; nothing when it holds all that there is. */
  Optional<Instant> oldest(JobSpec job) {
    if (job instanceof IngestSpec root) {
      return outputs.marker(root).flatMap(at -> lag(root).oldest(offsets(root, at)));
    }
    return first(jobs.inputs(job).stream().map(input -> oldest(job, input)));
  }

  /** Of what a job has of one of its inputs, and has not. */
  private Optional<Instant> oldest(JobSpec job, JobSpec input) {
    Optional<Marker> marker = outputs.marker(job);
    Long position = marker.map(at -> position(job, input, at)).orElse(null);
    boolean behind =
        outputs.of(input).flatMap(table -> InputRange.firstUnread(table, position)).isPresent();
    Optional<Instant> unread =
        behind
            ? first(
                roots(input).stream()
                    .map(
                        root ->
                            firstUnread(root, marker.map(at -> readOf(at, root)).orElse(null))
                                .map(next -> oldestOf(root, next))))
            : Optional.empty();
    // Where it holds what its input holds, the input tells what is missing.
    return unread.or(() -> oldest(input));
  }

  private static Optional<Instant> first(Stream<Optional<Instant>> times) {
    return times.flatMap(Optional::stream).min(Comparator.naturalOrder());
  }

  /**
   * Of what a sink writes to; nothing when it holds all that there is.
   *
   * @param position the snapshot of its input that it stands at; {@code null} before the first
   */
  Optional<Instant> oldest(SinkSpec sink, Long position) {
    JobSpec writer = jobs.writerOf(sink.input()).orElseThrow();
    Table input = outputs.of(writer).orElseThrow();
    if (InputRange.firstUnread(input, position).isEmpty()) {
      // A day may have been published since: its rows are newer than any message that is missing.
      return oldest(writer)
          .or(
              () ->
                  ChangedRange.unread(input, position, SinkSpec.reloading(sink.name()))
                      .map(unread -> time(unread.first())));
    }
    // Rows that were added since may be those of messages that it had: then its input is behind.
    return first(
            roots(writer).stream()
                .map(
                    root -> {
                      Long read =
                          position == null || writer == root
                              ? position
                              : readOf(input, position, writer, root);
                      return firstUnread(root, read).map(next -> oldestOf(root, next));
                    }))
        .or(() -> oldest(writer));
  }

  private static Long readOf(Table input, long position, JobSpec writer, IngestSpec root) {
    return TableState.asOf(input, position)
        .marker(writer.name())
        .map(at -> readOf(at, root))
        .orElse(null);
  }

  private Optional<Snapshot> firstUnread(IngestSpec root, Long read) {
    return outputs.of(root).flatMap(ods -> InputRange.firstUnread(ods, read));
  }

  /**
   * When the oldest message of a snapshot of ODS came: they begin where the one before it ended.
   * Those that the brokers have lost since came before they were committed.
   */
  private Instant oldestOf(IngestSpec root, Snapshot next) {
    Table ods = outputs.of(root).orElseThrow();
    Instant committed = time(next);
    return Optional.ofNullable(next.parentId())
        .filter(parent -> ods.snapshot(parent) != null)
        .flatMap(parent -> TableState.asOf(ods, parent).marker(root.name()))
        .flatMap(at -> lag(root).oldest(offsets(root, at)))
        .filter(came -> came.isBefore(committed))
        .orElse(committed);
  }

  /** How far a job has read ODS; {@code null} when it has read nothing of it. */
  private static Long readOf(Marker at, IngestSpec root) {
    return at.roots().get(root.output().toString());
  }
}
