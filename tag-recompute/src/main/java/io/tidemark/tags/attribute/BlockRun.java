package io.tidemark.tags.attribute;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.tags.attribute.Attribution.Question;
import io.tidemark.tags.attribute.Recompute.Outcome;
import io.tidemark.tags.attribute.Recompute.Request;
import io.tidemark.tags.attribute.RunChooser.Chosen;
import io.tidemark.tags.attribute.ServingFiles.Written;
import io.tidemark.tags.attribute.plan.RecomputeRecord;
import io.tidemark.tags.attribute.plan.ResultShape;
import io.tidemark.tags.attribute.plan.RunChoice;
import io.tidemark.tags.attribute.plan.RunChoice.Refresh;
import io.tidemark.tags.attribute.plan.RunCost;
import io.tidemark.tags.attribute.plan.RunMeasure;
import io.tidemark.tags.spec.HistorySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;

/**
 * Computes the results of some sets from blocks, all in one run: by adding everything up, or by
 * bringing forward what is there, whichever is reckoned to be quicker.
 */
final class BlockRun {
  private static final double NANOS = 1e9;

  /** So many differences are kept. */
  private static final int NOTED = 3;

  private final Lakehouse lake;
  private final PinnedHistory history;
  private final HistorySpec spec;
  private final TagRows tags;
  private final Question question;
  private final BucketProgress progress;
  private final Attribution attribution;
  private final List<ResultShape> shapes;
  private final List<ServingTable> serving;

  /** A run for the sets of a question. */
  BlockRun(
      Lakehouse lake,
      PinnedHistory history,
      TagRows tags,
      Question question,
      Room room,
      BucketProgress progress) {
    this.lake = lake;
    this.history = history;
    this.spec = history.spec();
    this.tags = tags;
    this.question = question;
    this.progress = progress;
    this.attribution = new Attribution(lake, history, question, room);
    this.shapes = question.sets().keySet().stream().map(question::shape).toList();
    this.serving = shapes.stream().map(shape -> new ServingTable(lake, spec, shape)).toList();
  }

  /**
   * Computes and commits.
   *
   * @param wanted what the results will say of themselves, in the order of the sets
   */
  List<Outcome> run(List<RecomputeRecord> wanted, Request request) {
    long begun = System.nanoTime();
    List<Table> tables = serving.stream().map(ServingTable::ensure).toList();
    Optional<RunCost> expected =
        spec.isIncremental()
            ? RunCost.of(new RunLog(lake).costs(spec.name(), List.copyOf(question.sets().keySet())))
            : Optional.empty();
    long tagsBegun = System.nanoTime();
    try (TaggedUsers users =
        TaggedUsers.read(lake, history, tags, question.tags(), Optional.empty())) {
      double tagSeconds = (System.nanoTime() - tagsBegun) / NANOS;
      try (Chosen chosen =
          new RunChooser(lake, history, tags, question, attribution, serving)
              .choose(wanted, request, users, expected)) {
        ServingFiles sinks = new ServingFiles(shapes, tables);
        List<Written> written =
            chosen.refresh() == Refresh.FULL
                ? attribution.run(users, sinks, progress)
                : attribution.run(
                    chosen.required().sources(users, chosen.refresh() == Refresh.VERIFIED),
                    sinks,
                    progress);
        List<Outcome> outcomes = commit(tables, written, wanted, chosen);
        note(outcomes, chosen, expected, tagSeconds, (System.nanoTime() - begun) / NANOS);
        return outcomes;
      }
    }
  }

  private List<Outcome> commit(
      List<Table> tables, List<Written> written, List<RecomputeRecord> wanted, Chosen chosen) {
    String how = spec.isIncremental() ? chosen.choice().text() : "";
    List<Outcome> outcomes = new ArrayList<>();
    for (int set = 0; set < wanted.size(); set++) {
      int place = set;
      List<Written> parts = written.stream().filter(each -> each.set() == place).toList();
      StagedFiles staged =
          new StagedFiles(
              tables.get(set),
              parts.stream()
                  .map(Written::file)
                  .filter(Objects::nonNull)
                  .collect(Collectors.toSet()));
      RecomputeRecord record =
          wanted
              .get(set)
              .counted(
                  parts.stream().mapToLong(Written::rows).sum(),
                  parts.stream().mapToLong(Written::hash).sum());
      if (chosen.refresh() == Refresh.INCREMENTAL) {
        record = record.from(chosen.required().earlier().before(set));
      }
      List<String> differences =
          chosen.refresh() == Refresh.VERIFIED
              ? chosen.required().differences(record.set())
              : List.of();
      outcomes.add(Recompute.commit(serving.get(set), staged, record, how, differences));
    }
    return outcomes;
  }

  private void note(
      List<Outcome> outcomes,
      Chosen chosen,
      Optional<RunCost> expected,
      double tagSeconds,
      double seconds) {
    RunMeter meter = attribution.meter();
    RecomputeRecord made = outcomes.get(0).record();
    long rows = outcomes.stream().mapToLong(outcome -> outcome.record().rows()).sum();
    RunCost.Work work =
        chosen.refresh() == Refresh.FULL ? chosen.work().ofRows(rows) : chosen.work();
    RunMeasure measure =
        new RunMeasure(
            seconds,
            tagSeconds,
            meter.read().value(),
            meter.add().value(),
            meter.serve().value(),
            meter.old().value(),
            rows);
    long bytes = history.blocks().bytes();
    new RunLog(lake)
        .add(
            new RunLog.Run(
                spec.name(),
                made.date(),
                outcomes.stream().map(Outcome::set).toList(),
                chosen.refresh() == Refresh.FULL
                    ? made.with()
                    : chosen.refresh().name().toLowerCase(Locale.ROOT),
                why(chosen.choice(), outcomes),
                seconds,
                chosen.refresh() == Refresh.INCREMENTAL ? (long) (bytes * work.toRead()) : bytes,
                meter.userDaysAdded().value(),
                rows,
                chosen.forward().isPresent() ? work.changed() : null,
                made.tags(),
                made.build(),
                measure.coefficients(chosen.refresh(), work, expected)));
  }

  /** Why that way, and some of the differences that comparing has found. */
  private static String why(RunChoice choice, List<Outcome> outcomes) {
    List<String> found =
        outcomes.stream().flatMap(outcome -> outcome.differences().stream()).toList();
    return found.isEmpty()
        ? choice.why()
        : "%s; differences (%d): %s"
            .formatted(
                choice.why(),
                found.size(),
                String.join("; ", found.subList(0, Math.min(NOTED, found.size()))));
  }
}
