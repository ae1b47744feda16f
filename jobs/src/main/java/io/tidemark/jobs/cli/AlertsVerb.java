package io.tidemark.jobs.cli;

import io.tidemark.jobs.alert.AlertMessage;
import io.tidemark.jobs.alert.Incident;
import io.tidemark.jobs.alert.Incident.Kind;
import io.tidemark.jobs.run.IncidentTable;
import io.tidemark.jobs.spec.AlertSpec;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists alerts, and the incidents that go on. */
@Command(
    name = "alerts",
    description = "Lists the declared alerts, and the incidents that go on.",
    footer = {
      "",
      "It looks at no job and tells nobody: that is 'tidemark alerts check', which a driver of streams",
      "does by itself every minute.",
      "",
      "Exit codes: 0, whatever goes on.",
      "",
      "Examples:",
      "  tidemark alerts",
      "  tidemark alerts --env cluster"
    })
public final class AlertsVerb implements Verb {
  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.LOOK;
  }

  @Override
  public int rank() {
    return 6;
  }

  @Override
  public Integer call() {
    Workspace workspace = Workspace.open(options);
    List<Incident> open = new IncidentTable(workspace.lake()).open();
    PrintWriter out = spec.commandLine().getOut();
    TextTable table = new TextTable("alert", "told to", "goes on", "condition");
    for (AlertSpec alert : workspace.jobs().alerts()) {
      long count = open.stream().filter(each -> each.fullName().equals(alert.fullName())).count();
      table.add(
          alert.fullName(),
          String.join(", ", alert.receivers()),
          count == 0 ? "" : String.valueOf(count),
          alert.text());
    }
    table.print(out);
    print(open, workspace.declarations().environment().timeZone(), out);
    note(workspace, out);
    out.flush();
    return ExitCodes.OK;
  }

  /** Incidents, a line each. */
  static void print(List<Incident> open, ZoneId zone, PrintWriter out) {
    DateTimeFormatter time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(zone);
    for (Incident incident : open) {
      out.printf(
          "✗ %s%s since %s: %s%s%n",
          incident.fullName(),
          AlertMessage.keyText(incident.key()),
          time.format(incident.openedAt()),
          incident.condition(),
          value(incident));
    }
  }

  private static String value(Incident incident) {
    if (incident.kind() == Kind.UNKNOWN) {
      return "";
    }
    return incident.value() == null
        ? " (no value)"
        : " (it was %s)".formatted(AlertMessage.number(incident.value()));
  }

  /** Says it where nobody is told. */
  static void note(Workspace workspace, PrintWriter out) {
    if (workspace.declarations().environment().alerts().receivers().isEmpty()) {
      out.printf(
          "note: nobody is told, environment %s has no receivers (key 'alerts.receivers')%n",
          workspace.declarations().environment().name());
    }
  }
}
