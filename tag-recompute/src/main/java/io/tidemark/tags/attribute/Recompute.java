package io.tidemark.tags.attribute;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.tags.attribute.Attribution.Question;
import io.tidemark.tags.attribute.plan.CellShape;
import io.tidemark.tags.attribute.plan.RecomputeRecord;
import io.tidemark.tags.attribute.plan.ResultShape;
import io.tidemark.tags.kernel.Measures;
import io.tidemark.tags.spec.HistorySpec;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Adds a history up by the tags that users have, and puts the result of each dimension set where it
 * is served from, in one commit a set. A set whose result is there already, of the same build and
 * tags, is left as it is.
 */
public final class Recompute {
  /** How the rows are computed. All ways come to the same. */
  public enum Way {
    /** One pass over blocks. */
    BLOCKS,
    /** SQL over the rows of users. */
    ROWS,
    /** SQL over the daily tables. */
    DAYS;

    /** As it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What is wished for.
   *
   * @param day the last day, the latest that is built
   * @param sets names of dimension sets; empty for all
   * @param tagsAsOf the day whose tags are taken; nothing for the latest
   * @param with how
   * @param full whether results that are there are computed again, and held to what comes out
   * @param incremental whether results that are there are brought forward, whatever it costs
   */
  public record Request(
      LocalDate day,
      List<String> sets,
      Optional<LocalDate> tagsAsOf,
      Way with,
      boolean full,
      boolean incremental) {
    public Request {
      sets = List.copyOf(sets);
    }

    /** The same, brought forward where that is reckoned to be quicker. */
    public Request(
        LocalDate day, List<String> sets, Optional<LocalDate> tagsAsOf, Way with, boolean full) {
      this(day, sets, tagsAsOf, with, full, false);
    }
  }

  /** What became of a set. */
  public enum Status {
    /** The result is new. */
    MADE,
    /** It was there. */
    UNCHANGED,
    /**
     * It was computed again and is another, although nothing it comes from has changed, or differs
     * from what bringing the one before forward would have given.
     */
    DIFFERS,
    /** A later build's result came first, and stays. */
    OVERTAKEN
  }

  /**
   * What became of a set.
   *
   * @param set its name
   * @param table where it is served from
   * @param status what was done
   * @param record what the result says of itself
   * @param how in which way it was computed, and why, for people; empty where nothing was chosen
   * @param differences where it differs from what bringing the one before forward would have given,
   *     some of the places
   */
  public record Outcome(
      String set,
      TableName table,
      Status status,
      RecomputeRecord record,
      String how,
      List<String> differences) {
    public Outcome {
      differences = List.copyOf(differences);
    }
  }

  private final Lakehouse lake;
  private final HistorySpec spec;
  private final Room room;
  private final BucketProgress progress;

  /**
   * Recomputing of a history.
   *
   * @param room how much memory a task may take
   */
  public Recompute(Lakehouse lake, HistorySpec spec, Room room, BucketProgress progress) {
    this.lake = lake;
    this.spec = spec;
    this.room = room;
    this.progress = progress;
  }

  /** The same with as much memory as executors have. */
  public Recompute(Lakehouse lake, HistorySpec spec, BucketProgress progress) {
    this(lake, spec, Room.OF_EXECUTOR, progress);
  }

