package io.tidemark.jobs.run;

import io.tidemark.catalog.Environment;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.source.PartitionMove;
import io.tidemark.jobs.source.SkippedRanges;
import io.tidemark.jobs.source.StartOffsets;
import io.tidemark.jobs.source.TopicOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.Start;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.Table;

/**
 * Where an ingest job stands in its topic, and how it is moved. The position is the one in the
 * marker of its ODS table, so a move is one commit of that table: it names the new position, takes
 * the job over, so that a driver that still runs cannot write behind it, and makes the next driver
 * drop the checkpoint, which knows the old position.
 *
 * <p>Forward, messages are skipped, and that is recorded. Back, only what had been skipped can be
 * read: everything else is in the table and would be there twice. A position beyond the end of its
 * partition can go back to the end, behind which there is nothing to be read twice.
 */
public final class OffsetMover {
  private final IngestSpec job;
  private final Environment environment;
  private final Lakehouse lake;
  private final TopicOffsets topic;

  public OffsetMover(Lakehouse lake, IngestSpec job) {
    this.job = job;
    this.lake = lake;
    this.environment = lake.environment();
    this.topic = new TopicOffsets(environment.kafka(), job.topic());
  }

  /** The position in the table; nothing when the job has never run. */
  public Optional<KafkaOffsets> position() {
    return marker()
        .map(marker -> KafkaOffsets.parse(job.topic(), marker.position()))
        .filter(position -> !position.next().isEmpty());
  }

  /** What recorded moves of the job's table, as it is now, have passed over; by partition. */
  public Map<Integer, SkippedRanges> skipped() {
    return lake.exists(job.output())
        ? new MoveLog(lake, lake.load(job.output())).skipped()
        : Map.of();
  }

  private Optional<Marker> marker() {
    return Optional.of(job.output())
        .filter(lake::exists)
        .flatMap(table -> TableState.of(lake.load(table)).marker(job.name()));
  }

  /** Each partition of the topic where it is; of a job that has never run where it would begin. */
  public List<PartitionMove> status() {
    KafkaOffsets position =
        position()
            .orElseGet(
                () -> new StartOffsets(job, environment.kafka(), environment.timeZone()).first());
    return moves(position, Map.of());
  }

  /**
   * A move, not made yet.
   *
   * @param from the marker it was decided on
   * @param partitions what it means for each partition
   */
  public record Plan(Marker from, List<PartitionMove> partitions) {
    /** Offsets that would be read a second time; such a plan is refused. */
    public long again() {
      return partitions.stream().mapToLong(PartitionMove::again).sum();
    }

    /** Offsets that partitions go back by. */
    long back() {
      return partitions.stream().mapToLong(move -> Math.max(0, move.from() - move.to())).sum();
    }

    /** Whether any partition moves. */
    public boolean moves() {
      return partitions.stream().anyMatch(move -> move.from() != move.to());
    }
  }

  /** A plan to go to a start. Partitions that given offsets do not name stay where they are. */
  public Plan plan(Start target) {
    Marker marker = requiredMarker();
    StartOffsets offsets = new StartOffsets(job, environment.kafka(), environment.timeZone());
    SortedMap<Integer, Long> next;
    if (target instanceof Start.Offsets given) {
      next = new TreeMap<>(positionOf(marker).next());
      next.putAll(offsets.some(given, "--move-to").next());
    } else {
      next = offsets.of(target, "--move-to").next();
    }
    return new Plan(marker, moves(positionOf(marker), next));
  }

  /**
   * A plan to go to the nearest place that the brokers have, and nothing else: past what is lost,
   * or back to the end that the position is beyond.
   */
  public Plan planToAvailable() {
    Marker marker = requiredMarker();
    return new Plan(marker, moves(positionOf(marker), topic.earliest().next(), true));
  }

  private Marker requiredMarker() {
    return marker()
        .filter(marker -> !marker.position().isEmpty())
        .orElseThrow(
            () ->
                new OffsetMoveRefusedException(
                    "job %s has never run, so it has no position to move: declare where it begins with 'start'"
                        .formatted(job.name())));
  }

  private KafkaOffsets positionOf(Marker marker) {
    return KafkaOffsets.parse(job.topic(), marker.position());
  }

