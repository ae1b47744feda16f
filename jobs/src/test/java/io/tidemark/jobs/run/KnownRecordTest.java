package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.TableState;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whether users are still known is told by the summary's metadata: no row is read. */
@Tag("any-zone")
class KnownRecordTest {
  private static final LocalDate THROUGH = LocalDate.of(2026, 3, 14);
  private static final LocalDate EARLIER = THROUGH.minusDays(3);
  private static final LocalDate LATER = THROUGH.plusDays(1);

  private InMemoryCatalog catalog;
  private Table summary;
  private DataFile early;
  private KnownRecord known;
  private int files;

  @BeforeEach
  void usersAreKnown() {
    catalog = new InMemoryCatalog();
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("dws"));
    Schema schema = new Schema(Types.NestedField.optional(1, "dt", Types.DateType.get()));
    summary =
        catalog.createTable(
            TableIdentifier.of("dws", "user_1d"),
            schema,
            PartitionSpec.builderFor(schema).identity("dt").build());
    early = append(EARLIER);
    append(THROUGH);
    known = record(THROUGH);
  }

  @Test
  void laterDaysMayComeAndBeReplaced() {
    DataFile late = append(LATER);
    summary.newOverwrite().deleteFile(late).addFile(file(LATER)).commit();

    assertThat(outdated(LATER)).isEmpty();
    assertThat(outdated(THROUGH)).isEmpty();
  }

  @Test
  void filesMayBeRewritten() {
    summary.newRewrite().rewriteFiles(Set.of(early), Set.of(file(EARLIER))).commit();
    append(LATER);

    assertThat(outdated(LATER)).isEmpty();
  }

  @Test
  void rowsOfKnownDaysAreAReason() {
    append(LATER);
    append(EARLIER);

    assertThat(outdated(LATER)).contains("rows came to days through 2026-03-14");
  }

  @Test
  void aReplacedDayIsAReason() {
    summary.newOverwrite().deleteFile(early).addFile(file(EARLIER)).commit();
    append(LATER);

    assertThat(outdated(LATER)).contains("day 2026-03-11 was replaced");
  }

  @Test
  void aDayWithoutAnyFileLeftIsAReason() {
    summary.newDelete().deleteFile(early).commit();

    assertThat(outdated(LATER)).contains("day 2026-03-11 was replaced");
  }

  @Test
  void anEarlierDayOrAnotherDeclarationIsAReason() {
    assertThat(outdated(EARLIER)).contains("an earlier day than 2026-03-14 is asked for");
    assertThat(
            known.outdated(
                new KnownRecord(THROUGH.toString(), head(), List.of("channel", "user_id"), "hash"),
                summary))
        .contains("the declaration was changed");
    assertThat(
            known.outdated(
                new KnownRecord(THROUGH.toString(), head(), List.of("user_id"), "other"), summary))
        .contains("the declaration was changed");
  }

  @Test
  void historyThatIsGoneIsAReason() {
    append(LATER);
    summary.expireSnapshots().expireSnapshotId(known.snapshot()).commit();

    assertThat(outdated(LATER)).isPresent();
  }

  @Test
  void aSummaryThatWasMadeAnewIsAReason() {
    TableIdentifier name = TableIdentifier.of("dws", "user_1d");
    catalog.dropTable(name);
    summary = catalog.createTable(name, summary.schema(), summary.spec());
    KnownRecord empty = new KnownRecord(LATER.toString(), null, List.of("user_id"), "hash");

    assertThat(known.outdated(empty, summary)).contains("the summary was made anew");
    append(EARLIER);
    assertThat(outdated(LATER)).isPresent();
  }

  @Test
  void rowsOfASummaryThatHadNoneAreAReason() {
    KnownRecord none = new KnownRecord(THROUGH.toString(), null, List.of("user_id"), "hash");

    assertThat(none.outdated(none, summary)).isEmpty();
    assertThat(none.outdated(known, summary)).contains("the summary had no row yet");
  }

  @Test
  void theNewestCommitIsFoundBehindOthers() {
    assertThat(KnownRecord.latest(summary)).isEmpty();
    summary
        .newAppend()
        .appendFile(file(THROUGH))
        .set(TableState.KNOWN_USERS, known.toJson())
        .commit();
    append(LATER);

    assertThat(KnownRecord.latest(summary)).contains(known);
    assertThat(known.day()).isEqualTo(THROUGH);
  }

  /** Old snapshots go, that of the record too, while rewrites of files come. */
  @Test
  void aRewriteCarriesTheRecordOn() {
    summary
        .newAppend()
        .appendFile(file(THROUGH))
        .set(TableState.KNOWN_USERS, known.toJson())
        .commit();
    Commits.carryState(summary.newRewrite().rewriteFiles(Set.of(early), Set.of(file(EARLIER))))
        .commit();
    summary.refresh();
    summary
        .expireSnapshots()
        .expireOlderThan(Long.MAX_VALUE)
        .retainLast(1)
        .deleteWith(path -> {})
        .commit();

    summary.refresh();
    assertThat(summary.snapshots()).hasSize(1);
    assertThat(KnownRecord.latest(summary)).contains(known);
  }

  private Optional<String> outdated(LocalDate through) {
    return known.outdated(record(through), summary);
  }

  private KnownRecord record(LocalDate through) {
    return new KnownRecord(through.toString(), head(), List.of("user_id"), "hash");
  }

  private long head() {
    summary.refresh();
    return summary.currentSnapshot().snapshotId();
  }

  private DataFile append(LocalDate day) {
    DataFile file = file(day);
    summary.newAppend().appendFile(file).commit();
    return file;
  }

  private DataFile file(LocalDate day) {
    return DataFiles.builder(summary.spec())
        .withPath("memory://" + files++ + ".parquet")
        .withFileSizeInBytes(10)
        .withPartitionPath("dt=" + day)
        .withRecordCount(1)
        .build();
  }
}
