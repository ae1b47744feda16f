package io.tidemark.reconciliation.report;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * What maintenance of tables has recorded of a day: that of runs that began on it.
 *
 * @param kinds how many runs of each kind; none where no maintenance ran
 * @param tables tables of which something was done or failed, the worst first
 * @param open what failed or was left as it is and was not done since, what failed first
 * @param days the last {@link #DAYS} days, this one last
 */
public record MaintenanceFacts(
    List<Kind> kinds, List<TableWork> tables, List<Open> open, List<Day> days) {
  /** How many days, this one included, are compared. */
  public static final int DAYS = 14;

  public MaintenanceFacts {
    kinds = List.copyOf(kinds);
    tables = List.copyOf(tables);
    open = List.copyOf(open);
    days = List.copyOf(days);
  }

  /** Of how many tables something failed that was not done since. */
  public long failedTables() {
    return open.stream().filter(Open::failed).map(Open::table).distinct().count();
  }

  /** What became of the groups of all tables. */
  public Groups groups() {
    return tables.stream().map(TableWork::groups).reduce(Groups.NONE, Groups::plus);
  }

  /**
   * Runs of one kind.
   *
   * @param name {@code compact}, {@code inline} or {@code vacuum}
   * @param runs how many
   * @param seconds how long they took together
   */
  public record Kind(String name, long runs, double seconds) {}

  /**
   * Groups of files, each of them a commit.
   *
   * @param done committed
   * @param conflicted given up because another writer came first
   * @param failed given up for any other reason
   */
  public record Groups(long done, long conflicted, long failed) {
    /** None. */
    public static final Groups NONE = new Groups(0, 0, 0);

    Groups plus(Groups other) {
      return new Groups(done + other.done, conflicted + other.conflicted, failed + other.failed);
    }

    /** All of them. */
    public long all() {
      return done + conflicted + failed;
    }

    /** Conflicted and failed ones as a share of all; 0 where there are none. */
    public double lostShare() {
      return all() == 0 ? 0 : (double) (conflicted + failed) / all();
    }
  }

  /**
   * What came in place of something.
   *
   * @param files that were there
   * @param filesAfter that are there instead
   * @param bytes of those
   * @param bytesAfter of these
   */
  public record Replaced(long files, long filesAfter, long bytes, long bytesAfter) {
    Replaced plus(Replaced other) {
      return new Replaced(
          files + other.files,
          filesAfter + other.filesAfter,
          bytes + other.bytes,
          bytesAfter + other.bytesAfter);
    }
  }

  /**
   * What was done of a table.
   *
   * @param name as layer.name
   * @param seconds how long it took
   * @param groups what became of its groups
   * @param data data and delete files that were rewritten
   * @param manifests manifests that were
   * @param filesFewer by how many data and delete files readers open less
   * @param rowsFolded rows that became one with another
   * @param snapshotsExpired snapshots that went
   * @param orphansDeleted files that no snapshot named
   * @param failed whether something failed that was not done since
   */
  public record TableWork(
      String name,
      double seconds,
      Groups groups,
      Replaced data,
      Replaced manifests,
      long filesFewer,
      long rowsFolded,
      long snapshotsExpired,
      long orphansDeleted,
      boolean failed) {}

  /**
   * What failed, or was left as it is although it was due or asked for.
   *
   * @param kind of the run
   * @param table as layer.name
   * @param partition empty where it is of the whole table
   * @param action what was to be done; may be empty
   * @param at when it was tried last; {@code null} when nobody knows
   * @param times how often on the day
   * @param failed whether it failed
   * @param detail why; may be empty
   */
  public record Open(
      String kind,
      String table,
      String partition,
      String action,
      Instant at,
      long times,
      boolean failed,
      String detail) {}

  /**
   * A day of several.
   *
   * @param day the day
   * @param bytes bytes of data files that were read to be rewritten
   */
  public record Day(LocalDate day, long bytes) {}
}
