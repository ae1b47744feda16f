package io.tidemark.jobs.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Commits.Outcome;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.source.OffsetParts;
import io.tidemark.jobs.source.OffsetParts.Part;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Makes rows of ODS anew from messages that Kafka still has, by today's declaration, beside the job
 * that reads the topic and without regard to whether it runs.
 *
 * <p>Only messages behind which the job has committed its position are read, and only what differs
 * is replaced: rows that are missing come, rows that are others change, rows too many go, all in
 * one commit, which streams pass. So a rerun finds nothing to do, and one that was ended anywhere
 * is run again. Dead letters come before their rows go, and are marked as repaired behind the
 * commit that brings their rows, as by {@link DeadLetterRepair}.
 */
public final class OdsReplay {
  /** The property of a replay's commits: JSON with what it did. */
  public static final String PROPERTY = "tidemark.kafka-replay";

  private static final int MAX_ATTEMPTS = 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Which messages.
   *
   * @param days business days whose rows they are; nothing when only the time counts
   * @param since received then or later
   * @param until received before; nothing for all that the job has read
   */
  public record Window(Optional<Range> days, Instant since, Optional<Instant> until) {
    /** Those that were received on days, or became rows of them. */
    public static Window of(Range days, ZoneId zone) {
      return new Window(
          Optional.of(days),
          days.from().atStartOfDay(zone).toInstant(),
          Optional.of(days.to().plusDays(1).atStartOfDay(zone).toInstant()));
    }

    /** Those that were received in a time. */
    public static Window of(Instant since, Optional<Instant> until) {
      return new Window(Optional.empty(), since, until);
    }
  }

  /**
   * What becomes of a business day.
   *
   * @param rows rows that it has of the messages
   * @param come rows that it lacks, or that are in another day
   * @param change rows whose content is another
   * @param go rows that it has too many, or that belong to another day
   */
  public record Day(LocalDate day, long rows, long come, long change, long go) {
    /** Whether it stays as it is. */
    public boolean stays() {
      return come + change + go == 0;
    }
  }

  /**
   * What differs.
   *
   * @param parts the messages, by partition
   * @param messages how many they are
   * @param days the days that have rows of them, or will
   * @param changes rows that come, change or go
   * @param newLetters dead letters that come
   * @param goneLetters dead letters whose message can be read by now
   * @param unknown rows at whose place Kafka has no message; they stay
   */
  public record Difference(
      List<Part> parts,
      long messages,
      List<Day> days,
      long changes,
      long newLetters,
      long goneLetters,
      long unknown) {
    /** Whether everything is as it should be. */
    public boolean isNothing() {
      return changes + newLetters + goneLetters == 0;
    }
  }

  /**
   * Why it is done, for those who ask later.
   *
   * @param by who does it
   */
  public record Order(String reason, String by, Instant at) {}

  private final Lakehouse lake;
  private final IngestSpec job;
  private final Table ods;
  private final Table letters;
  private final ReplaySource source;
  private final MicroBatchListener listener;
  private final IngestRows rows;

  /**
   * A replay of a job's messages.
   *
   * @throws ReplayRefusedException when the job's messages cannot be told from those of others
   */
  public static OdsReplay of(
      Lakehouse lake,
      JobCatalog jobs,
      JobTables tables,
      IngestSpec job,
      MicroBatchListener listener) {
    Lakehouse own = lake.newSession();
    return new OdsReplay(
        own,
        jobs,
        tables,
        job,
        new KafkaReplaySource(job, own.spark(), lake.environment().kafka()),
        listener);
  }

  OdsReplay(
      Lakehouse lake,
      JobCatalog jobs,
      JobTables tables,
      IngestSpec job,
      ReplaySource source,
      MicroBatchListener listener) {
    if (jobs.splitOf(job).isPresent()) {
      throw new ReplayRefusedException(
          "job %s shares topic %s with others, which take messages from each other whenever a route changes: whose a message was nobody can tell any more"
              .formatted(job.name(), job.topic()),
          "Read the topic anew, into other tables, by jobs with other outputs (docs/sources.md).");
    }
    this.lake = lake;
    this.job = job;
    this.ods = tables.ensure(job);
    this.letters = lake.load(job.deadLetters());
    this.source = source;
    this.listener = listener;
    this.rows = new IngestRows(job, lake.environment().kafka().schemaRegistry());
  }

  /**
   * Says what differs, and changes nothing.
   *
   * @throws ReplayRefusedException when Kafka no longer has all messages
   */
  public Difference show(Window window) {
    return run(window, Optional.empty());
  }

  /**
   * Replaces what differs.
   *
   * @return what differed
   * @throws ReplayRefusedException when Kafka no longer has all messages; nothing was changed
   */
  public Difference publish(Window window, Order order) {
    return run(window, Optional.of(order));
  }

