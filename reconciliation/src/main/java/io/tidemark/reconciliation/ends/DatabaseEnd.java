package io.tidemark.reconciliation.ends;

import io.tidemark.catalog.DatabaseSettings;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.database.DatabaseTable;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.source.KafkaUnavailableException;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.reconciliation.ends.SourceSide.SourceReadException;
import io.tidemark.reconciliation.ends.plan.BucketSums;
import io.tidemark.reconciliation.ends.plan.EndCheck;
import io.tidemark.reconciliation.ends.plan.EndCheck.Kind;
import io.tidemark.reconciliation.ends.plan.EndCheck.State;
import io.tidemark.reconciliation.ends.plan.FingerprintSql;
import io.tidemark.reconciliation.ends.plan.MirrorFindings;
import io.tidemark.reconciliation.ends.plan.RowMerge;
import io.tidemark.reconciliation.ends.plan.Settling;
import io.tidemark.reconciliation.ends.plan.SourceColumn;
import io.tidemark.reconciliation.plan.Shown;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Holds a table of a database against its mirror. Both compute fingerprints of their rows by
 * themselves, and add them up by buckets of the key; only the rows of buckets that differ are
 * compared one by one, and of them only the keys that stay different are reported.
 */
final class DatabaseEnd {
  private static final long BYTES_PER_BUCKET = 200_000;
  private static final int FEWEST_BUCKETS = 64;
  private static final int MOST_BUCKETS = 32_768;
  private static final int ROUNDS = 4;

  private final Lakehouse lake;
  private final JobTables tables;
  private final Duration wait;
  private final Consumer<String> progress;

  /**
   * @param lake tables through a session of its own
   * @param wait how long a mirror may take to pass what was read of its source
   * @param progress takes lines for a person who waits
   */
  DatabaseEnd(Lakehouse lake, JobTables tables, Duration wait, Consumer<String> progress) {
    this.lake = lake;
    this.tables = tables;
    this.wait = wait;
    this.progress = progress;
  }

  /** The database that a job's change log comes from, if it is declared. */
  static Optional<DatabaseSettings> databaseOf(
      IngestSpec source, Map<String, DatabaseSettings> databases) {
    return source.payload().table().contains(".")
        ? databases.values().stream()
            .filter(database -> source.topic().startsWith(database.topics()))
            .max((one, other) -> Integer.compare(one.topics().length(), other.topics().length()))
        : Optional.empty();
  }

  /** The table of the database, as a line names it. */
  static String left(IngestSpec source, DatabaseSettings database) {
    return database.name() + ":" + source.payload().table();
  }

  /** What people read of the mirror. */
  static String right(MirrorSpec mirror) {
    return mirror.view().orElseThrow().toString();
  }

  EndCheck check(MirrorSpec mirror, IngestSpec source, DatabaseSettings database) {
    String left = left(source, database);
    String right = right(mirror);
    if (!lake.exists(mirror.output()) || !lake.exists(source.output())) {
      return EndCheck.nothing(
          mirror.name(), Kind.DATABASE, left, right, mirror.name() + " has not run yet");
    }
    String password;
    try {
      password = database.resolvedPassword();
    } catch (IllegalArgumentException e) {
      return EndCheck.unavailable(mirror.name(), Kind.DATABASE, left, right, e.getMessage());
    }
    try (SourceSide side = SourceSide.open(database, password, source.payload().table())) {
      return new Comparison(mirror, source, database, left, right, side).check();
    } catch (SQLException | SourceReadException e) {
      return EndCheck.unavailable(
          mirror.name(),
          Kind.DATABASE,
          left,
          right,
          "the database at %s does not answer: %s".formatted(database.url(), e.getMessage()));
    } catch (KafkaUnavailableException e) {
      return EndCheck.unavailable(mirror.name(), Kind.DATABASE, left, right, e.getMessage());
    }
  }

  /** One comparison on its way. */
  private final class Comparison {
    private final MirrorSpec mirror;
    private final IngestSpec source;
    private final String left;
    private final String right;
    private final SourceSide side;
    private final MirrorSide shown;
    private final MirrorProgress passing;
    private final List<String> notCompared = new ArrayList<>();

