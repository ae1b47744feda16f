package io.tidemark.jobs.run;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.UserError;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Commits.Outcome;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.catalog.cut.InputPositions;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.JoinSpec;
import io.tidemark.jobs.spec.TransformSpec;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job behind ODS as a stream: it follows the snapshots of its inputs, one range of each that has
 * some a micro-batch, and keeps its position in the marker of its own output, in the commit that
 * holds the rows. There is no other record of progress, so nothing can disagree with the table.
 *
 * <p>No input waits for another: of one that gets nothing, nothing is read.
 */
final class HopStream implements JobStream {
  private static final Logger LOG = LoggerFactory.getLogger(HopStream.class);

  /** More business days than this in a micro-batch are gathered by day before they are written. */
  static final int DAYS_AS_THEY_COME = 8;

  private final JobSpec job;
  private final Map<TableName, HopInput> inputs = new LinkedHashMap<>();
  private final Table output;
  private final Schema columns;
  private final HopStep step;
  private final String definition;
  private final StreamContext context;

  /**
   * A table that a job reads.
   *
   * @param writer the job that writes it
   */
  record HopInput(JobSpec writer, Table table) {}

  HopStream(
      JobSpec job,
      List<HopInput> inputs,
      Table output,
      Schema columns,
      HopStep step,
      String definition,
      StreamContext context) {
    this.job = job;
    inputs.forEach(input -> this.inputs.put(input.writer().output(), input));
    this.output = output;
    this.columns = columns;
    this.step = step;
    this.definition = definition;
    this.context = context;
  }

  @Override
  public void run(boolean drain) {
    try {
      follow(drain);
    } finally {
      step.close();
    }
  }

  private void follow(boolean drain) {
    Marker last = Commits.takeOver(output, job.name(), Marker.IN_TABLE);
    Map<TableName, Long> ends = new HashMap<>();
    for (Map.Entry<TableName, HopInput> input : inputs.entrySet()) {
      Table table = input.getValue().table();
      table.refresh();
      // A writer that does not rest must not keep a drain from ending.
      ends.put(input.getKey(), drain ? sequenceNumber(table.currentSnapshot()) : Long.MAX_VALUE);
    }
    while (!context.stop().isStopped()) {
      Map<TableName, InputRange> next = next(positions(last), ends);
      if (!next.isEmpty() || step.isDue()) {
        last = whateverTheColumns(last, next);
      } else if (drain) {
        return;
      } else {
        context.stop().await(context.settings().trigger());
      }
    }
  }

  /** Of each input that has rows to read, the next of them. */
  private Map<TableName, InputRange> next(InputPositions read, Map<TableName, Long> ends) {
    // One that lags does not take the place of the others in a micro-batch.
    long share = Math.max(1, context.settings().maxRowsPerMicroBatch() / inputs.size());
    Map<TableName, InputRange> ranges = new LinkedHashMap<>();
    inputs.forEach(
        (name, input) -> {
          Table table = input.table();
          table.refresh();
          Long from = read.of(name.toString());
          Optional<InputRange> range = InputRange.after(table, from, share);
          long readUpTo = sequenceNumber(from == null ? null : table.snapshot(from));
          if (range.isPresent() && readUpTo < ends.get(name)) {
            ranges.put(name, range.get());
          }
        });
    return ranges;
  }

  private InputPositions positions(Marker marker) {
    return InputTables.positions(job, marker, name -> inputs.get(name).table());
  }

  private static long sequenceNumber(Snapshot snapshot) {
    return snapshot == null ? 0 : snapshot.sequenceNumber();
  }

  /**
   * Spark stops where a table got other columns between planning and reading, which is no fault of
   * the micro-batch: nothing is kept of it, so it is simply run again.
   */
  private Marker whateverTheColumns(Marker last, Map<TableName, InputRange> ranges) {
    while (true) {
      output.refresh();
      List<Integer> before = schemas();
      try {
        return microBatch(last, ranges);
      } catch (Exception e) {
        // Spark throws checked exceptions that it declares nowhere.
        inputs.values().forEach(input -> input.table().refresh());
        output.refresh();
        if (e instanceof UserError || before.equals(schemas()) && !step.othersChanged()) {
          throw e;
        }
        LOG.info("columns changed under a micro-batch of {}; running it again", job.name());
      }
    }
  }

  private List<Integer> schemas() {
    return Stream.concat(inputs.values().stream().map(HopInput::table), Stream.of(output))
        .map(table -> table.schema().schemaId())
        .toList();
  }

  private Marker microBatch(Marker last, Map<TableName, InputRange> ranges) {
    long number = last.batch() + 1;
    MicroBatchListener listener = context.listener();
    listener.reached(job.name(), number, Phase.STARTED);
    Map<String, InputRange> read = new HashMap<>();
    ranges.forEach((name, range) -> read.put(name.toString(), range));
    InputPositions before = positions(last);
    InputPositions after = before.after(read);
    Marker next =
        new Marker(
            job.name(),
            Marker.IN_TABLE,
            last.epoch(),
            number,
            after.text(inputs.keySet().stream().map(TableName::toString).toList()),
            roots(after));
    HopStep.Result result = step.rows(ranges, before, after);
    Layout layout = result.days() > DAYS_AS_THEY_COME ? Layout.BY_PARTITION : Layout.AS_THEY_COME;
    StagedFiles staged = StagedFiles.write(output, columns, result.output(), layout);
    listener.reached(job.name(), number, Phase.FILES_WRITTEN);
    // A row that takes one back stands for one that came before, as the other of the two does.
    long kept = staged.rows() - 2 * result.takenBack();
    // Nothing tells rows that were made of one from those that were dropped.
    boolean told =
        !(job instanceof AggregateSpec
            || job instanceof JoinSpec
            || job instanceof TransformSpec transform && transform.flatten() != null);
    long dropped = told ? result.read() - result.pending() - kept : 0;
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
            result.pending(),
            result.lookups());
    Map<String, String> facts = new HashMap<>(report.facts());
    facts.put(CommitFacts.DEFINITION, definition);
    facts.putAll(result.dimensions().facts());
    facts.putAll(MetricVersions.of(job).facts());
    if (Commits.append(staged, next, DayRanges.EMPTY, facts) == Outcome.COMMITTED) {
      step.committed();
      listener.reached(job.name(), number, Phase.COMMITTED);
      listener.committed(
          report, new Reach(last.position(), next.position(), MicroBatchReport.snapshotIn(output)));
    }
    listener.reached(job.name(), number, Phase.FINISHED);
    return next;
  }

  /** How far the roots had been read when the inputs came to hold what was read of them. */
  private Map<String, Long> roots(InputPositions read) {
    Map<String, Long> roots = new HashMap<>();
    inputs.forEach(
        (name, input) -> {
          Long position = read.of(name.toString());
          if (position != null && input.writer() instanceof IngestSpec) {
            roots.put(name.toString(), position);
          } else if (position != null) {
            TableState.asOf(input.table(), position)
                .marker(input.writer().name())
                .ifPresent(marker -> roots.putAll(marker.roots()));
          }
        });
    return roots;
  }
}
