package io.tidemark.catalog.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.commit.MemoryTable;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.catalog.publish.PublishRecord.Action;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;

class DayLeaseTest {
  private static final LocalDate FIRST = LocalDate.of(2026, 1, 15);
  private static final Duration THREE_DAYS = Duration.ofDays(3);

  private final MemoryTable source = MemoryTable.ofDays();
  private final MemoryTable target = MemoryTable.ofDays();
  private final Table ods = source.handle();
  private final Table output = target.handle();

  @Test
  void aDayIsLeasedFromItsSealToItsPublication() {
    assertThat(leases(head(ods))).isEmpty();

    Seals.seal(ods, new Range(FIRST, FIRST.plusDays(1)));
    Instant sealedAt = head(ods);
    assertThat(leases(sealedAt))
        .containsExactly(
            new DayLease(FIRST, sealedAt, sealedAt.plus(THREE_DAYS)),
            new DayLease(FIRST.plusDays(1), sealedAt, sealedAt.plus(THREE_DAYS)));

    commit(Action.PUBLISH, FIRST);
    assertThat(leases(sealedAt)).extracting(DayLease::day).containsExactly(FIRST.plusDays(1));
  }

  @Test
  void aDayThatIsPutBackIsLeasedAgain() {
    Seals.seal(ods, new Range(FIRST, FIRST));
    commit(Action.PUBLISH, FIRST);
    commit(Action.UNDO, FIRST);

    assertThat(leases(head(output)))
        .containsExactly(new DayLease(FIRST, head(output), head(output).plus(THREE_DAYS)));
  }

  @Test
  void aDayThatGetsALaterCutIsLeasedAgain() {
    Seals.seal(ods, new Range(FIRST, FIRST));
    commit(Action.PUBLISH, FIRST);
    Instant published = head(output);
    ods.newAppend().appendFile(MemoryTable.file(ods, FIRST, 1)).commit();
    // Commits are told apart by milliseconds: the later cut comes in a later one.
    while (System.currentTimeMillis() <= published.toEpochMilli()) {
      Thread.onSpinWait();
    }
    Seals.sealAgain(ods, new Range(FIRST, FIRST));

    assertThat(leases(head(ods)))
        .containsExactly(new DayLease(FIRST, head(ods), head(ods).plus(THREE_DAYS)));
  }

  @Test
  void aLeaseEndsThoughNobodyPublishes() {
    Seals.seal(ods, new Range(FIRST, FIRST));
    Instant sealedAt = head(ods);

    assertThat(leases(sealedAt.plus(THREE_DAYS))).hasSize(1);
    assertThat(leases(sealedAt.plus(THREE_DAYS).plusMillis(1))).isEmpty();
  }

  @Test
  void aDayThatIsComparedLongAfterItsSealIsLeasedFromThenToItsPublication() {
    Seals.seal(ods, new Range(FIRST, FIRST));
    Instant compared = head(ods).plus(Duration.ofDays(30));
    Instant now = compared.plusSeconds(60);

    assertThat(leases(now)).isEmpty();
    assertThat(leases(Map.of(FIRST, compared), now))
        .containsExactly(new DayLease(FIRST, compared, compared.plus(THREE_DAYS)));
    assertThat(leases(Map.of(FIRST, compared), compared.plus(THREE_DAYS).plusMillis(1))).isEmpty();

    commit(Action.PUBLISH, FIRST);
    assertThat(leases(Map.of(FIRST, head(output)), head(output))).isEmpty();
    assertThat(leases(Map.of(FIRST, head(output).plusMillis(1)), head(output).plusSeconds(1)))
        .hasSize(1);
  }

  private List<DayLease> leases(Instant now) {
    return leases(Map.of(), now);
  }

  private List<DayLease> leases(Map<LocalDate, Instant> compared, Instant now) {
    return DayLease.of(output, List.of(ods), compared, THREE_DAYS, now);
  }

  /** An empty commit that says of itself what a publication says. */
  private void commit(Action action, LocalDate day) {
    OverwriteFiles commit = output.newOverwrite();
    try {
      commit.set(
          PublishRecord.PROPERTY,
          new ObjectMapper()
              .writeValueAsString(
                  new PublishRecord(action, "dwd_event", day.toString(), "run", 0, 0, 0, "")));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    commit.commit();
    output.refresh();
  }

  private static Instant head(Table table) {
    return table.currentSnapshot() == null
        ? Instant.EPOCH
        : Instant.ofEpochMilli(table.currentSnapshot().timestampMillis());
  }
}
