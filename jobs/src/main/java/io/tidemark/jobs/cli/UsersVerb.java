package io.tidemark.jobs.cli;

import io.tidemark.jobs.run.KnownUsers;
import io.tidemark.jobs.spec.UsersSpec;
import io.tidemark.jobs.spec.ViewSpec;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Keeps the tables of known users. */
@Command(
    name = "users",
    description = "Makes all users seen through a day known, so that later days are read alone.",
    footer = {
      "",
      "For views below conf/views with 'users: { ..., known: TABLE }'. The day has to be sealed; best",
      "it lies some days back, because a change of a day through it (a publication, an undo, a replay)",
      "has all days read anew by the next run. A rerun changes nothing. The view ..._recent_v shows the",
      "days behind it, and reads no others; the view itself shows all, and is right at any time.",
      "",
      "Examples:",
      "  tidemark users --through 2026-01-24",
      "  tidemark users ads.reading_active_user_1d_v --through 2026-01-24"
    })
public final class UsersVerb implements Verb {
  @Parameters(
      arity = "0..*",
      paramLabel = "VIEW",
      description = "Names of views (default: all that keep known users).")
  private List<String> names = List.of();

  @Option(
      names = "--through",
      required = true,
      paramLabel = "DAY",
      description = "The last day whose users become known, as 2026-01-24.")
  private LocalDate through;

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.RUN;
  }

  @Override
  public Integer call() {
    Workspace workspace = Workspace.open(options);
    List<ViewSpec> chosen = chosen(workspace);
    KnownUsers users = new KnownUsers(workspace.lake(), workspace.jobs(), workspace.tables());
    TextTable done = new TextTable("view", "through", "users", "");
    for (ViewSpec view : chosen) {
      KnownUsers.Report report = users.roll(view, through);
      done.add(
          report.view(),
          report.through(),
          report.users() == null ? "as they were" : report.users(),
          report.anew().isEmpty() ? "" : "from all days: " + report.anew());
    }
    done.print(spec.commandLine().getOut());
    return ExitCodes.OK;
  }

  private List<ViewSpec> chosen(Workspace workspace) {
    List<ViewSpec> keeping =
        workspace.jobs().views().stream()
            .filter(view -> view.shape() instanceof UsersSpec users && users.known() != null)
            .toList();
    List<String> known = keeping.stream().map(view -> view.name().toString()).toList();
    List<String> unknown = new ArrayList<>(names);
    unknown.removeAll(known);
    if (!unknown.isEmpty() || keeping.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "%s; %s"
              .formatted(
                  unknown.isEmpty()
                      ? "No view keeps known users"
                      : unknown.stream().collect(Collectors.joining(", "))
                          + " keeps no known users",
                  known.isEmpty()
                      ? "write 'known: TABLE' to one below conf/views."
                      : "there is " + String.join(", ", known) + "."));
    }
    return keeping.stream()
        .filter(view -> names.isEmpty() || names.contains(view.name().toString()))
        .toList();
  }
}
