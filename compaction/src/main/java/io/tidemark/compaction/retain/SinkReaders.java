package io.tidemark.compaction.retain;

import io.tidemark.catalog.Environment;
import io.tidemark.compaction.retain.plan.SnapshotNeeds;
import io.tidemark.jobs.sink.SinkPosition;
import io.tidemark.jobs.sink.SinkTarget;
import io.tidemark.jobs.sink.SinkTargets;
import io.tidemark.jobs.spec.SinkCheck;
import io.tidemark.jobs.spec.SinkSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Sinks as readers of tables: how far one has come stands where it writes. */
final class SinkReaders {
  private final List<SinkSpec> sinks;
  private final SnapshotNeeds needs;
  private final Function<SinkSpec, Optional<SinkPosition>> positions;

  /**
   * Readers that nobody has asked yet.
   *
   * @param positions how far one has come; nothing where it was never run
   */
  SinkReaders(
      List<SinkSpec> sinks,
      SnapshotNeeds needs,
      Function<SinkSpec, Optional<SinkPosition>> positions) {
    this.sinks = List.copyOf(sinks);
    this.needs = needs;
    this.positions = positions;
  }

  /** The position of a sink, asked of what it writes to. */
  static Optional<SinkPosition> position(SinkSpec sink, Environment environment) {
    if (!SinkCheck.problems(List.of(sink), environment.connections()).isEmpty()) {
      throw new IllegalStateException("the environment has no connection for it");
    }
    try (SinkTarget target = SinkTargets.of(sink, environment)) {
      return target.position();
    }
  }

  /** Asks all of them. */
  void add() {
    sinks.forEach(this::add);
  }

  /** Asks those that read a table. */
  void add(String table) {
    sinks.stream().filter(sink -> sink.input().toString().equals(table)).forEach(this::add);
  }

  /** One that was never run needs nothing: it begins with the newest. */
  private void add(SinkSpec sink) {
    try {
      positions.apply(sink).ifPresent(position -> add(sink, position));
    } catch (RuntimeException e) {
      keepAll(sink, String.valueOf(e.getMessage()));
    }
  }

  private void add(SinkSpec sink, SinkPosition position) {
    if (position.snapshot() == null) {
      // It may be loading, as of a snapshot that nothing else needs.
      needs.whole(
          sink.input().toString(),
          "sink %s, which has begun and written nothing yet".formatted(sink.name()));
    } else {
      needs.since(position.snapshot(), "sink %s, which has read up to here".formatted(sink.name()));
    }
  }

  private void keepAll(SinkSpec sink, String why) {
    needs.whole(
        sink.input().toString(),
        "sink %s, of which it is not known how far it has read: %s"
            .formatted(sink.name(), why.lines().findFirst().orElse("")));
  }
}
