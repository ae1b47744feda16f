package io.tidemark.jobs.cli;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SinkSpec;
import io.tidemark.jobs.spec.SplitSpec;
import io.tidemark.jobs.spec.ViewSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the declared jobs. */
@Command(
    name = "jobs",
    description = "Lists the declared jobs, upstream first, then the sinks and the views.",
    footer = {"", "Examples:", "  tidemark jobs", "  tidemark jobs --conf ../our-warehouse/conf"})
public final class JobsVerb implements Verb {
  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.DECLARE;
  }

  @Override
  public Integer call() {
    Declarations declarations =
        Declarations.read(options.conf(), options.env(), options.settings());
    TextTable table = new TextTable("job", "kind", "reads", "writes", "owner", "what it is");
    for (JobSpec job : declarations.jobs().jobs()) {
      table.add(job.name(), job.kind(), input(job), job.output(), job.owner(), job.description());
    }
    for (SinkSpec sink : declarations.jobs().sinks()) {
      table.add(sink.name(), "sink", sink.input(), sink.target(), sink.owner(), sink.description());
    }
    for (ViewSpec view : declarations.jobs().views()) {
      table.add(view.name(), "view", view.of(), "", view.owner(), view.description());
    }
    table.print(spec.commandLine().getOut());
    return ExitCodes.OK;
  }

  /** Which messages of a split topic are the job's. */
  private static String part(SplitSpec split) {
    if (!split.isSplit()) {
      return "";
    }
    return split.isRoute()
        ? ", %s %s".formatted(split.by(), String.join(", ", split.route()))
        : ", what no route takes";
  }

  private static String input(JobSpec job) {
    if (job instanceof IngestSpec ingest) {
      return "topic " + ingest.topic() + part(ingest.split());
    }
    return String.join(", ", JobCatalog.inputsOf(job).stream().map(TableName::toString).toList());
  }
}
