package io.tidemark.catalog.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.Test;

class TableStateTest {
  private static final String JOB = "ods_event";

  private final Table table = new MemoryTable().handle();

  @Test
  void aNewTableKnowsNothing() {
    assertThat(TableState.of(table).properties()).isEmpty();
    assertThat(TableState.of(table).sealedDays().ranges()).isEmpty();
  }

  @Test
  void aTableThatOnlyOthersWroteKnowsNothing() {
    MemoryTable.foreignAppend(table, 1);

    assertThat(TableState.of(table).marker(JOB)).isEmpty();
  }

  @Test
  void commitsOfOthersAreLookedThrough() {
    Marker marker = Commits.takeOver(table, JOB, "c1");
    MemoryTable.foreignAppend(table, 1);
    table.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();

    assertThat(TableState.of(table).marker(JOB)).contains(marker);
  }

  @Test
  void aStateIsThatOfItsSnapshot() {
    Marker first = Commits.takeOver(table, JOB, "c1");
    long then = table.currentSnapshot().snapshotId();
    Commits.takeOver(table, JOB, "c1");

    assertThat(TableState.asOf(table, then).marker(JOB)).contains(first);
    assertThat(TableState.of(table).marker(JOB).orElseThrow().epoch()).isEqualTo(2);
  }

  @Test
  void whatABranchBesideMainHoldsIsNotTheStateOfMain() {
    MemoryTable.foreignAppend(table, 1);
    table.manageSnapshots().createBranch("offline").commit();
    table.newAppend().toBranch("offline").set(Marker.PROPERTY_PREFIX + JOB, "{}").commit();

    assertThat(TableState.of(table).marker(JOB)).isEmpty();
  }

  @Test
  void aMarkerThatWasExpiredStopsTheJob() {
    Commits.takeOver(table, JOB, "c1");
    long marked = table.currentSnapshot().snapshotId();
    MemoryTable.foreignAppend(table, 1);
    table.expireSnapshots().expireSnapshotId(marked).cleanExpiredFiles(false).commit();
    table.refresh();

    assertThatThrownBy(() -> TableState.of(table))
        .isInstanceOf(LostPositionException.class)
        .hasMessageContaining("the commit that carried it was expired");
    assertThatThrownBy(() -> Commits.takeOver(table, JOB, "c1"))
        .isInstanceOf(LostPositionException.class);
  }

  @Test
  void aMarkerThatCannotBeReadStopsTheJob() {
    table.newAppend().set(Marker.PROPERTY_PREFIX + JOB, "{\"job\":").commit();

    assertThatThrownBy(() -> TableState.of(table).marker(JOB))
        .isInstanceOf(LostPositionException.class)
        .hasMessageContaining("cannot be read");
  }
}