  /**
   * Computes what is not there.
   *
   * @throws TagsRefusedException when history or tags are not there, or not as declared
   */
  public List<Outcome> run(Request request) {
    PinnedHistory history = PinnedHistory.pin(lake, spec);
    if (!history.day().equals(request.day())) {
      throw new TagsRefusedException(
          "history %s is built up to %s, and its window ends there; build %s first, or recompute %s"
              .formatted(spec.name(), history.day(), request.day(), history.day()));
    }
    if (request.incremental() && !spec.isIncremental()) {
      throw new TagsRefusedException(
          "history %s has no 'incremental: { full-every: DAYS }' in conf/tags, and its results lack what is needed to bring them forward; declare it, and recompute once without --incremental"
              .formatted(spec.name()));
    }
    TagRows tags = TagRows.pin(lake, spec, request.tagsAsOf());
    Question question = question(request, tags);
    Map<String, RecomputeRecord> wanted = new LinkedHashMap<>();
    Map<String, Outcome> outcomes = new LinkedHashMap<>();
    for (String set : question.sets().keySet()) {
      ServingTable serving = new ServingTable(lake, spec, question.shape(set));
      RecomputeRecord record = record(history, tags, question.shape(set), request.with());
      Optional<RecomputeRecord> there = serving.newest();
      boolean done =
          there.filter(record::isOfSameInput).isPresent()
              && there.get().with().equals(record.with())
              && !request.full();
      if (done) {
        serving.ensure();
        outcomes.put(
            set,
            new Outcome(set, serving.name(), Status.UNCHANGED, there.orElseThrow(), "", List.of()));
      } else {
        wanted.put(set, record);
      }
    }
    Question rest =
        new Question(
            question.tags(),
            only(question.sets(), wanted.keySet()),
            question.metrics(),
            question.cells(),
            Optional.empty(),
            spec.isIncremental());
    if (!wanted.isEmpty()) {
      List<Outcome> made =
          request.with() == Way.BLOCKS
              ? new BlockRun(lake, history, tags, rest, room, progress)
                  .run(List.copyOf(wanted.values()), request)
              : bySql(tags, rest, wanted, request.with());
      made.forEach(outcome -> outcomes.put(outcome.set(), outcome));
    }
    return question.sets().keySet().stream().map(outcomes::get).toList();
  }

  private Question question(Request request, TagRows tags) {
    List<String> unknown =
        request.sets().stream().filter(set -> !spec.sets().containsKey(set)).toList();
    if (!unknown.isEmpty()) {
      throw new TagsRefusedException(
          "history %s has no set %s; it has %s"
              .formatted(
                  spec.name(),
                  String.join(", ", unknown),
                  String.join(", ", spec.sets().keySet())));
    }
    Map<String, List<String>> sets =
        request.sets().isEmpty() ? spec.sets() : only(spec.sets(), Set.copyOf(request.sets()));
    List<String> names = sets.values().stream().flatMap(List::stream).distinct().toList();
    return new Question(
        tags.tags(names),
        sets,
        List.copyOf(spec.metrics().keySet()),
        new CellShape(
            PinnedHistory.window(request.day(), spec.days()),
            List.copyOf(spec.metrics().values()),
            spec.sumTypes(spec.metrics()),
            new Measures(spec.rolling(), spec.retention())),
        Optional.empty(),
        spec.isIncremental());
  }

  private static Map<String, List<String>> only(Map<String, List<String>> sets, Set<String> names) {
    Map<String, List<String>> some = new LinkedHashMap<>(sets);
    some.keySet().retainAll(names);
    return some;
  }

  private RecomputeRecord record(PinnedHistory history, TagRows tags, ResultShape shape, Way with) {
    return new RecomputeRecord(
        spec.name(),
        shape.set(),
        history.day().toString(),
        history.build().number(),
        history.snapshot(),
        tags.snapshot(),
        tags.dayText(),
        shape.definition(),
        with.toString(),
        0,
        "",
        history.day().toString(),
        history.build().lineage(),
        tags.columnIds(shape.tags().keySet()));
  }

  private List<Outcome> bySql(
      TagRows tags, Question question, Map<String, RecomputeRecord> wanted, Way way) {
    List<Outcome> outcomes = new ArrayList<>();
    PlainWay sql = new PlainWay(lake, spec);
    for (String set : question.sets().keySet()) {
      long begun = System.nanoTime();
      ResultShape shape = question.shape(set);
      ServingTable serving = new ServingTable(lake, spec, shape);
      PlainWay.Result result = sql.compute(way, shape, tags, question.tags(), serving.ensure());
      RecomputeRecord record = wanted.get(set).counted(result.rows(), result.hash());
      outcomes.add(commit(serving, result.files(), record, "", List.of()));
      new RunLog(lake).add(RunLog.Run.of(record, (System.nanoTime() - begun) / 1e9));
    }
    return outcomes;
  }

  /** Puts a result in its place, and tells whether it differs from what it should be. */
  static Outcome commit(
      ServingTable serving,
      StagedFiles staged,
      RecomputeRecord record,
      String how,
      List<String> differences) {
    Optional<RecomputeRecord> before = serving.newest().filter(record::isOfSameInput);
    boolean differs =
        !differences.isEmpty() || before.filter(there -> !there.hasSameRows(record)).isPresent();
    boolean there = serving.replace(staged, record);
    Status status = differs ? Status.DIFFERS : there ? Status.MADE : Status.OVERTAKEN;
    return new Outcome(record.set(), serving.name(), status, record, how, differences);
  }
}
