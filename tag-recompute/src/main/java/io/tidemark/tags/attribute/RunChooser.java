package io.tidemark.tags.attribute;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.tags.attribute.Attribution.Question;
import io.tidemark.tags.attribute.EarlierResults.Search;
import io.tidemark.tags.attribute.Recompute.Request;
import io.tidemark.tags.attribute.plan.HistoryDays;
import io.tidemark.tags.attribute.plan.RecomputeRecord;
import io.tidemark.tags.attribute.plan.RunChoice;
import io.tidemark.tags.attribute.plan.RunChoice.Refresh;
import io.tidemark.tags.attribute.plan.RunCost;
import io.tidemark.tags.attribute.plan.RunRules;
import io.tidemark.tags.table.DayStates;
import java.util.List;
import java.util.Optional;

/** Chooses how results are computed, and reads what it takes to know. */
final class RunChooser {
  /**
   * What a choice has come to.
   *
   * @param choice the way, and why
   * @param forward what was read of the results before, and is needed; nothing in full
   * @param work what there is to do, but for the rows of a full result
   */
  record Chosen(RunChoice choice, Optional<Forward> forward, RunCost.Work work)
      implements AutoCloseable {
    Refresh refresh() {
      return choice.refresh();
    }

    /** What is brought forward, or compared. */
    Forward required() {
      return forward.orElseThrow();
    }

    @Override
    public void close() {
      forward.ifPresent(Forward::close);
    }
  }

  private final Lakehouse lake;
  private final PinnedHistory history;
  private final TagRows tags;
  private final Question question;
  private final Attribution attribution;
  private final List<ServingTable> serving;
  private final HistoryDays days;

  /**
   * @param tags the tags of now
   * @param serving by set, where its result is
   */
  RunChooser(
      Lakehouse lake,
      PinnedHistory history,
      TagRows tags,
      Question question,
      Attribution attribution,
      List<ServingTable> serving) {
    this.lake = lake;
    this.history = history;
    this.tags = tags;
    this.question = question;
    this.attribution = attribution;
    this.serving = serving;
    this.days = new HistoryDays(new DayStates(lake).of(history.spec().name()), history.build());
  }

  /**
   * Chooses.
   *
   * @param wanted by set, what its result will say of itself
   * @param users by the tags of now
   * @param expected what runs cost; nothing while too little was measured
   */
  Chosen choose(
      List<RecomputeRecord> wanted,
      Request request,
      TaggedUsers users,
      Optional<RunCost> expected) {
    if (!history.spec().isIncremental()) {
      return full(RunChoice.full(""));
    }
    if (request.full()) {
      return full(RunChoice.full("as wished"));
    }
    Search search = EarlierResults.find(lake, history, days, tags, question, serving, wanted);
    if (search.results().isEmpty()) {
      return obstructed(request.incremental(), search.obstacle());
    }
    EarlierResults earlier = search.results().get();
    RunRules rules =
        new RunRules(
            request.incremental(),
            history.spec().fullEvery(),
            request.day(),
            earlier.lastFull(),
            expected);
    // The tags of then are not worth reading where nobody's change could pay.
    Optional<RunChoice> early = rules.early(work(earlier, 0));
    if (early.isPresent()) {
      return full(early.get());
    }
    Forward forward = new Forward(lake, history, question, attribution, serving, earlier);
    try {
      Chosen chosen = choose(forward, rules, users);
      if (chosen.forward().isEmpty()) {
        forward.close();
      }
      return chosen;
    } catch (RuntimeException e) {
      forward.close();
      throw e;
    }
  }

  private Chosen choose(Forward forward, RunRules rules, TaggedUsers users) {
    EarlierResults earlier = forward.earlier();
    double changed;
    try {
      changed = forward.readTags(users);
    } catch (TagsRefusedException e) {
      // A user they had twice was none of the history's then.
      return obstructed(
          rules.wished(),
          "the tags of then, in snapshot %d, are refused: %s"
              .formatted(earlier.tags().snapshot(), e.getMessage().split(";", 2)[0]));
    }
    RunCost.Work work = work(earlier, changed);
    RunChoice choice = rules.choose(work);
    if (choice.refresh() == Refresh.FULL) {
      return full(choice);
    }
    List<String> altered = forward.readRows();
    return new Chosen(
        altered.isEmpty()
            ? choice
            : RunChoice.verified(
                "what is served of %s is not what was written"
                    .formatted(String.join(", ", altered))),
        Optional.of(forward),
        work);
  }

  private Chosen obstructed(boolean wished, String obstacle) {
    return full(wished ? RunChoice.notAsWished(obstacle) : RunChoice.full(obstacle));
  }

  private Chosen full(RunChoice choice) {
    long userDays = days.userDays(question.cells().window(), day -> true);
    return new Chosen(
        choice, Optional.empty(), new RunCost.Work(userDays, userDays, 1, 0, 0, true, cores()));
  }

  private RunCost.Work work(EarlierResults earlier, double changed) {
    return earlier.work(changed, attribution.reader(), cores());
  }

  private int cores() {
    return lake.spark().sparkContext().defaultParallelism();
  }
}
