package io.tidemark.tests.bench;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.TextTable;
import io.tidemark.jobs.cli.Verb;
import io.tidemark.jobs.cli.VerbGroup;
import io.tidemark.tests.bench.Benchmark.Plan;
import io.tidemark.tests.lakehouse.Repository;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a benchmark on this machine. */
@Command(
    name = "bench",
    description = "Runs a benchmark on this machine; without a name, lists them.",
    footer = {
      "",
      "The sides of a benchmark run by turns on the same input, and their answers are compared:",
      "the exit code is 0 only when they are equal. The last lines are the figures.",
      "",
      "Examples:",
      "  tidemark bench",
      "  tidemark bench stream",
      "  tidemark bench stream --events 20000 --rounds 1 --seconds 20",
      "  tidemark bench stream-freshness --seconds 60",
      "  tidemark bench stream-catchup --events 1000000",
      "  tidemark bench stream-peer",
      "  tidemark bench mirror",
      "  tidemark bench reconcile --events 1000000",
      "  tidemark bench publish",
      "  tidemark bench tags",
      "  tidemark bench drilldown",
      "  tidemark bench compaction",
      "  tidemark bench compaction-plan",
      "  tidemark bench users --events 2000000"
    })
public final class BenchVerb implements Verb {
  private static final List<Benchmark> BENCHMARKS =
      List.of(
          new StreamBench(),
          new StreamThroughput(),
          new StreamFreshness(),
          new StreamCatchUp(),
          new StreamPeer(),
          new MirrorBench(),
          new ReconcileBench(),
          new PublishBench(),
          new TagsBench(),
          new DrillDownBench(),
          new CompactionBench(),
          new CompactionPlanBench(),
          new UsersBench());

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "Name of a benchmark.")
  private String name;

  @Option(
      names = "--events",
      paramLabel = "N",
      description =
          "Events of the large input, for tags, drilldown and users its users, for compaction and"
              + " compaction-plan its data files; the small one has a tenth, of reconcile a"
              + " twentieth, of publish 10000, and tags are measured with twice as many as well;"
              + " the outage that stream catches up has nine times as many (default: 2000000 for"
              + " stream, its throughput and its peer, and tags, 18000000 for stream-catchup,"
              + " 1000000 for mirror, 20000000 for reconcile and users, 10000000 for publish,"
              + " 200000 for drilldown, 20000 for compaction, 100000 for compaction-plan).")
  private Long events;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "How often each side is measured at each size; reconcile measures its large size, and the"
              + " publishing behind it, a third as often (default: 3; 2 for compaction, 1 for tags"
              + " and drilldown).")
  private Integer rounds;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "" + Benchmark.SECONDS,
      description =
          "How long events come at a steady rate in each phase of stream and stream-freshness"
              + " (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "20260115",
      description = "The same seed makes the same input (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      description =
          "Where it makes a folder to work in, and deletes that again (default: .tidemark/bench in"
              + " the project).")
  private Path folder;

  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.LOCAL;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (name == null) {
      TextTable table = new TextTable("name", "what it measures");
      BENCHMARKS.forEach(each -> table.add(each.name(), each.summary()));
      table.print(out);
      return ExitCodes.OK;
    }
    Benchmark chosen = chosen();
    return chosen.run(plan(chosen), out) ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private Benchmark chosen() {
    return BENCHMARKS.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> refused("There is no benchmark '" + name + "'; there is: " + known() + "."));
  }

  private static String known() {
    return BENCHMARKS.stream().map(Benchmark::name).collect(Collectors.joining(", "));
  }

  private Plan plan(Benchmark chosen) {
    Path work =
        folder == null ? Repository.root().resolve(".tidemark/bench") : folder.toAbsolutePath();
    try {
      return new Plan(
          events == null ? chosen.events() : events,
          rounds == null ? chosen.rounds() : rounds,
          seed,
          work,
          seconds);
    } catch (IllegalArgumentException e) {
      throw refused(e.getMessage());
    }
  }

  private ParameterException refused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
