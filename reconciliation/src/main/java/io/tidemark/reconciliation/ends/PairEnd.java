package io.tidemark.reconciliation.ends;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.PairSpec;
import io.tidemark.reconciliation.diff.Diff;
import io.tidemark.reconciliation.diff.DiffRefusedException;
import io.tidemark.reconciliation.diff.DiffResult;
import io.tidemark.reconciliation.ends.plan.EndCheck;
import io.tidemark.reconciliation.ends.plan.EndCheck.Kind;
import io.tidemark.reconciliation.ends.plan.EndCheck.State;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** Holds two relations against each other that are declared to have the same rows. */
final class PairEnd {
  private static final int NAMED = 3;

  private final Lakehouse lake;
  private final Path root;
  private final Function<TableName, Optional<String>> batches;
  private final Consumer<String> progress;

  /**
   * @param root where relative paths of secrets start
   * @param batches SQL that reads a declared view as of what batches have made; nothing for another
   * @param progress takes lines for a person who waits
   */
  PairEnd(
      Lakehouse lake,
      Path root,
      Function<TableName, Optional<String>> batches,
      Consumer<String> progress) {
    this.lake = lake;
    this.root = root;
    this.batches = batches;
    this.progress = progress;
  }

  EndCheck check(PairSpec pair) {
    String left = withoutLogin(pair.left());
    String right = withoutLogin(pair.right());
    try {
      DiffResult result =
          new Diff(
                  lake, root, batches, text -> progress.accept("pair " + pair.name() + ": " + text))
              .run(
                  new Diff.Request(
                      pair.left(),
                      pair.right(),
                      pair.key(),
                      pair.columns(),
                      pair.close(),
                      pair.where(),
                      NAMED));
      long differing = result.inserted() + result.deleted() + result.changed();
      double allowed = pair.tolerance() * Math.max(result.leftRows(), result.rightRows());
      return new EndCheck(
          pair.name(),
          Kind.PAIR,
          left,
          right,
          result.leftRows(),
          result.rightRows(),
          differing,
          differing <= allowed ? State.WITHIN : State.DIFFERENT,
          detail(pair, result, differing));
    } catch (DiffRefusedException e) {
      return EndCheck.unavailable(
          pair.name(), Kind.PAIR, left, right, e.getMessage().replaceAll("\\s*\\n\\s*", "; "));
    }
  }

  /** Of a JDBC side, only where it is. */
  static String withoutLogin(String side) {
    return side.startsWith("jdbc:") ? side.replaceAll(";(user|password)=[^;]*", "") : side;
  }

  private static String detail(PairSpec pair, DiffResult result, long differing) {
    String counts =
        String.format(
            Locale.ROOT, "%,d rows left, %,d right", result.leftRows(), result.rightRows());
    if (differing == 0) {
      return counts + ", all equal";
    }
    List<String> parts = new ArrayList<>();
    add(parts, result.deleted(), "only left");
    add(parts, result.inserted(), "only right");
    add(parts, result.changed(), "with other values" + columns(result));
    return counts + "; " + String.join(", ", parts) + ": " + named(pair, result);
  }

  private static void add(List<String> parts, long count, String what) {
    if (count > 0) {
      parts.add(String.format(Locale.ROOT, "%,d %s", count, what));
    }
  }

  private static String columns(DiffResult result) {
    return result.byColumn().keySet().stream()
        .limit(NAMED)
        .collect(Collectors.joining(", ", " of ", ""));
  }

  private static String named(PairSpec pair, DiffResult result) {
    List<String> names = new ArrayList<>();
    for (Row row : result.samples()) {
      String key =
          pair.key().stream()
              .map(column -> column + "=" + row.get(result.header().indexOf(column)))
              .collect(Collectors.joining(", "));
      names.add(key + " (" + row.getString(result.header().indexOf("change")) + ")");
    }
    return String.join("; ", names);
  }
}