    Comparison(
        MirrorSpec mirror,
        IngestSpec source,
        DatabaseSettings database,
        String left,
        String right,
        SourceSide side) {
      this.mirror = mirror;
      this.source = source;
      this.left = left;
      this.right = right;
      this.side = side;
      this.shown = new MirrorSide(lake, tables, mirror);
      this.passing = new MirrorProgress(lake, database, mirror, source, wait);
    }

    EndCheck check() throws SQLException {
      Optional<DatabaseTable> table = side.table();
      if (table.isEmpty()) {
        return unavailable(
            "the database has no table " + source.payload().table() + " that this user may see");
      }
      List<SourceColumn> columns = columns(table.get());
      List<SourceColumn> key =
          columns.stream().filter(c -> source.payload().key().contains(c.name())).toList();
      if (key.size() < source.payload().key().size()) {
        return unavailable(
            "a column of the key has no text that both sides write alike: "
                + source.payload().key());
      }
      FingerprintSql sql = new FingerprintSql(key, columns, buckets(table.get()));
      progress.accept("database " + mirror.name() + ": checksums of " + sql.buckets() + " buckets");
      side.end();
      BucketSums there = side.sums(sql);
      shown.refresh();
      BucketSums here = shown.sums(sql);
      List<Integer> buckets = there.differing(here);
      MirrorFindings findings =
          new MirrorFindings(left, right, there.count(), here.count(), notCompared);
      if (buckets.isEmpty()) {
        side.end();
        return result(there, here, 0L, State.WITHIN, findings.equal());
      }
      progress.accept(
          "database " + mirror.name() + ": rows of " + buckets.size() + " buckets that differ");
      RowMerge merged =
          side.rows(sql, buckets, rows -> RowMerge.of(rows, shown.rows(sql, buckets)));
      side.end();
      Settling settling = new Settling(merged.differing(), merged.more());
      boolean passed = settle(settling, sql);
      return result(
          there,
          here,
          settling.different(),
          settling.state(passed),
          findings.lookedUpAgain(
              settling,
              merged.more(),
              passed,
              "within %d s %s".formatted(wait.toSeconds(), passing.stage())));
    }

    /** Looks keys up again until none is open; false when the mirror does not get that far. */
    private boolean settle(Settling settling, FingerprintSql sql) throws SQLException {
      for (int round = 1; round <= ROUNDS && !settling.open().isEmpty(); round++) {
        progress.accept(
            "database %s: looking up %s keys again"
                .formatted(mirror.name(), Shown.number(settling.open().size())));
        Map<Long, Long> before = side.keys(sql, settling.open());
        if (!passing.passes(side, side.logPosition())) {
          return false;
        }
        shown.refresh();
        Map<Long, Long> there = shown.keys(sql, settling.open());
        settling.judge(before, there, side.keys(sql, settling.open()));
      }
      return true;
    }

    private List<SourceColumn> columns(DatabaseTable table) {
      List<SourceColumn> columns = new ArrayList<>();
      for (ColumnSpec column : source.columns()) {
        Optional<SourceColumn> pair =
            table.columns().stream()
                .filter(each -> each.name().equals(column.path()))
                .findFirst()
                .flatMap(each -> SourceColumn.of(column, each.type(), source.payload().timeZone()));
        pair.ifPresentOrElse(columns::add, () -> notCompared.add(column.name()));
      }
      return columns;
    }

    private int buckets(DatabaseTable table) {
      return (int)
          Math.max(FEWEST_BUCKETS, Math.min(MOST_BUCKETS, table.bytes() / BYTES_PER_BUCKET));
    }

    private EndCheck unavailable(String why) {
      return EndCheck.unavailable(mirror.name(), Kind.DATABASE, left, right, why);
    }

    private EndCheck result(
        BucketSums there, BucketSums here, Long differing, State state, String detail) {
      return new EndCheck(
          mirror.name(),
          Kind.DATABASE,
          left,
          right,
          there.count(),
          here.count(),
          differing,
          state,
          detail);
    }
  }
}
