package io.tidemark.jobs.run;

import io.tidemark.catalog.UserError;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Commits.Outcome;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job behind ODS as a stream: it follows the snapshots of its input, one range a micro-batch, and
 * keeps its position in the marker of its own output, in the commit that holds the rows. There is
 * no other record of progress, so nothing can disagree with the table.
 */
final class HopStream implements JobStream {
  private static final Logger LOG = LoggerFactory.getLogger(HopStream.class);

  /** More business days than this in a micro-batch are gathered by day before they are written. */
  static final int DAYS_AS_THEY_COME = 8;

  private final JobSpec job;
  private final JobSpec upstream;
  private final Table input;
  private final Table output;
  private final Schema columns;
  private final HopStep step;
  private final String definition;
  private final StreamContext context;

  HopStream(
      JobSpec job,
      JobSpec upstream,
      Table input,
      Table output,
      Schema columns,
      HopStep step,
      String definition,
      StreamContext context) {
    this.job = job;
    this.upstream = upstream;
    this.input = input;
    this.output = output;
    this.columns = columns;
    this.step = step;
    this.definition = definition;
    this.context = context;
  }

  @Override
  public void run(boolean drain) {
    Marker last = Commits.takeOver(output, job.name(), Marker.IN_TABLE);
    input.refresh();
    // A writer that does not rest must not keep a drain from ending.
    long end = drain ? sequenceNumber(input.currentSnapshot()) : Long.MAX_VALUE;
    while (!context.stop().isStopped()) {
      input.refresh();
      Optional<InputRange> next =
          InputRange.after(input, position(last), context.settings().maxRowsPerMicroBatch());
      if (next.isPresent() && readUpTo(last) < end) {
        last = whateverTheColumns(last, next.get());
      } else if (drain) {
        return;
      } else {
        context.stop().await(context.settings().trigger());
      }
    }
  }

  private long readUpTo(Marker marker) {
    Long position = position(marker);
    return sequenceNumber(position == null ? null : input.snapshot(position));
  }

  private static long sequenceNumber(Snapshot snapshot) {
    return snapshot == null ? 0 : snapshot.sequenceNumber();
  }

  private static Long position(Marker marker) {
    return marker.position().isEmpty() ? null : Long.valueOf(marker.position());
  }

  /**
   * Spark stops where a table got other columns between planning and reading, which is no fault of
   * the micro-batch: nothing is kept of it, so it is simply run again.
   */
  private Marker whateverTheColumns(Marker last, InputRange range) {
    while (true) {
      output.refresh();
      List<Integer> before = schemas();
      try {
        return microBatch(last, range);
      } catch (Exception e) {
        // Spark throws checked exceptions that it declares nowhere.
        input.refresh();
        output.refresh();
        if (e instanceof UserError || before.equals(schemas()) && !step.othersChanged()) {
          throw e;
        }
        LOG.info("columns changed under a micro-batch of {}; running it again", job.name());
      }
    }
  }

  private List<Integer> schemas() {
    return List.of(input.schema().schemaId(), output.schema().schemaId());
  }

  private Marker microBatch(Marker last, InputRange range) {
    long number = last.batch() + 1;
    MicroBatchListener listener = context.listener();
    listener.reached(job.name(), number, Phase.STARTED);
    Marker next =
        new Marker(
            job.name(),
            Marker.IN_TABLE,
            last.epoch(),
            number,
            Long.toString(range.to()),
            roots(range));
    HopStep.Result result = step.rows(last, range);
    Layout layout = result.days() > DAYS_AS_THEY_COME ? Layout.BY_PARTITION : Layout.AS_THEY_COME;
    StagedFiles staged = StagedFiles.write(output, columns, result.output(), layout);
    listener.reached(job.name(), number, Phase.FILES_WRITTEN);
    long dropped =
        job instanceof AggregateSpec ? 0 : result.read() - result.pending() - staged.rows();
    MicroBatchReport report =
        new MicroBatchReport(
            job.name(),
            number,
            result.read(),
            staged.rows(),
            0,
            dropped,
            0,
            result.late(),
            result.pending());
    Map<String, String> facts = new HashMap<>(report.facts());
    facts.put(CommitFacts.DEFINITION, definition);
    facts.putAll(result.dimensions().facts());
    facts.putAll(MetricVersions.of(job).facts());
    if (Commits.append(staged, next, DayRanges.EMPTY, facts) == Outcome.COMMITTED) {
      listener.reached(job.name(), number, Phase.COMMITTED);
      listener.committed(
          report, new Reach(last.position(), next.position(), MicroBatchReport.snapshotIn(output)));
    }
    listener.reached(job.name(), number, Phase.FINISHED);
    return next;
  }

  /** How far the roots had been read when the input came to hold the rows of this range. */
  private Map<String, Long> roots(InputRange range) {
    if (upstream instanceof IngestSpec) {
      return Map.of(upstream.output().toString(), range.to());
    }
    return TableState.asOf(input, range.to())
        .marker(upstream.name())
        .map(Marker::roots)
        .orElse(Map.of());
  }
}