  private Difference run(Window window, Optional<Order> order) {
    refresh();
    ReplayScope scope = new ReplayScope(lake, job, ods, letters, source, window);
    OffsetParts messages = scope.messages();
    Dataset<Row> decoded =
        rows.decode(source.read(messages).where(messages.toSqlCondition("`partition`", "`offset`")))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        Optional<Difference> found = attempt(scope, messages, decoded, attempt, order);
        if (found.isPresent()) {
          return found.get();
        }
        refresh();
      }
    } finally {
      decoded.unpersist();
    }
    throw new IllegalStateException(
        "table %s did not rest: its rows were not replaced in %d attempts; try again"
            .formatted(job.output(), MAX_ATTEMPTS));
  }

  private void refresh() {
    ods.refresh();
    letters.refresh();
  }

  /** Nothing when somebody came first, and it is to be done again. */
  private Optional<Difference> attempt(
      ReplayScope scope,
      OffsetParts messages,
      Dataset<Row> decoded,
      int number,
      Optional<Order> order) {
    listener.reached(job.name(), number, Phase.STARTED);
    TableState state = TableState.of(ods);
    try (OdsDifference differing =
        new OdsDifference(lake, job, rows, messages, decoded, state.sealedDays(), ods, letters)) {
      Difference found = difference(messages, differing);
      if (order.isEmpty() || found.isNothing()) {
        return Optional.of(found);
      }
      Commit commit = new Commit(messages, facts(messages, found, order.get()), number);
      if (found.newLetters() > 0
          && !commit.land(
              letters,
              differing.writeLetters(scope.numbers(messages)),
              DayRanges.EMPTY,
              Optional::of)) {
        return Optional.empty();
      }
      if (found.changes() > 0 && !replaceRows(commit, differing, scope, state, messages)) {
        return Optional.empty();
      }
      if (found.goneLetters() > 0) {
        mark(differing, order.get());
      }
      listener.reached(job.name(), number, Phase.FINISHED);
      return Optional.of(found);
    }
  }

  private Difference difference(OffsetParts messages, OdsDifference differing) {
    OdsDifference.Counts counts = differing.counts();
    long ignored = job.payload().isChangeLog() ? differing.ignoredLetters().count() : 0;
    return new Difference(
        messages.stream().toList(),
        differing.read(),
        counts.days().entrySet().stream()
            .map(
                day ->
                    new Day(
                        day.getKey(),
                        day.getValue().rows(),
                        day.getValue().come(),
                        day.getValue().change(),
                        day.getValue().go()))
            .toList(),
        counts.changes(),
        differing.newLetters().count(),
        differing.repairedLetters().count() + ignored,
        counts.unknown());
  }

  private boolean replaceRows(
      Commit commit,
      OdsDifference differing,
      ReplayScope scope,
      TableState planned,
      OffsetParts messages) {
    ReplacedRows replaced = differing.writeRows(scope.numbers(messages));
    listener.reached(job.name(), commit.number, Phase.FILES_WRITTEN);
    Marker then = planned.marker(job.name()).orElseThrow();
    boolean landed =
        commit.land(
            ods,
            replaced,
            planned.sealedDays(),
            // As of repairs: of two that were decided on one number the second looks again.
            latest ->
                latest.back() == then.back() && reaches(latest, messages)
                    ? Optional.of(latest.numberedOn(1))
                    : Optional.empty());
    if (landed) {
      listener.reached(job.name(), commit.number, Phase.COMMITTED);
    }
    return landed;
  }

  private boolean reaches(Marker marker, OffsetParts messages) {
    KafkaOffsets position = KafkaOffsets.parse(job.topic(), marker.position());
    return messages.stream()
        .allMatch(part -> position.next().getOrDefault(part.partition(), 0L) >= part.to());
  }

  private void mark(OdsDifference differing, Order order) {
    ods.refresh();
    RepairMarks marks = new RepairMarks(lake, job, ods, letters);
    marks.mark(
        differing.repairedLetters(), order.at(), Optional.of(ods.currentSnapshot().snapshotId()));
    marks.mark(differing.ignoredLetters(), order.at(), Optional.empty());
  }

  private Map<String, String> facts(OffsetParts messages, Difference found, Order order) {
    DayRanges replaced = DayRanges.EMPTY;
    for (Day day : found.days()) {
      replaced = day.stays() ? replaced : replaced.plus(day.day(), day.day());
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", UUID.randomUUID().toString());
    fields.put("at", order.at().toString());
    fields.put("by", order.by());
    fields.put("reason", order.reason());
    SortedMap<Integer, String> read = new TreeMap<>();
    messages.stream()
        .forEach(
            part ->
                read.merge(
                    part.partition(),
                    part.from() + ".." + (part.to() - 1),
                    (before, more) -> before + "," + more));
    fields.put("offsets", read);
    fields.put("come", found.days().stream().mapToLong(Day::come).sum());
    fields.put("change", found.days().stream().mapToLong(Day::change).sum());
    fields.put("go", found.days().stream().mapToLong(Day::go).sum());
    try {
      return Map.of(
          PROPERTY, JSON.writeValueAsString(fields), Seals.REPLACED_DAYS, replaced.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a replay cannot be written down", e);
    }
  }

  /** The commits of one attempt. */
  private final class Commit {
    private final OffsetParts messages;
    private final Map<String, String> facts;
    private final int number;

    Commit(OffsetParts messages, Map<String, String> facts, int number) {
      this.messages = messages;
      this.facts = facts;
      this.number = number;
    }

    /** False when somebody came first. */
    boolean land(
        Table table,
        ReplacedRows replaced,
        DayRanges sealedDays,
        Function<Marker, Optional<Marker>> turn) {
      try {
        Outcome outcome =
            Commits.overwriteBeside(
                table,
                job.name(),
                Map.entry(PROPERTY, facts.get(PROPERTY)),
                facts,
                sealedDays,
                turn,
                () -> replaced.update(messages));
        if (outcome == Outcome.COMMITTED) {
          return true;
        }
      } catch (ValidationException somebodyCameFirst) {
        // Its files are nobody's, and the next attempt looks again.
      }
      replaced.discard();
      return false;
    }
  }
}