  private List<PartitionMove> moves(KafkaOffsets position, Map<Integer, Long> to) {
    return moves(position, to, false);
  }

  /** A partition that was added since stands at its first message. */
  private List<PartitionMove> moves(
      KafkaOffsets position, Map<Integer, Long> to, boolean toAvailable) {
    SortedMap<Integer, Long> earliest = topic.earliest().next();
    Map<Integer, SkippedRanges> skipped =
        to.isEmpty() ? Map.of() : new MoveLog(lake, lake.load(job.output())).skipped();
    List<PartitionMove> moves = new ArrayList<>();
    topic
        .end()
        .next()
        .forEach(
            (partition, end) -> {
              long from = position.next().getOrDefault(partition, 0L);
              long asked = to.getOrDefault(partition, from);
              long target = toAvailable ? Math.min(Math.max(from, asked), end) : asked;
              // Behind the end there is nothing that could be read again.
              long again =
                  skipped
                      .getOrDefault(partition, new SkippedRanges())
                      .readBetween(target, Math.min(from, end));
              moves.add(
                  new PartitionMove(partition, from, target, earliest.get(partition), end, again));
            });
    return moves;
  }

  /**
   * Makes a move, and records it in {@code ops.offset_move}.
   *
   * @param reason why, for those who ask later
   * @param by who
   * @param at when
   * @throws OffsetMoveRefusedException when a message would be read twice, or a driver runs
   */
  public void move(Plan plan, String reason, String by, Instant at) {
    if (plan.again() > 0) {
      throw new OffsetMoveRefusedException(
          "job %s is not moved back: %,d messages that it has passed, and not by a recorded move, would be read again and be in table %s twice. To build the table anew, drop it, its dead letters %s and the tables behind it; to read the messages beside it, declare another job with another output and the 'start' you want"
              .formatted(job.name(), plan.again(), job.output(), job.deadLetters()));
    }
    DriverLock.alone(
            environment.checkpoints().resolve(job.name()).toString(),
            () -> {
              commit(plan, reason, by, at);
              return true;
            })
        .orElseThrow(
            () ->
                new OffsetMoveRefusedException(
                    "job %s is not moved while a driver of it runs: stop it, then move the job"
                        .formatted(job.name())));
  }

  private void commit(Plan plan, String reason, String by, Instant at) {
    Table ods = lake.load(job.output());
    MoveLog log = new MoveLog(lake, ods);
    SortedMap<Integer, Long> position = new TreeMap<>(positionOf(plan.from()).next());
    SortedMap<Integer, List<Long>> moved = new TreeMap<>();
    for (PartitionMove move : plan.partitions()) {
      position.put(move.partition(), move.to());
      if (move.from() != move.to()) {
        moved.put(move.partition(), List.of(move.from(), move.to(), move.lost()));
      }
    }
    letDeadLettersFollow(plan);
    long epoch = plan.from().epoch() + 1;
    MoveLog.Move move =
        new MoveLog.Move(job.name(), job.topic(), epoch, at.toString(), by, reason, moved);
    String json = new KafkaOffsets(job.topic(), position).toJson();
    if (!Commits.move(ods, plan.from(), json, plan.back(), move.facts())) {
      throw new OffsetMoveRefusedException(
          "job %s went on while the move was prepared: nothing was moved. A driver of it runs somewhere; stop it, then move the job"
              .formatted(job.name()));
    }
    log.complete();
  }

  /**
   * Takes the dead letters over, so that a driver that runs where no lock is seen leaves none
   * behind the move. Where the job goes back they go back with it: letters of another partition
   * have taken their position past what is read now, and letters before it would be held for those
   * of a replay. If the process ends here, the position of the rows still tells what is read.
   */
  private void letDeadLettersFollow(Plan plan) {
    Table letters = lake.load(job.deadLetters());
    Marker last = Commits.takeOver(letters, job.name(), "none");
    SortedMap<Integer, Long> position = new TreeMap<>(positionOf(last).next());
    for (PartitionMove move : plan.partitions()) {
      if (move.to() < move.from()) {
        position.computeIfPresent(
            move.partition(), (partition, known) -> Math.min(known, move.to()));
      }
    }
    if (!position.equals(positionOf(last).next())) {
      Commits.move(letters, last, new KafkaOffsets(job.topic(), position).toJson(), 0, Map.of());
    }
  }
}
