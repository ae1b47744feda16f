package io.tidemark.compaction;

import io.tidemark.catalog.config.ByteSizes;
import io.tidemark.compaction.idle.IdleTables;
import io.tidemark.compaction.idle.TableUse;
import io.tidemark.compaction.plan.Spans;
import io.tidemark.compaction.retain.CatalogTables;
import io.tidemark.jobs.cli.ConfOptions;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.TextTable;
import io.tidemark.jobs.cli.Verb;
import io.tidemark.jobs.cli.VerbGroup;
import io.tidemark.jobs.cli.Workspace;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lists tables that nobody reads or writes. */
@Command(
    name = "idle",
    description = "Lists tables that nobody reads or writes, with size, owner and last use.",
    footer = {
      "",
      "A write is a commit of any branch that changes rows: rewrites and seals are none. Iceberg",
      "records no reads; known are those of Tidemark's own jobs, and of others by the access times",
      "that the storage keeps of the table's newest 100 files. Tables whose storage tells of no read",
      "are listed apart: nobody wrote them, and who reads them is not known.",
      "",
      "Exit code 0 whatever is idle.",
      "",
      "Examples:",
      "  tidemark tables idle --days 90",
      "  tidemark tables idle --days 30 --json"
    })
public final class TablesIdleVerb implements Verb {
  @Option(
      names = "--days",
      required = true,
      paramLabel = "N",
      description = "For how many days nobody has used them, 1 at least.")
  private int days;

  @Option(names = "--json", description = "Prints JSON in place of tables.")
  private boolean json;

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.LOOK;
  }

  @Override
  public String partOf() {
    return "tables";
  }

  @Override
  public Integer call() {
    if (days < 1) {
      throw new ParameterException(
          spec.commandLine(), "--days %d is no time; write 1 or more".formatted(days));
    }
    Workspace workspace = Workspace.open(options);
    Instant now = Clock.systemUTC().instant();
    CatalogTables catalog = CatalogTables.load(workspace.lake());
    PrintWriter err = spec.commandLine().getErr();
    catalog
        .unreadable()
        .forEach((table, why) -> err.printf("note: %s cannot be loaded: %s%n", table, why));
    List<TableUse> idle =
        new IdleTables(
                workspace.jobs(),
                catalog.tables(),
                workspace.lake().spark().sparkContext().hadoopConfiguration())
            .since(now.minus(Duration.ofDays(days)));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.write(Json.idle(idle, now, days)));
    } else {
      print(idle, now, out);
    }
    out.flush();
    return ExitCodes.OK;
  }

  private void print(List<TableUse> idle, Instant now, PrintWriter out) {
    List<TableUse> known = idle.stream().filter(TableUse::readsKnown).toList();
    List<TableUse> unknown = idle.stream().filter(use -> !use.readsKnown()).toList();
    if (!known.isEmpty()) {
      out.printf("Nobody has read or written for %d days:%n", days);
      table(known, now).print(out);
      out.println();
    }
    if (!unknown.isEmpty()) {
      out.printf(
          "Nobody has written for %d days; whether others than declared jobs read is not known:%n",
          days);
      table(unknown, now).print(out);
      out.println();
    }
    out.printf(
        "idle: %d tables, %s; of %d more, %s, reads are not known%n",
        known.size(), size(known), unknown.size(), size(unknown));
  }

  private static String size(List<TableUse> tables) {
    return ByteSizes.shown(tables.stream().mapToLong(TableUse::bytes).sum());
  }

  private static TextTable table(List<TableUse> tables, Instant now) {
    TextTable rows =
        new TextTable(
                "table",
                "owner",
                "files",
                "size",
                "last write",
                "last read",
                "readers declared",
                "read is known by")
            .ofCounts();
    tables.forEach(
        use ->
            rows.add(
                use.table(),
                use.owner(),
                use.files(),
                ByteSizes.shown(use.bytes()),
                use.lastWrite() == null ? "never" : ago(use.lastWrite(), now),
                use.lastRead() == null ? "unknown" : ago(use.lastRead().at(), now),
                String.join(", ", use.readers()),
                use.lastRead() == null ? "" : use.lastRead().by()));
    return rows;
  }

  private static String ago(Instant at, Instant now) {
    return Spans.text(Duration.between(at, now)) + " ago";
  }
}
