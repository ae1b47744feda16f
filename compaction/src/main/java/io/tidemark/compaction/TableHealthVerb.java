package io.tidemark.compaction;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.ByteSizes;
import io.tidemark.compaction.health.DataFileStats;
import io.tidemark.compaction.health.HealthReader;
import io.tidemark.compaction.health.PartitionHealth;
import io.tidemark.compaction.health.TableHealth;
import io.tidemark.compaction.plan.Reason;
import io.tidemark.compaction.plan.Spans;
import io.tidemark.compaction.retain.CatalogTables;
import io.tidemark.compaction.retain.OrphanFiles;
import io.tidemark.compaction.retain.VacuumRefusedException;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.jobs.cli.ConfOptions;
import io.tidemark.jobs.cli.TextTable;
import io.tidemark.jobs.cli.Verb;
import io.tidemark.jobs.cli.VerbGroup;
import io.tidemark.jobs.cli.Workspace;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows how the files of tables are, from metadata. */
@Command(
    name = "health",
    description = "Shows how many files tables have, how large they are, and what is due.",
    footer = {
      "",
      "Reads the manifests of one snapshot of each table, and no data. A row of the first table is a",
      "table; behind it come the partitions that cost their readers most, with the reason why each is",
      "due for a rewrite or is not. Amplification: files that are opened to read all, for each file",
      "that would be enough; its trend goes from the oldest of the last 100 commits to now.",
      "",
      "Which files no metadata names is written in no metadata: --orphans lists the tables' locations.",
      "",
      "Exit code 0 whatever is found; 1 when a table cannot be read, the others were; 2 when a table or",
      "a branch is not there.",
      "",
      "Examples:",
      "  tidemark tables health",
      "  tidemark tables health dwd.reading_event --partitions 50",
      "  tidemark tables health dwd.reading_event --branch offline --json"
    })
public final class TableHealthVerb implements Verb {
  private static final int PARTITIONS_OF_ONE = 20;

  /** Younger files may be of a write that goes on. */
  private static final Duration ORPHAN_AGE = Duration.ofDays(3);

  @Parameters(
      arity = "0..*",
      paramLabel = "TABLE",
      description = "Tables as layer.name; all of the catalog when left out.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--branch",
      paramLabel = "BRANCH",
      defaultValue = SnapshotRef.MAIN_BRANCH,
      description =
          "The branch that is looked at (default: ${DEFAULT-VALUE}); of all tables those that have"
              + " it.")
  private String branch = SnapshotRef.MAIN_BRANCH;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Partitions shown of each table (default: 20 of one table, none of several).")
  private Integer partitions;

  @Option(
      names = "--orphans",
      description =
          "Also lists each table's location, and counts the files older than 3 days that its"
              + " metadata does not name; takes long on large tables.")
  private boolean orphans;

