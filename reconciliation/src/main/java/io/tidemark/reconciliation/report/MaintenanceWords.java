package io.tidemark.reconciliation.report;

import io.tidemark.catalog.config.ByteSizes;
import io.tidemark.jobs.cli.PrintedCommands;
import io.tidemark.reconciliation.plan.Commands;
import io.tidemark.reconciliation.plan.Shown;
import io.tidemark.reconciliation.report.MaintenanceFacts.Day;
import io.tidemark.reconciliation.report.MaintenanceFacts.Groups;
import io.tidemark.reconciliation.report.MaintenanceFacts.Kind;
import io.tidemark.reconciliation.report.MaintenanceFacts.Open;
import io.tidemark.reconciliation.report.MaintenanceFacts.Replaced;
import io.tidemark.reconciliation.report.MaintenanceFacts.TableWork;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the report says of maintenance of tables. */
public final class MaintenanceWords {
  private static final int SHOWN_TABLES = 5;
  private static final int SHOWN_FAILED = 3;
  private static final int SHOWN_LEFT = 3;
  private static final String VACUUM = "vacuum";
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("MM-dd", Locale.ROOT);

  private final Times times;
  private final PrintedCommands commands;

  MaintenanceWords(Times times, PrintedCommands commands) {
    this.times = times;
    this.commands = commands;
  }

  /** How many runs of each kind, and how long they took; that none ran. */
  public String runs(MaintenanceFacts maintenance) {
    return maintenance.kinds().isEmpty()
        ? "No maintenance ran on this day."
        : maintenance.kinds().stream().map(this::runs).collect(Collectors.joining("; "));
  }

  private String runs(Kind kind) {
    String counted =
        switch (kind.name()) {
          case "compact" -> Shown.counted(kind.runs(), "compaction");
          case VACUUM -> Shown.counted(kind.runs(), "vacuum");
          default -> Shown.counted(kind.runs(), Texts.name(kind.name()) + " run");
        };
    return counted + ", " + Times.seconds(kind.seconds());
  }

  /** What became of groups of files; empty where none was rewritten. */
  public String groups(MaintenanceFacts maintenance) {
    Groups groups = maintenance.groups();
    if (groups.all() == 0) {
      return "";
    }
    List<String> said = new ArrayList<>();
    said.add(
        "%s of %s done"
            .formatted(Shown.number(groups.done()), Shown.counted(groups.all(), "group")));
    if (groups.conflicted() > 0) {
      said.add(
          "%s given up for another writer (%s)"
              .formatted(
                  Shown.number(groups.conflicted()),
                  percent((double) groups.conflicted() / groups.all())));
    }
    if (groups.failed() > 0) {
      said.add(Shown.number(groups.failed()) + " failed");
    }
    return String.join(", ", said);
  }

  /** The tables that are shown, the worst first. */
  public List<TableWork> tables(MaintenanceFacts maintenance) {
    return maintenance.tables().stream().limit(SHOWN_TABLES).toList();
  }

  /** The tables that are not shown; empty when all are. */
  public String otherTables(MaintenanceFacts maintenance) {
    List<TableWork> others = maintenance.tables().stream().skip(SHOWN_TABLES).toList();
    return others.isEmpty()
        ? ""
        : "and %s, %s"
            .formatted(
                Shown.counted(others.size(), "other table"),
                Times.seconds(others.stream().mapToDouble(TableWork::seconds).sum()));
  }

  /** A sign for a table of which something failed, and for the others. */
  public String sign(TableWork table) {
    return (table.failed() ? Verdict.OUTSIDE : Verdict.EQUAL).sign();
  }

  /** How many files became how many. */
  public String files(TableWork table) {
    return table.data().files() == 0 ? Texts.NOTHING : files(table.data());
  }

  private static String files(Replaced replaced) {
    return Shown.number(replaced.files()) + " → " + Shown.number(replaced.filesAfter());
  }

  /** How many bytes became how many. */
  public String bytes(TableWork table) {
    return table.data().bytes() == 0
        ? Texts.NOTHING
        : ByteSizes.shown(table.data().bytes())
            + " → "
            + ByteSizes.shown(table.data().bytesAfter());
  }

