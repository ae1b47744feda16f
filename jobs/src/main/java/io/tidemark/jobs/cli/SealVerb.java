package io.tidemark.jobs.cli;

import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Fixes the cut of business days. */
@Command(
    name = "seal",
    description = "Fixes the cut of business days in every ODS table.",
    footer = {
      "",
      "What ODS holds of a day when it is sealed is the day; what arrives later is pending.",
      "Seal a day once it is over and a grace for stragglers has passed. A day that is sealed",
      "already is left as it is.",
      "",
      "Examples:",
      "  tidemark seal --day 2026-01-31",
      "  tidemark seal --from 2026-01-01 --to 2026-01-31"
    })
public final class SealVerb implements Verb {
  @Mixin private DayOptions days = new DayOptions();
  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.RUN;
  }

  @Override
  public int rank() {
    return 20;
  }

  @Override
  public Integer call() {
    Range range = days.required();
    Workspace workspace = Workspace.open(options);
    for (JobSpec job : workspace.jobs().jobs()) {
      if (job instanceof IngestSpec ingest) {
        seal(workspace, ingest, range);
      }
    }
    return ExitCodes.OK;
  }

  private void seal(Workspace workspace, IngestSpec job, Range range) {
    PrintWriter out = spec.commandLine().getOut();
    Table ods = workspace.tables().ensure(job);
    List<Range> sealed = Seals.seal(ods, range);
    if (sealed.isEmpty()) {
      out.printf("%-32s %s was sealed already%n", job.output(), range.shown());
    }
    for (Range part : sealed) {
      long cut = Seals.cutOf(ods, part.from()).orElseThrow();
      out.printf(
          "%-32s sealed %s at snapshot %d, %s%n",
          job.output(), part.shown(), cut, read(job, TableState.asOf(ods, cut)));
    }
  }

  /** How far the topic had been read: partition and next offset. */
  private static String read(IngestSpec job, TableState state) {
    String position = state.marker(job.name()).map(Marker::position).orElse("");
    Map<Integer, Long> next = KafkaOffsets.parse(job.topic(), position).next();
    return next.isEmpty()
        ? "nothing read yet"
        : next.entrySet().stream()
            .map(entry -> entry.getKey() + ":" + entry.getValue())
            .collect(Collectors.joining(" ", "next offsets ", ""));
  }
}