  @Option(names = "--json", description = "Prints JSON in place of tables.")
  private boolean json;

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  /** What was found of one table. */
  private record Found(
      TableHealth health, Verdicts verdicts, List<PartitionHealth> shown, Integer orphans) {}

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
    if (partitions != null && partitions < 0) {
      throw new ParameterException(spec.commandLine(), "--partitions is a number from 0 on.");
    }
    Workspace workspace = Workspace.open(options);
    ChosenTables chosen = ChosenTables.of(workspace, names, spec);
    Instant now = Clock.systemUTC().instant();
    int most = partitions == null ? chosen.names().size() == 1 ? PARTITIONS_OF_ONE : 0 : partitions;
    CatalogTables catalog = orphans ? CatalogTables.load(workspace.lake()) : null;
    List<Found> found = new ArrayList<>();
    int code =
        chosen.look(
            spec,
            name -> {
              Table table = workspace.lake().load(name);
              if (!names.isEmpty() || isThere(table)) {
                CompactionPolicy policy = chosen.policies().of(name);
                TableHealth health = HealthReader.read(table, branch, policy);
                Verdicts verdicts = new Verdicts(health, policy, now);
                found.add(
                    new Found(
                        health,
                        verdicts,
                        verdicts.worst(most),
                        orphans ? orphans(workspace.lake(), catalog, name, now) : null));
              }
            });
    print(found, now, spec.commandLine().getOut());
    return code;
  }

  private boolean isThere(Table table) {
    return branch.equals(SnapshotRef.MAIN_BRANCH)
        || table.refs().containsKey(branch) && table.refs().get(branch).isBranch();
  }

  /** Null when nobody can tell whose they are. */
  private Integer orphans(Lakehouse lake, CatalogTables catalog, TableName table, Instant now) {
    try {
      return OrphanFiles.count(lake, catalog, table, now.minus(ORPHAN_AGE));
    } catch (VacuumRefusedException e) {
      spec.commandLine().getErr().printf("note: %s%n", e.getMessage());
      return null;
    }
  }

  private void print(List<Found> found, Instant now, PrintWriter out) {
    if (json) {
      out.println(
          Json.write(
              Map.of(
                  "tables",
                  found.stream()
                      .map(
                          each ->
                              Json.table(
                                  each.health(), each.shown(), each.verdicts(), each.orphans()))
                      .toList())));
      out.flush();
      return;
    }
    TextTable tables =
        new TextTable(
                "table",
                "partitions",
                "due",
                "files",
                "average",
                "median",
                "small",
                "delete files",
                "deleted rows",
                "manifests",
                "snapshots",
                "amplification",
                "trend",
                "cold",
                "orphans")
            .ofCounts();
    found.forEach(each -> addRow(tables, each));
    tables.print(out);
    found.stream()
        .filter(each -> !each.verdicts().ofManifests().isEmpty())
        .forEach(
            each ->
                out.printf(
                    "%s: %s%n",
                    each.health().table(),
                    String.join(
                        "; ", each.verdicts().ofManifests().stream().map(Reason::text).toList())));
    found.stream()
        .filter(each -> !each.shown().isEmpty())
        .forEach(each -> printPartitions(each, now, out));
    out.flush();
  }

  private static void addRow(TextTable tables, Found found) {
    TableHealth health = found.health();
    long files = health.total(partition -> partition.data().files());
    long bytes = health.total(partition -> partition.data().bytes());
    tables.add(
        health.table().toString(),
        health.partitions().size(),
        found.verdicts().duePartitions(),
        files,
        ByteSizes.shown(files == 0 ? 0 : bytes / files),
        ByteSizes.shown(health.medianBytes()),
        health.total(partition -> partition.data().smallFiles()),
        health.total(partition -> partition.deletes().files()),
        health.total(partition -> partition.deletes().rows()),
        health.manifests().count(),
        health.snapshots().count(),
        tenths(health.fileAmplification()),
        trend(health),
        health.coldBytes() == null ? null : ByteSizes.shown(health.coldBytes()),
        found.orphans() == null ? "not listed" : found.orphans().toString());
  }

  private static String trend(TableHealth health) {
    if (health.trend().size() < 2) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "%.1f to %.1f in %s",
        health.fileAmplification(health.trend().get(0)),
        health.fileAmplification(),
        Spans.text(
            Duration.between(
                health.trend().get(0).at(), health.trend().get(health.trend().size() - 1).at())));
  }

  private static double tenths(double value) {
    return Math.round(value * 10) / 10.0;
  }

  private static void printPartitions(Found found, Instant now, PrintWriter out) {
    TableHealth health = found.health();
    out.printf(
        "%n%s, branch %s: %d of %d partitions, those with the most files too many first%n",
        health.table(), health.branch(), found.shown().size(), health.partitions().size());
    TextTable rows =
        new TextTable(
                "partition",
                "files",
                "enough",
                "average",
                "median",
                "small",
                "delete files",
                "deleted rows",
                "overlap",
                "cold",
                "written ago",
                "rewrite")
            .ofCounts();
    for (PartitionHealth each : found.shown()) {
      DataFileStats data = each.data();
      rows.add(
          each.path().isEmpty() ? "(whole table)" : each.path(),
          data.files(),
          each.idealFiles(health.targetFileSize()),
          ByteSizes.shown(data.averageBytes()),
          ByteSizes.shown(data.medianBytes()),
          data.smallFiles(),
          each.deletes().files(),
          each.deletes().rows(),
          each.overlap() == null ? null : tenths(each.overlap()),
          each.cold() == null ? null : ByteSizes.shown(each.coldBytes()),
          Spans.text(Duration.between(each.lastWrite(), now)),
          found.verdicts().text(each));
    }
    rows.print(out);
  }
}
