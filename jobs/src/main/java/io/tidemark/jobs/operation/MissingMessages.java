package io.tidemark.jobs.operation;

import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.ChangedRange;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.source.TopicLag;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SinkSpec;
import java.time.Instant;
import java.util.Optional;
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

  /** The reader of the topic that a job comes from. */
  IngestSpec root(JobSpec job) {
    return jobs.roots(job).get(0);
  }

  /** What is behind the position of a reader of a topic. */
  TopicLag lag(IngestSpec root) {
    return topics.lag(root.topic());
  }

  /** Up to where it has read its topic. */
  static KafkaOffsets offsets(IngestSpec root, Marker at) {
    return KafkaOffsets.parse(root.topic(), at.position());
  }

  /** The snapshot that a job has read last; {@code null} before the first. */
  static Long position(Marker marker) {
    return marker.position().isEmpty() ? null : Long.valueOf(marker.position());
  }

  static Instant time(Snapshot snapshot) {
    return Instant.ofEpochMilli(snapshot.timestampMillis());
  }

  /** Of a job's table; nothing when it holds all that there is. */
  Optional<Instant> oldest(JobSpec job) {
    IngestSpec root = root(job);
    return firstBehind(job)
        .flatMap(behind -> firstUnread(root, readOf(behind, root)))
        .map(next -> oldestOf(root, next))
        // It holds what ODS holds: what is missing is still in Kafka.
        .or(() -> outputs.marker(root).flatMap(at -> lag(root).oldest(offsets(root, at))));
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
    IngestSpec root = root(writer);
    Long read = position == null || writer == root ? position : readOf(input, position, writer);
    // Rows that were added since may be those of messages that it had: then its input is behind.
    return firstUnread(root, read).map(next -> oldestOf(root, next)).or(() -> oldest(writer));
  }

  private Long readOf(Table input, long position, JobSpec writer) {
    return TableState.asOf(input, position)
        .marker(writer.name())
        .map(at -> at.roots().get(root(writer).output().toString()))
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

  /** The nearest job that has something to read; nothing when all down to this one have read. */
  private Optional<JobSpec> firstBehind(JobSpec job) {
    JobSpec at = job;
    while (!(at instanceof IngestSpec)) {
      JobSpec upstream = jobs.inputs(at).get(0);
      Long position = outputs.marker(at).map(MissingMessages::position).orElse(null);
      if (outputs
          .of(upstream)
          .flatMap(input -> InputRange.firstUnread(input, position))
          .isPresent()) {
        return Optional.of(at);
      }
      at = upstream;
    }
    return Optional.empty();
  }

  /** How far a job has read ODS; {@code null} when it has read nothing of it. */
  private Long readOf(JobSpec behind, IngestSpec root) {
    return outputs.marker(behind).map(at -> at.roots().get(root.output().toString())).orElse(null);
  }
}
