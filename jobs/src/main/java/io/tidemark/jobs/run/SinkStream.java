package io.tidemark.jobs.run;

import io.tidemark.catalog.KnownTable;
import io.tidemark.catalog.UserError;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.cut.ChangedRange;
import io.tidemark.jobs.sink.SinkPosition;
import io.tidemark.jobs.sink.SinkStep;
import io.tidemark.jobs.sink.SinkTarget;
import io.tidemark.jobs.spec.SinkSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sink as a stream: it follows the snapshots of its input, appends and published days alike, one
 * range a micro-batch, and writes what readers see as of the last of them. Its position stands
 * where its rows are.
 */
final class SinkStream implements JobStream {
  private static final Logger LOG = LoggerFactory.getLogger(SinkStream.class);

  private final SinkPlan plan;
  private final Table input;
  private final KnownTable known;
  private final JobSession session;
  private final Supplier<SinkTarget> targets;
  private final boolean reload;
  private final StreamContext context;

  /**
   * A sink.
   *
   * @param targets opens what it writes to
   * @param reload whether everything is written again first
   */
  SinkStream(
      SinkPlan plan,
      Table input,
      KnownTable known,
      JobSession session,
      Supplier<SinkTarget> targets,
      boolean reload,
      StreamContext context) {
    this.plan = plan;
    this.input = input;
    this.known = known;
    this.session = session;
    this.targets = targets;
    this.reload = reload;
    this.context = context;
  }

  private String job() {
    return plan.layout().job();
  }

  @Override
  public void run(boolean drain) {
    try (SinkTarget target = targets.get()) {
      StepWriter writer = new StepWriter(job(), target, context);
      // Before an older driver, which may go on by its own definition, is replaced.
      writer.patiently(target::position).ifPresent(this::requireDefinition);
      SinkPosition last = writer.patiently(() -> target.takeOver(plan.layout()));
      requireDefinition(last);
      input.refresh();
      // A writer that does not rest must not keep a drain from ending.
      long end = drain ? sequenceNumber(input.currentSnapshot()) : Long.MAX_VALUE;
      boolean again = reload;
      while (!context.stop().isStopped()) {
        input.refresh();
        Optional<ChangedRange> next = again ? ChangedRange.whole(input) : next(last);
        if (next.isPresent() && readUpTo(next.get().from()) < end) {
          last = whateverTheColumns(writer, last, next.get());
          again = false;
        } else if (drain) {
          return;
        } else {
          context.stop().await(context.settings().trigger());
        }
      }
    }
  }

  /**
   * Where every row stands for itself, a first load goes by steps; else it is what there is now.
   *
   * <p>A step that was half written is finished first: a longer range does not speak of rows which
   * came with that step and are gone by now. Where it is no longer in the history, everything is
   * written again.
   */
  private Optional<ChangedRange> next(SinkPosition last) {
    Long from = last.snapshot();
    if (from == null && !plan.sql().appends()) {
      return ChangedRange.whole(input);
    }
    String remedy = "Write everything again: " + SinkSpec.reloading(job());
    if (from != null && last.torn() != null) {
      return ChangedRange.upTo(input, from, last.torn(), plan.partition(), remedy)
          .or(() -> ChangedRange.whole(input));
    }
    return ChangedRange.after(
        input, from, context.settings().maxRowsPerMicroBatch(), plan.partition(), remedy);
  }

  /** Refuses to go on with rows that were written by another definition, unless all come anew. */
  private void requireDefinition(SinkPosition there) {
    if (reload || there.snapshot() == null) {
      return;
    }
    List<Problem> problems = plan.layout().definition().problems(job(), there.definition());
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  private long readUpTo(Long snapshot) {
    return sequenceNumber(snapshot == null ? null : input.snapshot(snapshot));
  }

  private static long sequenceNumber(Snapshot snapshot) {
    return snapshot == null ? 0 : snapshot.sequenceNumber();
  }

  /**
   * Spark stops where a table got other columns between planning and reading, which is no fault of
   * the micro-batch: nothing is written before its rows are all there, so it is simply run again.
   */
  private SinkPosition whateverTheColumns(
      StepWriter writer, SinkPosition last, ChangedRange range) {
    while (true) {
      int before = input.schema().schemaId();
      try (SinkRows rows = SinkRows.compute(session, plan, known, range)) {
        return microBatch(writer, last, range, rows);
      } catch (Exception e) {
        // Spark throws checked exceptions that it declares nowhere.
        input.refresh();
        if (e instanceof UserError || before == input.schema().schemaId()) {
          throw e;
        }
        LOG.info("columns changed under a micro-batch of {}; running it again", job());
      }
    }
  }

  private SinkPosition microBatch(
      StepWriter writer, SinkPosition last, ChangedRange range, SinkRows rows) {
    SinkStep step = new SinkStep(range.to(), range.version(), range.from() == null);
    MicroBatchListener listener = context.listener();
    listener.reached(job(), step.version(), Phase.STARTED);
    SinkPosition next = writer.write(last, step, rows::forEach);
    listener.reached(job(), step.version(), Phase.COMMITTED);
    listener.committed(
        new MicroBatchReport(job(), step.version(), range.rows(), rows.count(), 0, 0, 0, 0, 0),
        reach(range));
    listener.reached(job(), step.version(), Phase.FINISHED);
    return next;
  }

  /** A sink makes no snapshot: what it has written is the input as of the last one read. */
  private static Reach reach(ChangedRange range) {
    String from = range.from() == null ? "" : Long.toString(range.from());
    return new Reach(from, Long.toString(range.to()), range.to());
  }
}
