package io.tidemark.catalog.cut;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.MemoryTable;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges.Range;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;

class CutReachTest {
  private static final LocalDate DAY = LocalDate.parse("2026-01-31");
  private static final String JOB = "dwd_event";
  private static final String ODS = "ods.event";

  private final Table ods = new MemoryTable().handle();
  private final Table output = new MemoryTable().handle();

  @Test
  void aTableWithoutACommitHoldsNothing() {
    append(3);
    assertThat(oldestHolding(seal())).isEmpty();
  }

  @Test
  void aMicroBatchAcrossTheSealHoldsTheDay() {
    append(3);
    long cut = seal();
    long behind = append(4);
    Marker last = Commits.takeOver(output, JOB, Marker.IN_TABLE);
    long across = read(last, behind);
    read(last(), append(5));

    assertThat(oldestHolding(cut)).contains(across);
  }

  @Test
  void theMicroBatchThatEndsWithTheDayIsEnough() {
    long day = append(3);
    long cut = seal();
    Marker last = Commits.takeOver(output, JOB, Marker.IN_TABLE);
    long upToTheCut = read(last, day);
    read(last(), append(4));

    assertThat(oldestHolding(cut)).contains(upToTheCut);
  }

  @Test
  void aTableThatIsBehindIsNeededUpToItsHead() {
    long first = append(3);
    append(4);
    long cut = seal();
    long head = read(Commits.takeOver(output, JOB, Marker.IN_TABLE), first);

    assertThat(oldestHolding(cut)).contains(head);
  }

  @Test
  void aDayWithoutRowsIsHeldByTheFirstCommit() {
    long cut = seal();
    Commits.takeOver(output, JOB, Marker.IN_TABLE);
    long first = output.currentSnapshot().snapshotId();
    read(last(), append(3));

    assertThat(oldestHolding(cut)).contains(first);
  }

  @Test
  void whatWasReadOfAnExpiredSnapshotIsFromBeforeTheCut() {
    long first = append(3);
    Marker last = Commits.takeOver(output, JOB, Marker.IN_TABLE);
    read(last, first);
    long second = append(4);
    long cut = seal();
    long holding = read(last(), second);
    ods.expireSnapshots().expireSnapshotId(first).cleanExpiredFiles(false).commit();
    ods.refresh();

    assertThat(oldestHolding(cut)).contains(holding);
  }

  private Optional<Long> oldestHolding(long cut) {
    return new CutReach(Map.of(ODS, ods), Map.of(ODS, cut)).oldestHolding(output, JOB);
  }

  private long append(long rows) {
    MemoryTable.foreignAppend(ods, rows);
    return ods.currentSnapshot().snapshotId();
  }

  private long seal() {
    Seals.seal(ods, new Range(DAY, DAY));
    return Seals.cutOf(ods, DAY).orElseThrow();
  }

  /** A micro-batch of the job that has read the root up to a snapshot. */
  private long read(Marker last, long root) {
    Marker next =
        new Marker(
            JOB,
            Marker.IN_TABLE,
            last.epoch(),
            last.batch() + 1,
            Long.toString(root),
            Map.of(ODS, root));
    Commits.append(MemoryTable.staged(output, 1), next, DayRanges.EMPTY, Map.of());
    output.refresh();
    return output.currentSnapshot().snapshotId();
  }

  private Marker last() {
    return TableState.of(output).marker(JOB).orElseThrow();
  }
}
