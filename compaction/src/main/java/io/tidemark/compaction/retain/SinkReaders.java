package io.tidemark.compaction.retain;

import io.tidemark.catalog.Environment;
import io.tidemark.compaction.retain.plan.SnapshotNeeds;
import io.tidemark.jobs.sink.SinkPosition;
import io.tidemark.jobs.sink.SinkTarget;
import io.tidemark.jobs.sink.SinkTargets;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.SinkCheck;
import io.tidemark.jobs.spec.SinkSpec;
import java.util.List;
import java.util.Optional;

/** Sinks as readers of tables: how far one has come stands where it writes. */
final class SinkReaders {
  private final Environment environment;
  private final SnapshotNeeds needs;

  SinkReaders(Environment environment, SnapshotNeeds needs) {
    this.environment = environment;
    this.needs = needs;
  }

  /** Asks what each writes to. One that was never run needs nothing: it begins with the newest. */
  void add(JobCatalog jobs) {
    jobs.sinks().forEach(this::add);
  }

  private void add(SinkSpec sink) {
    try {
      if (SinkCheck.problems(List.of(sink), environment.connections()).isEmpty()) {
        position(sink)
            .map(SinkPosition::snapshot)
            .ifPresent(
                snapshot ->
                    needs.since(
                        snapshot, "sink %s, which has read up to here".formatted(sink.name())));
      } else {
        keepAll(sink, "the environment has no connection for it");
      }
    } catch (RuntimeException e) {
      keepAll(sink, String.valueOf(e.getMessage()));
    }
  }

  private Optional<SinkPosition> position(SinkSpec sink) {
    try (SinkTarget target = SinkTargets.of(sink, environment)) {
      return target.position();
    }
  }

  private void keepAll(SinkSpec sink, String why) {
    needs.whole(
        sink.input().toString(),
        "sink %s, of which it is not known how far it has read: %s"
            .formatted(sink.name(), why.lines().findFirst().orElse("")));
  }
}
