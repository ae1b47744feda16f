package io.tidemark.catalog.commit;

import io.tidemark.catalog.cut.DayRanges;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.apache.iceberg.util.SnapshotUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way in which Tidemark changes {@code main}: a commit that carries the table's {@link
 * TableState} forward and is refused, at commit time and against the table's latest metadata, when
 * that state is no longer the one it was built on. Then the state is read again and decided anew,
 * so an unknown outcome, a race with another writer and a zombie all take the same path.
 */
public final class Commits {
  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);
  private static final int MAX_ATTEMPTS = 50;

  private Commits() {}

  /** What became of a micro-batch. */
  public enum Outcome {
    COMMITTED,
    /** The table holds the micro-batch already: this was a replay. */
    ALREADY_THERE,
    /**
     * A day was sealed since the files were written, or rows came beside the job that have the
     * numbers of these: write them again.
     */
    CHANGED_MEANWHILE
  }

  /**
   * Takes a job over: from the commit this makes, no driver with a smaller epoch can write.
   *
   * @param start the position of a job that has none yet; empty when it keeps none before its first
   *     micro-batch
   * @return the marker to go on from
   * @throws LostPositionException when another job has written the table
   */
  public static Marker takeOver(Table table, String job, String checkpoint, String start) {
    return commit(
            table,
            StagedFiles.none(table),
            Map.of(),
            state -> {
              Optional<Marker> last = state.marker(job);
              state.writersBut(job).stream()
                  .findFirst()
                  .ifPresent(other -> refuse(table, job, other));
              return state.with(
                  last.map(marker -> marker.takenOver(marker.epoch() + 1, start))
                      .orElseGet(() -> new Marker(job, checkpoint, 1, -1, start, Map.of())));
            })
        .marker(job)
        .orElseThrow();
  }

  /** The same for a job that has no position before its first micro-batch. */
  public static Marker takeOver(Table table, String job, String checkpoint) {
    return takeOver(table, job, checkpoint, "");
  }

  /** A job with another name has no position here: it would write all of its input again. */
  private static void refuse(Table table, String job, String other) {
    throw new LostPositionException(
        ("job %1$s cannot write table %2$s: job %3$s has written it, and whatever %1$s reads again"
                + " would be there twice. If %3$s was renamed, name it %3$s again; otherwise give"
                + " %1$s another output, or drop the table and let %1$s write all of it")
            .formatted(job, table.name(), other));
  }

  /**
   * Appends one micro-batch, unless the table holds it already.
   *
   * @param next the micro-batch's marker
   * @param sealedWhenWritten the sealed days the rows were marked pending by
   * @param facts counts for the snapshot's summary, for people
   * @throws FencedException when a newer driver has taken the job over
   */
  public static Outcome append(
      StagedFiles staged, Marker next, DayRanges sealedWhenWritten, Map<String, String> facts) {
    try {
      commit(
          staged.table(),
          staged,
          facts,
          state -> {
            checkTurn(state.marker(next.job()), next);
            boolean renumbered = state.marker(next.job()).orElseThrow().back() != next.back();
            if (renumbered || !state.sealedDays().equals(sealedWhenWritten)) {
              throw new Settled(Outcome.CHANGED_MEANWHILE);
            }
            return state.with(next);
          });
      return Outcome.COMMITTED;
    } catch (Settled settled) {
      staged.discard();
      return settled.outcome;
    }
  }

  /**
   * Appends rows beside the job that writes the table: its position stays where it is, and a driver
   * of it that runs goes on.
   *
   * @param own a property of this commit with a value that no other commit has, so that it is
   *     recognised when its outcome was unknown
   * @param sealedWhenWritten the sealed days the rows were marked pending by
   * @param turn what becomes of the job's latest marker; nothing when the rows have to be made
   *     again
   */
  public static Outcome appendBeside(
      StagedFiles staged,
      String job,
      Map.Entry<String, String> own,
      DayRanges sealedWhenWritten,
      Function<Marker, Optional<Marker>> turn) {
    try {
      commit(
          staged.table(),
          staged,
          Map.of(own.getKey(), own.getValue()),
          state -> beside(state, staged.table(), job, own, sealedWhenWritten, turn));
      return Outcome.COMMITTED;
    } catch (Settled settled) {
      staged.discard();
      return settled.outcome;
    }
  }

  /**
   * Replaces rows beside the job that writes the table, likewise.
   *
   * @param facts what is to be known of it, for the snapshot's summary; has {@code own}
   * @param update what to replace in the refreshed table, validated as its maker wishes; it may be
   *     asked again
   * @throws ValidationException when the replacement's own validation fails: nothing was committed
   */
  public static Outcome overwriteBeside(
      Table table,
      String job,
      Map.Entry<String, String> own,
      Map<String, String> facts,
      DayRanges sealedWhenWritten,
      Function<Marker, Optional<Marker>> turn,
      Supplier<OverwriteFiles> update) {
    try {
      commit(
          table,
          facts,
          state ->
              new Change(beside(state, table, job, own, sealedWhenWritten, turn), update.get()));
      return Outcome.COMMITTED;
    } catch (Settled settled) {
      return settled.outcome;
    }
  }

  private static TableState beside(
      TableState state,
      Table table,
      String job,
      Map.Entry<String, String> own,
      DayRanges sealedWhenWritten,
      Function<Marker, Optional<Marker>> turn) {
    if (find(table, own).isPresent()) {
      throw new Settled(Outcome.ALREADY_THERE);
    }
    return state
        .marker(job)
        .filter(marker -> state.sealedDays().equals(sealedWhenWritten))
        .flatMap(turn)
        .map(state::with)
        .orElseThrow(() -> new Settled(Outcome.CHANGED_MEANWHILE));
  }

  /** The commit on {@code main} that has a property with this value; the table is refreshed. */
  public static Optional<Snapshot> find(Table table, Map.Entry<String, String> property) {
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      if (property.getValue().equals(snapshot.summary().get(property.getKey()))) {
        return Optional.of(snapshot);
      }
    }
    return Optional.empty();
  }

  private static void checkTurn(Optional<Marker> last, Marker next) {
    Marker marker =
        last.orElseThrow(
            () ->
                new LostPositionException(
                    "job " + next.job() + " writes a table that has no marker of it"));
    if (marker.epoch() > next.epoch()) {
      throw new FencedException(next.job(), next.epoch(), marker.epoch());
    }
    if (marker.records(next)) {
      throw new Settled(Outcome.ALREADY_THERE);
    }
  }

  /**
   * Moves a job that reads no micro-batch right now to another position of its input. A driver that
   * runs all the same is fenced.
   *
   * @param expected the marker that the move was decided on
   * @param offsetsBack by how many offsets the new position lies further back, over all partitions
   *     that go back
   * @param facts what is to be known of the move, for the snapshot's summary
   * @return false when the job has gone on since, and nothing was moved
   */
  public static boolean move(
      Table table, Marker expected, String position, long offsetsBack, Map<String, String> facts) {
    return mark(
        table,
        facts,
        state ->
            state.marker(expected.job()).equals(Optional.of(expected))
                ? state.with(expected.movedTo(position, offsetsBack))
                : state);
  }

  /**
   * Appends an empty commit that changes the state alone; no commit where there is nothing to
   * change, because another process came first for example.
   *
   * @param change decides on the latest state; it may be asked again
   * @return whether a commit was made
   */
  public static boolean mark(
      Table table, Map<String, String> facts, UnaryOperator<TableState> change) {
    try {
      commit(
          table,
          StagedFiles.none(table),
          facts,
          state -> {
            TableState next = change.apply(state);
            if (next.equals(state)) {
              throw new Settled(Outcome.ALREADY_THERE);
            }
            return next;
          });
      return true;
    } catch (Settled nothingToChange) {
      return false;
    }
  }

  /**
   * Replaces files, and leaves the state as it is.
   *
   * @param decide what to replace in the refreshed table, validated as its maker wishes; nothing
   *     when there is nothing to be done any more. It may be asked again, also after a commit whose
   *     outcome is unknown: it must recognise its own
   * @return whether a commit was made
   * @throws ValidationException when the replacement's own validation fails
   */
  public static boolean overwrite(
      Table table, Map<String, String> facts, Supplier<Optional<OverwriteFiles>> decide) {
    try {
      commit(
          table,
          facts,
          base ->
              new Change(base, decide.get().orElseThrow(() -> new Settled(Outcome.ALREADY_THERE))));
      return true;
    } catch (Settled nothingToReplace) {
      return false;
    }
  }

  /**
   * Commits what changes no row, a rewrite of manifests or files: it carries forward whatever state
   * it finds when it is committed. So a stream that commits in between is no reason to do the
   * rewrite again, nor is the rewrite one for the stream.
   *
   * @param table the table of {@code rewrite}
   * @param rewrite the change; Iceberg's own retries repeat it on top of commits that came first
   * @throws ValidationException when what is rewritten is no longer there
   * @throws CommitStateUnknownException when the catalog does not say whether it landed
   */
  public static void rewrite(Table table, SnapshotUpdate<?> rewrite) {
    carryState(rewrite).commit();
  }

  /**
   * The same for a change that somebody else commits, one of Iceberg's actions for example: each of
   * its attempts carries the state that it finds.
   *
   * @return {@code rewrite}
   */
  public static <T extends SnapshotUpdate<?>> T carryState(T rewrite) {
    // The validator is asked before the summary of each attempt is written.
    rewrite.validateWith(
        new SnapshotAncestryValidator() {
          private final Set<String> before = new HashSet<>();

          @Override
          public boolean validate(Iterable<Snapshot> ancestors) {
            Map<String, String> state = carried(ancestors);
            // What an earlier attempt carried cannot be taken back; nothing is read for none.
            before.stream()
                .filter(key -> !state.containsKey(key))
                .forEach(key -> rewrite.set(key, ""));
            state.forEach(rewrite::set);
            before.addAll(state.keySet());
            return true;
          }
        });
    return rewrite;
  }

  /**
   * The state that the newest commit with one has. A rewrite decides nothing by it, so that a table
   * that never had any, or does not tell, is rewritten without.
   */
  private static Map<String, String> carried(Iterable<Snapshot> ancestors) {
    boolean foreignHead = false;
    for (Snapshot ancestor : ancestors) {
      Optional<TableState> state = TableState.in(ancestor);
      if (state.isPresent()) {
        return (foreignHead ? state.get().behindForeignCommits() : state.get()).properties();
      }
      foreignHead = true;
    }
    return Map.of();
  }

  private static TableState commit(
      Table table,
      StagedFiles staged,
      Map<String, String> facts,
      UnaryOperator<TableState> change) {
    return commit(
        table,
        facts,
        base -> {
          TableState next = change.apply(base);
          AppendFiles append = table.newAppend();
          staged.files().forEach(append::appendFile);
          return new Change(next, append);
        });
  }

  /**
   * A commit in the making.
   *
   * @param next the state it leaves behind
   * @param update what it does to files
   */
  private record Change(TableState next, SnapshotUpdate<?> update) {}

  private static TableState commit(
      Table table, Map<String, String> facts, Function<TableState, Change> decide) {
    boolean mayHaveLanded = false;
    boolean mayBeOwn = false;
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      TableState base = TableState.of(table);
      StateUnchanged check = new StateUnchanged(table.name(), base);
      try {
        Change change = decide.apply(base);
        SnapshotUpdate<?> update = change.update();
        update.validateWith(check);
        change.next().properties().forEach(update::set);
        facts.forEach(update::set);
        update.commit();
        table.refresh();
        return change.next();
      } catch (Settled settled) {
        if (mayHaveLanded && settled.outcome == Outcome.ALREADY_THERE) {
          // The commit whose outcome was unknown is the one that recorded the micro-batch: its
          // files are the table's now and must not be discarded.
          return base;
        }
        throw settled;
      } catch (ValidationException e) {
        // What is in the way may be the commit whose outcome was unknown, which landed after the
        // last look; one more look tells. Whoever got the exception would discard its files.
        if (!check.refused && !mayBeOwn || attempt == MAX_ATTEMPTS) {
          throw e;
        }
        mayBeOwn = mayBeOwn && check.refused;
        LOG.debug("{} changed under a commit; deciding anew", table.name());
      } catch (CommitStateUnknownException | UncheckedSQLException e) {
        // Either the commit landed, then the next turn finds it recorded, or it did not, then the
        // next turn makes it; should it land in between, the check refuses the second one.
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
        mayHaveLanded = true;
        mayBeOwn = true;
        LOG.warn("outcome of a commit to {} is unknown; looking again", table.name());
      } catch (CommitFailedException e) {
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
        LOG.debug("{} was busy; trying again", table.name());
      }
    }
  }

  /** The decision that nothing is to be committed. */
  private static final class Settled extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Outcome outcome;

    Settled(Outcome outcome) {
      super(outcome.name(), null, false, false);
      this.outcome = outcome;
    }
  }

  private static final class StateUnchanged implements SnapshotAncestryValidator {
    private final String table;
    private final TableState expected;
    private boolean refused;

    StateUnchanged(String table, TableState expected) {
      this.table = table;
      this.expected = expected;
    }

    @Override
    public boolean validate(Iterable<Snapshot> ancestors) {
      refused = !TableState.of(table, ancestors).equals(expected);
      return !refused;
    }

    @Override
    public String errorMessage() {
      return "another Tidemark commit came first";
    }
  }
}