  /** How long it took. */
  public String time(TableWork table) {
    return Times.seconds(table.seconds());
  }

  /** What else there is to say of a table; empty where there is nothing. */
  public String more(TableWork table) {
    List<String> said = new ArrayList<>();
    if (table.filesFewer() > 0) {
      said.add(Shown.counted(table.filesFewer(), "file") + " fewer to open");
    }
    Groups groups = table.groups();
    if (groups.conflicted() > 0) {
      said.add(
          "%s of %s given up for another writer (%s)"
              .formatted(
                  Shown.number(groups.conflicted()),
                  Shown.counted(groups.all(), "group"),
                  percent((double) groups.conflicted() / groups.all())));
    }
    if (table.rowsFolded() > 0) {
      said.add(Shown.counted(table.rowsFolded(), "row") + " folded");
    }
    if (table.manifests().files() > 0) {
      said.add("manifests " + files(table.manifests()));
    }
    if (table.snapshotsExpired() > 0) {
      said.add(Shown.counted(table.snapshotsExpired(), "snapshot") + " expired");
    }
    if (table.orphansDeleted() > 0) {
      said.add(Shown.counted(table.orphansDeleted(), "orphan file") + " deleted");
    }
    return String.join(", ", said);
  }

  /** What failed and was not done since, as far as it is shown. */
  public List<Open> failed(MaintenanceFacts maintenance) {
    return maintenance.open().stream().filter(Open::failed).limit(SHOWN_FAILED).toList();
  }

  /** What was left as it is, as far as it is shown. */
  public List<Open> left(MaintenanceFacts maintenance) {
    return maintenance.open().stream().filter(open -> !open.failed()).limit(SHOWN_LEFT).toList();
  }

  /** How much of what failed or was left is not shown; empty when all is. */
  public String otherOpen(MaintenanceFacts maintenance) {
    int others = maintenance.open().size() - failed(maintenance).size() - left(maintenance).size();
    return others == 0 ? "" : "and %s more, in ops.maintenance_run".formatted(Shown.number(others));
  }

  /** What failed or was left, when, and how often. */
  public String what(Open open) {
    List<String> said = new ArrayList<>();
    said.add(Texts.name(open.table()));
    if (!open.partition().isEmpty()) {
      said.add(Texts.name(open.partition()));
    }
    if (!open.action().isEmpty()) {
      said.add(Texts.name(open.action()));
    }
    String times = open.times() > 1 ? ", %s times".formatted(Shown.number(open.times())) : "";
    return "%s (%s, %s%s)"
        .formatted(
            String.join(" ", said), Texts.name(open.kind()), this.times.minute(open.at()), times);
  }

  /** Why; empty where nobody knows. */
  public String why(Open open) {
    return commands.in(Texts.sentence(open.detail()));
  }

  /** What does it once more. */
  public String command(Open open) {
    return commands.in(Commands.maintain(VACUUM.equals(open.kind()), Texts.name(open.table())));
  }

  /**
   * Whether the last days are drawn: not on one without maintenance, nor when nothing was
   * rewritten.
   */
  static boolean drawn(MaintenanceFacts maintenance) {
    return !maintenance.kinds().isEmpty()
        && maintenance.days().stream().anyMatch(day -> day.bytes() > 0);
  }

  /** The last days in a sentence, also where no chart can be drawn. */
  public String trend(MaintenanceFacts maintenance) {
    return trend(maintenance.days());
  }

  static String trend(List<Day> days) {
    List<Day> busy = days.stream().filter(day -> day.bytes() > 0).toList();
    if (busy.isEmpty()) {
      return "";
    }
    Day most = busy.stream().max(Comparator.comparingLong(Day::bytes)).orElseThrow();
    return "Bytes of data files rewritten by day, %s to %s: %s on %s, the most on %s, %s."
        .formatted(
            days.get(0).day(),
            days.get(days.size() - 1).day(),
            ByteSizes.shown(busy.stream().mapToLong(Day::bytes).sum()),
            Shown.counted(busy.size(), "day"),
            most.day().format(DATE),
            ByteSizes.shown(most.bytes()));
  }

  /** Two digits of a share are enough. */
  private static String percent(double share) {
    return Texts.share(Math.round(share * 1000) / 1000.0);
  }
}
