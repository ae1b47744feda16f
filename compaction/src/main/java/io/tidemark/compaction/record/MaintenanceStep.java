package io.tidemark.compaction.record;

import io.tidemark.catalog.config.Secrets;
import io.tidemark.jobs.cli.FailureText;
import java.time.Instant;

/**
 * What a run of maintenance did of one kind to one partition, or to a table: a row of the record.
 *
 * @param table as layer.name; empty for the run as a whole
 * @param partition as {@code dt=2026-01-31}; empty without partitions, and for what is of the whole
 *     table
 * @param action which files, or what else: {@code small files}, {@code manifests}, {@code
 *     snapshots}; empty where nothing was begun
 * @param started when
 * @param seconds how long it took
 * @param reasons why it was due, for people; may be empty
 * @param planned what was to be done
 * @param done what was done
 * @param gained by how much less readers open
 * @param outcome how it ended
 * @param detail of what failed, was stopped or is left: why, for people, in one line and without
 *     secrets; may be empty
 */
public record MaintenanceStep(
    String table,
    String partition,
    String action,
    Instant started,
    double seconds,
    String reasons,
    Planned planned,
    Done done,
    Gained gained,
    Outcome outcome,
    String detail) {
  private static final int MOST_OF_TEXT = 2_000;

  public MaintenanceStep {
    reasons = text(reasons);
    detail = text(detail);
  }

  /** What failed, with its causes: the detail of a step, or a line for a person. */
  public static String failure(Throwable failure) {
    return text(FailureText.inALine(failure));
  }

  /** Failures of libraries quote addresses and settings, over many lines. */
  private static String text(String text) {
    // Cut with a margin first: what is named like a secret is hidden with its whole value.
    String line = cut(text.replaceAll("\\s+", " ").strip(), 2 * MOST_OF_TEXT);
    return cut(Secrets.redactText(line), MOST_OF_TEXT);
  }

  private static String cut(String text, int most) {
    return text.length() > most ? text.substring(0, most) + "…" : text;
  }

  /** This step and a later one of the same table, partition and action as one. */
  public MaintenanceStep and(MaintenanceStep later) {
    Planned both = planned.plus(later.planned);
    Done all = done.plus(later.done);
    Groups tried = new Groups(all.groups().done(), all.groups().conflicted(), 0);
    return new MaintenanceStep(
        table,
        partition,
        action,
        started,
        seconds + later.seconds,
        later.reasons,
        both,
        all,
        new Gained(gained.files + later.gained.files, gained.bytes + later.gained.bytes),
        // What failed and was done since needs nobody.
        later.outcome == Outcome.FAILED ? Outcome.FAILED : Outcome.of(both.groups(), tried),
        later.detail.isEmpty() ? detail : later.detail);
  }

  /** How a step ended. */
  public enum Outcome {
    /** All that was planned is done. */
    DONE("done"),
    /** Some groups are done; of others another writer came first, or the time was over. */
    PARTLY("partly"),
    /** Another writer came first, each time. */
    CONFLICTED("conflicted"),
    /** Something failed, whatever else was done: somebody should look. */
    FAILED("failed"),
    /** Not begun, although it was due or asked for. */
    LEFT("left");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }

    /** As the record says it. */
    public String text() {
      return text;
    }

    /**
     * How a step ended that is done in groups.
     *
     * @param planned groups that were planned
     */
    public static Outcome of(long planned, Groups groups) {
      if (groups.failed() > 0) {
        return FAILED;
      }
      if (groups.done() == 0 && planned > 0) {
        return groups.conflicted() > 0 ? CONFLICTED : LEFT;
      }
      return groups.conflicted() > 0 || groups.done() < planned ? PARTLY : DONE;
    }
  }

  /**
   * What was to be done.
   *
   * @param groups commits
   * @param files files that were to go
   * @param bytes their bytes
   * @param seconds how long it was expected to take; {@code null} where nothing was expected
   */
  public record Planned(long groups, long files, long bytes, Double seconds) {
    /** Nothing that is planned in groups of files. */
    public static final Planned NOTHING = new Planned(0, 0, 0, null);

    Planned plus(Planned other) {
      Double both =
          seconds == null || other.seconds == null ? null : Double.valueOf(seconds + other.seconds);
      return new Planned(groups + other.groups, files + other.files, bytes + other.bytes, both);
    }
  }

  /**
   * What became of groups of files.
   *
   * @param done committed
   * @param conflicted given up, because another writer came first
   * @param failed given up for any other reason
   */
  public record Groups(long done, long conflicted, long failed) {
    /** None. */
    public static final Groups NONE = new Groups(0, 0, 0);

    Groups plus(Groups other) {
      return new Groups(done + other.done, conflicted + other.conflicted, failed + other.failed);
    }
  }

  /**
   * What was done. Files are manifests, where those are rewritten.
   *
   * @param groups what became of the groups
   * @param filesRemoved files that the table, or its newest snapshot, has no more
   * @param deleteFilesRemoved delete files likewise
   * @param filesAdded files in their place
   * @param bytesRead bytes of the files that were rewritten
   * @param bytesWritten bytes of those in their place
   * @param rowsFolded rows of equal keys that became one with another
   * @param snapshotsExpired snapshots that went
   * @param orphansDeleted files that no snapshot named
   */
  public record Done(
      Groups groups,
      long filesRemoved,
      long deleteFilesRemoved,
      long filesAdded,
      long bytesRead,
      long bytesWritten,
      long rowsFolded,
      long snapshotsExpired,
      long orphansDeleted) {
    /** Nothing. */
    public static final Done NOTHING = new Done(Groups.NONE, 0, 0, 0, 0, 0, 0, 0, 0);

    Done plus(Done other) {
      return new Done(
          groups.plus(other.groups),
          filesRemoved + other.filesRemoved,
          deleteFilesRemoved + other.deleteFilesRemoved,
          filesAdded + other.filesAdded,
          bytesRead + other.bytesRead,
          bytesWritten + other.bytesWritten,
          rowsFolded + other.rowsFolded,
          snapshotsExpired + other.snapshotsExpired,
          orphansDeleted + other.orphansDeleted);
    }

    /** A commit that has put files in place of others. */
    public static Done replaced(long removed, long added, long bytesRead, long bytesWritten) {
      return new Done(new Groups(1, 0, 0), removed, 0, added, bytesRead, bytesWritten, 0, 0, 0);
    }

    /** Snapshots that went, and the files that only they named. */
    public static Done expired(long snapshots, long files) {
      return new Done(Groups.NONE, files, 0, 0, 0, 0, 0, snapshots, 0);
    }

    /** Files that no snapshot named. */
    public static Done orphans(long files) {
      return new Done(Groups.NONE, 0, 0, 0, 0, 0, 0, 0, files);
    }
  }

  /**
   * By how much less whoever reads everything opens.
   *
   * @param files data and delete files, or manifests
   * @param bytes their bytes
   */
  public record Gained(long files, long bytes) {
    /** Nothing: readers have no part in it. */
    public static final Gained NOTHING = new Gained(0, 0);
  }
}
