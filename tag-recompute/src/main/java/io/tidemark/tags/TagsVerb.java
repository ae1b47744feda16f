package io.tidemark.tags;

import io.tidemark.jobs.cli.ConfOptions;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.PrintedCommands;
import io.tidemark.jobs.cli.Verb;
import io.tidemark.jobs.cli.VerbGroup;
import io.tidemark.jobs.cli.Workspace;
import io.tidemark.tags.attribute.QueryAction;
import io.tidemark.tags.attribute.QueryOptions;
import io.tidemark.tags.attribute.RecomputeAction;
import io.tidemark.tags.attribute.RecomputeOptions;
import io.tidemark.tags.build.BuildAction;
import io.tidemark.tags.build.BuildOptions;
import io.tidemark.tags.build.CheckAction;
import io.tidemark.tags.build.CheckOptions;
import io.tidemark.tags.spec.HistorySpec;
import java.io.PrintWriter;
import java.lang.reflect.Field;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Keeps histories of users, and adds them up by today's tags. */
@Command(
    name = "tags",
    description = "Keeps days of every user, and adds them up by today's tags.",
    footer = {
      "",
      "build  brings a history up to a day: the day, whatever was published again or late, pieces",
      "       that the day closes. A day that is not published is reported, and comes in with the",
      "       first build behind its publication. Doing it again changes nothing. --rebuild makes it",
      "       anew, which gives the same history.",
      "check  compares the two forms in which a history is stored, piece by piece; with --input both",
      "       with the published days.",
      "recompute",
      "       adds all days up by every dimension set, in one pass, and puts the results where they are",
      "       served from, a commit a set. A result of the same build and tags is left as it is.",
      "       Where conf/tags says so, yesterday's result is brought forward by the users whose tags",
      "       changed and the days that did, when that is reckoned to be quicker.",
      "query  does the same for any tags, and prints the result; --where leaves users out.",
      "",
      "Exit code 2: the history is not built up to the day, there are no tags of the day, or several",
      "rows for a user. Exit code 3: days are missing, or what is compared differs.",
      "",
      "Examples:",
      "  tidemark tags build --day 2026-01-31",
      "  tidemark tags build --day 2026-01-31 --rebuild --history reading",
      "  tidemark tags check --input",
      "  tidemark tags recompute --day 2026-01-31",
      "  tidemark tags recompute --day 2026-01-31 --dimension-set city --tags-as-of 2026-01-01",
      "  tidemark tags query --by city,channel --where \"level >= 3\" --days 90"
    })
public final class TagsVerb implements Verb {
  /** What to do. */
  enum Action {
    BUILD,
    CHECK,
    RECOMPUTE,
    QUERY;

    /** As it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(index = "0", paramLabel = "ACTION", description = "One of: ${COMPLETION-CANDIDATES}.")
  private Action action;

  @Option(
      names = "--history",
      paramLabel = "NAME",
      description = "This history alone (default: all that conf/tags declares).")
  private String history;

  @Option(
      names = "--day",
      paramLabel = "DAY",
      description =
          "The latest day, in the warehouse's time zone, as 2026-01-31; query takes the latest that"
              + " is built where none is given.")
  private LocalDate day;

  @Option(
      names = "--tags-as-of",
      paramLabel = "DAY",
      description = "recompute, query: takes the tags of this day in place of the latest.")
  private LocalDate tagsAsOf;

  @Mixin private BuildOptions build = new BuildOptions();
  @Mixin private CheckOptions check = new CheckOptions();
  @Mixin private RecomputeOptions recompute = new RecomputeOptions();
  @Mixin private QueryOptions query = new QueryOptions();
  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.RUN;
  }

  @Override
  public int rank() {
    return 60;
  }

  @Override
  public Integer call() {
    checkOptions();
    if ((action == Action.BUILD || action == Action.RECOMPUTE) && day == null) {
      throw refused("Give --day, the latest day of the history.");
    }
    Workspace workspace = Workspace.open(options);
    List<HistorySpec> chosen = chosen(workspace);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    return switch (action) {
      case BUILD, CHECK -> keep(workspace, chosen, out, err);
      case RECOMPUTE ->
          new RecomputeAction(workspace.lake(), err, out)
              .run(chosen, day, Optional.ofNullable(tagsAsOf), recompute);
      case QUERY ->
          new QueryAction(workspace.lake(), err, out)
              .run(only(chosen), Optional.ofNullable(day), Optional.ofNullable(tagsAsOf), query);
    };
  }

  /** An option of another action would say something that is not done. */
  private void checkOptions() {
    Map<Class<?>, Action> owners =
        Map.of(
            BuildOptions.class, Action.BUILD,
            CheckOptions.class, Action.CHECK,
            RecomputeOptions.class, Action.RECOMPUTE,
            QueryOptions.class, Action.QUERY);
    ParseResult given = spec.commandLine().getParseResult();
    for (OptionSpec option : given.matchedOptions()) {
      Action owner =
          option.userObject() instanceof Field field
              ? owners.getOrDefault(field.getDeclaringClass(), action)
              : action;
      if (owner != action) {
        throw refused(
            "%s goes with %s, not with %s.".formatted(option.longestName(), owner, action));
      }
    }
    if (recompute.contradiction().isPresent()) {
      throw refused(recompute.contradiction().get());
    }
    if (tagsAsOf != null && action != Action.RECOMPUTE && action != Action.QUERY) {
      throw refused("--tags-as-of goes with recompute and query.");
    }
  }

  private HistorySpec only(List<HistorySpec> chosen) {
    if (chosen.size() > 1) {
      throw refused(
          "Name one of the histories with --history: "
              + String.join(", ", chosen.stream().map(HistorySpec::name).toList())
              + ".");
    }
    return chosen.get(0);
  }

  private int keep(
      Workspace workspace, List<HistorySpec> chosen, PrintWriter out, PrintWriter err) {
    PrintedCommands commands = options.commands();
    int code = ExitCodes.OK;
    for (HistorySpec each : chosen) {
      int answer =
          action == Action.BUILD
              ? new BuildAction(workspace.lake(), err::println, line -> print(out, commands, line))
                  .run(each, day, build)
              : new CheckAction(workspace.lake(), line -> print(out, commands, line))
                  .run(each, check);
      code = Math.max(code, answer);
    }
    return code;
  }

  private static void print(PrintWriter out, PrintedCommands commands, String line) {
    out.println(commands.in(line));
    out.flush();
  }

  private List<HistorySpec> chosen(Workspace workspace) {
    List<HistorySpec> all = workspace.declarations().of(HistorySpec.class);
    if (all.isEmpty()) {
      throw refused("No history is declared: write a file below conf/tags, see docs/tags.md.");
    }
    List<HistorySpec> chosen =
        all.stream().filter(each -> history == null || each.name().equals(history)).toList();
    if (chosen.isEmpty()) {
      throw refused(
          "There is no history '%s'; declared are %s."
              .formatted(history, String.join(", ", all.stream().map(HistorySpec::name).toList())));
    }
    return chosen;
  }

  private ParameterException refused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
