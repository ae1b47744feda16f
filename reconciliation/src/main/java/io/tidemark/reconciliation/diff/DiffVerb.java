package io.tidemark.reconciliation.diff;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.cli.ConfOptions;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.TextTable;
import io.tidemark.jobs.cli.Verb;
import io.tidemark.jobs.cli.VerbGroup;
import io.tidemark.jobs.cli.Workspace;
import io.tidemark.jobs.spec.Closeness;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares any two tables or files. */
@Command(
    name = "diff",
    description = "Compares two tables, branches, snapshots, files or JDBC tables, row by row.",
    footer = {
      "",
      "A side is layer.table, layer.table@BRANCH, layer.table@TAG, layer.table@SNAPSHOT, a path to",
      "Parquet or CSV files (with a / or an ending), or jdbc:URL;table=NAME, and behind that",
      ";user=NAME and ;password=${env:NAME} or ;password=${file:PATH}. A view declared below conf/views",
      "is shown by layer.view@offline as it will be once what batches have made is published.",
      "",
      "Rows are found on the other side by the key, in which NULL equals NULL; a key may come",
      "several times. Exit code 0: equal. 3: something differs. 2: refused.",
      "",
      "Examples:",
      "  tidemark diff dws.reading_channel_1h@main dws.reading_channel_1h@offline \\",
      "      --key dt,window_start,channel --where \"dt = DATE'2026-01-31'\"",
      "  tidemark diff ads.reading_channel_top_v ads.reading_channel_top_v@offline \\",
      "      --key period_start,channel --columns rank",
      "  tidemark diff dwd.order_event exports/orders/ --key order_id --tolerance amount=0.005",
      "  tidemark diff 'jdbc:postgresql://db/shop;table=orders;user=ann;password=${env:PGPASSWORD}' \\",
      "      dwd.shop_order_v --key order_id --out differing.csv"
    })
public final class DiffVerb implements Verb {
  @Parameters(index = "0", paramLabel = "LEFT", description = "One side.")
  private String left;

  @Parameters(index = "1", paramLabel = "RIGHT", description = "The other side.")
  private String right;

  @Option(
      names = "--key",
      required = true,
      split = ",",
      paramLabel = "COLUMN",
      description = "Columns that find a row on the other side, with commas.")
  private List<String> keys = List.of();

  @Option(
      names = "--columns",
      split = ",",
      paramLabel = "COLUMN",
      description = "Compares these columns (default: all that both sides have).")
  private List<String> columns = List.of();

  @Option(
      names = "--tolerance",
      paramLabel = "COLUMN=SIZE",
      description =
          "Numbers of this column count as equal when they are at most so far apart: 0.01, or as a"
              + " share of the larger 1e-6r; repeat it for more.")
  private Map<String, String> tolerances = new LinkedHashMap<>();

  @Option(
      names = "--where",
      paramLabel = "SQL",
      defaultValue = "",
      description = "Compares only rows of both sides of which this is true.")
  private String where = "";

  @Option(
      names = "--into",
      paramLabel = "TABLE",
      description = "Writes the rows that differ to this table, which must not exist.")
  private String into;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Writes the rows that differ to this .csv or .parquet file.")
  private Path out;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "5",
      description = "Shows so many rows of each kind of change (default: ${DEFAULT-VALUE}).")
  private int samples = 5;

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.LOOK;
  }

  @Override
  public int rank() {
    return 15;
  }

  @Override
  public Integer call() {
    if (samples < 0) {
      throw refused("--samples is " + samples + "; it is a number from 0 on.");
    }
    Diff.Request request =
        new Diff.Request(
            left, right, stripped(keys), stripped(columns), closeness(), where, samples);
    Optional<DiffTarget> target = target();
    Path conf = options.conf().toAbsolutePath().normalize();
    Workspace workspace = Workspace.open(options);
    Diff diff =
        new Diff(
            workspace.lake(),
            conf.getParent(),
            workspace.tables()::readSqlOfBatches,
            this::progress);
    DiffResult result = diff.run(request, target);
    print(result, spec.commandLine().getOut());
    return result.equal() ? ExitCodes.OK : ExitCodes.OUTSIDE_TOLERANCE;
  }

  /** Names stand behind commas, and often behind a blank too. */
  private static List<String> stripped(List<String> names) {
    return names.stream().map(String::strip).toList();
  }

  private Optional<DiffTarget> target() {
    if (into != null && out != null) {
      throw refused("--into and --out are both given; the rows go to one of them.");
    }
    try {
      return into != null
          ? Optional.of(new DiffTarget.IntoTable(TableName.parse(into)))
          : Optional.ofNullable(out).map(DiffTarget.IntoFile::new);
    } catch (IllegalArgumentException e) {
      throw refused("--into: " + e.getMessage());
    }
  }

  private Map<String, Closeness> closeness() {
    Map<String, Closeness> read = new LinkedHashMap<>();
    tolerances.forEach(
        (column, text) -> {
          boolean relative = text.endsWith("r");
          try {
            double size =
                Double.parseDouble(relative ? text.substring(0, text.length() - 1) : text);
            read.put(column, relative ? new Closeness(size, 0) : new Closeness(0, size));
          } catch (IllegalArgumentException e) {
            throw refused(
                "--tolerance %s=%s is no size; write 0.01, or 1e-6r for a share of the larger value, up to 1r."
                    .formatted(column, text));
          }
        });
    return read;
  }

  private void progress(String text) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(text);
    err.flush();
  }

  static void print(DiffResult result, PrintWriter out) {
    out.println(result.equal() ? "✓ EQUAL" : "✗ DIFFERENT");
    out.println();
    new TextTable("", "rows")
        .ofCounts()
        .add("left", result.leftRows())
        .add("right", result.rightRows())
        .add("equal", result.equalRows())
        .add("only left (deleted)", result.deleted())
        .add("only right (inserted)", result.inserted())
        .add("changed", result.changed())
        .print(out);
    result
        .onOneSide()
        .forEach(
            (side, names) -> {
              if (!names.isEmpty()) {
                out.printf("%nnot compared, only on the %s: %s%n", side, String.join(", ", names));
              }
            });
    if (!result.byColumn().isEmpty()) {
      out.println();
      TextTable byColumn = new TextTable("column", "changed in rows").ofCounts();
      result.byColumn().forEach(byColumn::add);
      byColumn.print(out);
    }
    if (!result.samples().isEmpty()) {
      out.printf(Locale.ROOT, "%nsome of the rows that differ%n");
      TextTable rows = new TextTable(result.header().toArray(String[]::new));
      for (Row row : result.samples()) {
        Object[] values = new Object[row.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = row.isNullAt(i) ? null : shown(row.get(i));
        }
        rows.add(values);
      }
      rows.print(out);
    }
    out.flush();
  }

  private static Object shown(Object value) {
    return value instanceof scala.collection.Iterable<?> names ? names.mkString(", ") : value;
  }

  private ParameterException refused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
