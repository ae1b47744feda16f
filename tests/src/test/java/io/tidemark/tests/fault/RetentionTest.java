package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.compaction.record.MaintenanceStep.Outcome;
import io.tidemark.compaction.retain.CatalogTables;
import io.tidemark.compaction.retain.OrphanFiles;
import io.tidemark.compaction.retain.Step;
import io.tidemark.compaction.retain.TableVacuum;
import io.tidemark.compaction.retain.Vacuum;
import io.tidemark.compaction.retain.VacuumListener;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ManageSnapshots;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Snapshots, manifests and orphans of tables that streams write are taken away, at a moment when
 * everything in them is older than the retention: what streams, days and people still need is
 * there.
 */
@AnyZone
class RetentionTest {
  private static final String ODS = "ods_click";
  private static final String DWD = "dwd_click";
  private static final String DWS = "dws_click_tmin";
  private static final Duration AGE = Duration.ofDays(5);
  private static final Duration ORPHAN_AGE = Duration.ofDays(3);
  private static final LocalDate DAY = FaultProject.FIRST_DAY;

  /** As few as some micro-batches leave behind. */
  private static final int MANIFESTS = 4;

  /** Enough that each table gets more manifests than that. */
  private static final int MANY = 70;

  /** Vacuums beside streams that commit back to back; eight with {@code -Dtidemark.vacuums=8}. */
  private static final int VACUUMS = Integer.getInteger("tidemark.vacuums", 4);

  @TempDir private Path folder;
  private FaultProject project;
  private LocalLakehouse house;
  private Clicks clicks;

  private void start(long seed) {
    project = new FaultProject(folder, SharedBroker.get(), "click");
    for (String table : List.of("ods.click", "dwd.click", "dws.click_tmin")) {
      project.policy(table, "due: { manifests: %d }".formatted(MANIFESTS));
    }
    house = project.open(FaultProject.LOCAL);
    clicks = new Clicks(seed);
  }

  @Test
  void aStreamThatWasStoppedForLongerThanTheRetentionGoesOnWithoutSkippingARow() {
    start(20261122);
    clicks.send(project, "click", 60);
    house.catchUp(house.jobs().jobs());
    clicks.send(project, "click", MANY);
    house.catchUp(List.of(job(ODS)));
    int before = snapshots(ODS).size();

    List<TableVacuum> first = vacuum();

    assertDone(first);
    assertThat(snapshots(ODS).size()).isLessThan(before);
    assertThat(first.stream().filter(each -> each.table().equals("ods.click")).findFirst())
        .hasValueSatisfying(
            ods ->
                assertThat(ods.holds(Instant.MAX).keySet())
                    .anyMatch(who -> who.contains("job dwd_click")));
    // Nobody reads the last of them: all that is left of its history is maintenance.
    assertThat(table(ODS).currentSnapshot().operation()).isEqualTo(DataOperations.REPLACE);
    house.catchUp(house.jobs().jobs());
    assertDone(vacuum());
    assertThat(table(DWD).currentSnapshot().operation()).isEqualTo(DataOperations.REPLACE);
    assertThat(TableState.in(table(DWD).currentSnapshot()).orElseThrow().marker(DWD)).isPresent();
    clicks.send(project, "click", 60);
    house.catchUp(house.jobs().jobs());
    assertDone(vacuum());
    clicks.send(project, "click", 20);
    house.catchUp(house.jobs().jobs());

    assertThat(house.messagesRead()).isEqualTo(clicks.sent());
    assertThat(house.main(job(DWD)).count()).isEqualTo(clicks.distinct());
    Answers.assertMainEqualsBatch(house, "after retention");
  }

  @Test
  void aDayIsPublishedAndPutBackAfterTheHistoryAroundItIsGone() {
    start(20261123);
    clicks.send(project, "click", 120);
    house.catchUp(house.jobs().jobs());
    List<Row> stream = rows(house.main(job(DWD)));
    List<Row> running = rows(house.main(job(DWS)));
    house.seal(DAY, FaultProject.LAST_DAY);
    house.batch(house.recomputed(), DAY, FaultProject.LAST_DAY);
    verb(ExitCodes.OK, "reconcile", "--day", DAY.toString());

    // What was compared waits to be published.
    List<TableVacuum> open = vacuumOfJobs();
    assertDone(open);
    assertThat(open.stream().flatMap(each -> each.holds(Instant.MAX).keySet().stream()))
        .anyMatch(
            who -> who.contains("a day that is not published: ./tidemark publish --day " + DAY));
    verb(ExitCodes.OK, "publish", "--day", DAY.toString());
    assertDone(vacuumOfJobs());
    clicks.send(project, "click", 20);
    house.catchUp(house.jobs().jobs());
    assertDone(vacuumOfJobs());
    verb(ExitCodes.OK, "publish", "--day", DAY.toString());
    verb(ExitCodes.OK, "publish", "--undo", DAY.toString());
    assertDone(vacuum());

    Dataset<Row> ofTheDay = house.main(job(DWD)).where("dt = DATE'" + DAY + "'");
    assertThat(rows(ofTheDay))
        .containsExactlyInAnyOrderElementsOf(
            stream.stream().filter(row -> row.getAs("dt").equals(DAY)).toList());
    assertThat(rows(house.main(job(DWS)).where("dt = DATE'" + DAY + "'")))
        .containsExactlyInAnyOrderElementsOf(
            running.stream().filter(row -> row.getAs("dt").equals(DAY)).toList());
    verb(ExitCodes.OK, "reconcile", "--day", DAY.toString());
    verb(ExitCodes.OK, "publish", "--day", DAY.toString());
  }

  @Test
  void tagsAndBranchesOfPeopleAreReadAsBefore() {
    start(20261124);
    clicks.send(project, "click", 60);
    house.catchUp(house.jobs().jobs());
    Table dwd = table(DWD);
    List<Long> old = snapshots(DWD);
    dwd.manageSnapshots().createTag("audit", old.get(old.size() / 2)).commit();
    dwd.manageSnapshots().createBranch("trial", old.get(old.size() - 2)).commit();
    List<Row> tagged = read("SELECT * FROM dwd.click VERSION AS OF 'audit'");
    List<Row> branched = read("SELECT * FROM dwd.click VERSION AS OF 'trial'");
    clicks.send(project, "click", 60);
    house.catchUp(house.jobs().jobs());

    assertDone(vacuumOfJobs());

    assertThat(snapshots(DWD)).hasSizeLessThan(old.size());
    assertThat(read("SELECT * FROM dwd.click VERSION AS OF 'audit'"))
        .containsExactlyInAnyOrderElementsOf(tagged);
    assertThat(read("SELECT * FROM dwd.click VERSION AS OF 'trial'"))
        .containsExactlyInAnyOrderElementsOf(branched);
    Answers.assertMainEqualsBatch(house, "beside tags");
  }

  @Test
  void refsThatAgeAreRefusedAndThePrintedStatementsTakeTheirAgesAway() {
    start(20261202);
    clicks.send(project, "click", 60);
    house.catchUp(house.jobs().jobs());
    List<Long> old = snapshots(DWD);
    long middle = old.get(old.size() / 2);
    Table dwd = table(DWD);
    dwd.manageSnapshots().createTag("audit-1", middle).setMaxRefAgeMs("audit-1", 1).commit();
    dwd.manageSnapshots().createBranch("trial", middle).setMaxRefAgeMs("trial", 1).commit();
    dwd.manageSnapshots().setMaxSnapshotAgeMs("main", 1).commit();

    for (int aged = 0; aged < 3; aged++) {
      String refusal = vacuumDwd().refusals().get(0);
      assertThat(refusal).contains("of dwd.click has a retention of its own");
      for (String statement : refusal.substring(refusal.indexOf("ALTER TABLE")).split("; ")) {
        sql(statement);
      }
    }
    TableVacuum done = vacuumDwd();

    assertThat(done.refusals()).isEmpty();
    assertThat(done.failures()).isEmpty();
    assertThat(snapshots(DWD)).hasSizeLessThan(old.size()).contains(middle);
    assertThat(table(DWD).refs().get("audit-1").snapshotId()).isEqualTo(middle);
    assertThat(table(DWD).refs().get("trial").snapshotId()).isEqualTo(middle);
    Answers.assertMainEqualsBatch(house, "after ages were taken away");
  }

  private TableVacuum vacuumDwd() {
    return vacuum(VacuumListener.SILENT, List.of("dwd.click")).get(0);
  }

  @Test
  void streamsThatCommitBackToBackNeverFailAndLoseNothing() throws Exception {
    start(20261125);
    clicks.send(project, "click", 40);
    house.catchUp(house.jobs().jobs());
    StopSignal stop = new StopSignal();
    CompletableFuture<Void> driver =
        CompletableFuture.runAsync(
            () -> house.streams(stop, MicroBatchListener.SILENT).stream(house.jobs().jobs()));
    int expired = 0;
    try {
      for (int round = 0; round < VACUUMS; round++) {
        clicks.send(project, "click", 60);
        List<TableVacuum> done = vacuum();
        assertDone(done);
        expired += done.stream().mapToInt(TableVacuum::expired).sum();
        assertThat(driver).isNotDone();
      }
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(300))
          .until(
              () ->
                  driver.isDone() || house.messagesRead() == clicks.sent() && house.backlog() == 0);
    } finally {
      stop.stop();
    }
    driver.get();

    assertThat(expired).isPositive();
    assertThat(house.messagesRead()).isEqualTo(clicks.sent());
    assertThat(house.main(job(DWD)).count()).isEqualTo(clicks.distinct());
    Answers.assertMainEqualsBatch(house, "beside vacuums");
  }

  @Test
  void aVacuumThatIsKilledBehindAnyStepLeavesRightTablesAndTheNextOneGoesOn() {
    start(20261126);
    clicks.send(project, "click", MANY);
    house.catchUp(house.jobs().jobs());
    orphan(DWD, Duration.ofDays(4));
    List<Step> killed = new ArrayList<>();
    for (Step step : Step.values()) {
      assertThatThrownBy(
              () ->
                  vacuum(
                      (table, reached, what) -> {
                        if (reached == step) {
                          throw new Killed();
                        }
                      },
                      List.of()))
          .isInstanceOf(Killed.class);
      killed.add(step);
      clicks.send(project, "click", 16);
      house.catchUp(house.jobs().jobs());
      orphan(DWD, Duration.ofDays(4));
      assertThat(house.main(job(DWD)).count()).isEqualTo(clicks.distinct());
    }

    assertThat(killed).containsExactly(Step.values());
    assertDone(vacuum());
    // Long after, what interrupted deletions have left has become orphans, and goes as such.
    assertDone(vacuumAfter(Duration.ofDays(20), VacuumListener.SILENT));
    List<TableVacuum> again = vacuumAfter(Duration.ofDays(20), VacuumListener.SILENT);
    assertDone(again);
    assertThat(again).allMatch(each -> each.orphans() == 0 && each.expired() == 0);
    Answers.assertMainEqualsBatch(house, "after kills");
  }

  @Test
  void orphansGoPastTheirAgeAndFilesOfOthersNever() throws IOException {
    start(20261127);
    clicks.send(project, "click", 40);
    house.catchUp(house.jobs().jobs());
    Path old = orphan(DWD, Duration.ofDays(4));
    Path young = orphan(DWD, Duration.ofDays(2));
    String location = table(DWD).location();
    sql("CREATE TABLE dwd.inner_table (id BIGINT) LOCATION '" + location + "/inner'");
    sql("INSERT INTO dwd.inner_table VALUES (1), (2)");
    Path ofInner = file(location + "/inner/data/left.parquet", Duration.ofDays(30));
    sql("CREATE TABLE dwd.stranger (id BIGINT) LOCATION '" + location + "/stranger'");
    sql("INSERT INTO dwd.stranger VALUES (1)");
    // Known to another catalog alone.
    sql("DROP TABLE dwd.stranger");
    List<Path> ofStranger = filesBelow(Path.of(URI.create(uri(location + "/stranger"))));
    ofStranger.forEach(each -> age(each, Duration.ofDays(30)));
    assertThat(ofStranger).hasSizeGreaterThan(2);
    sql("CREATE TABLE dwd.shared (id BIGINT) LOCATION '" + table(ODS).location() + "'");

    List<TableVacuum> done = vacuumNow("dwd.click", "dwd.inner_table", "ods.click");

    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(ofInner).exists();
    assertThat(ofStranger).allMatch(Files::exists);
    assertThat(done.get(0).refusals()).isEmpty();
    assertThat(done.get(0).orphans()).isEqualTo(1);
    assertThat(done.get(0).othersFiles()).isEqualTo(1 + ofStranger.size());
    assertThat(done.get(1).refusals())
        .singleElement()
        .asString()
        .contains("dwd.inner_table lies in a location of dwd.click");
    assertThat(done.get(2).refusals())
        .singleElement()
        .asString()
        .contains("ods.click lies in a location of dwd.shared");
    assertThat(read("SELECT id FROM dwd.inner_table")).hasSize(2);
    Answers.assertMainEqualsBatch(house, "without orphans");
  }

  @Test
  void aTableThatWasMadeInTheFolderOfADroppedOneIsLeftAsItIs() {
    start(20261128);
    clicks.send(project, "click", 20);
    house.catchUp(house.jobs().jobs());
    Path dropped = Path.of(URI.create(uri(table(DWS).location())));
    List<Path> before = filesBelow(dropped);
    before.stream()
        .filter(file -> !file.toString().endsWith(".metadata.json"))
        .forEach(each -> age(each, Duration.ofDays(30)));
    sql("DROP TABLE dws.click_tmin");
    sql("DROP VIEW dws.click_tmin_v");
    house.catchUp(house.jobs().jobs());

    List<TableVacuum> whileItsMetadataIsYoung = vacuumNow("dws.click_tmin");
    before.forEach(each -> age(each, Duration.ofDays(30)));
    List<TableVacuum> whenAllOfItIsOld = vacuumNow("dws.click_tmin");

    for (List<TableVacuum> done : List.of(whileItsMetadataIsYoung, whenAllOfItIsOld)) {
      assertThat(done.get(0).refusals())
          .singleElement()
          .asString()
          .contains("metadata of another table in its location");
    }
    assertThat(before).allMatch(Files::exists);
  }

  @Test
  void aTableThatAnotherCatalogWritesToKeepsItsFiles() throws IOException {
    start(20261204);
    clicks.send(project, "click", 20);
    house.catchUp(List.of(job(ODS)));
    Table ods = table(ODS);
    Path torn = file(ods.location() + "/metadata/9-torn.metadata.json", Duration.ZERO);
    Path left = orphan(ODS, Duration.ofDays(4));
    assertThat(vacuumNow("ods.click").get(0).refusals()).isEmpty();
    assertThat(left).doesNotExist();
    assertThat(torn).exists();
    Path ofCopy = orphan(ODS, Duration.ofDays(4));
    // As the table of another catalog, registered from this one's metadata, writes it.
    TableMetadata own = ((HasTableOperations) table(ODS)).operations().current();
    TableMetadataParser.write(
        TableMetadata.buildFrom(own).setProperties(Map.of("of", "a copy")).build(),
        ods.io().newOutputFile(ods.location() + "/metadata/9-copy.metadata.json"));

    assertThat(vacuumNow("ods.click").get(0).refusals())
        .singleElement()
        .asString()
        .contains("later than its own");
    assertThat(ofCopy).exists();
  }

  @Test
  void noOrphanGoesWhileATableCannotBeLoaded() {
    start(20261205);
    clicks.send(project, "click", 20);
    house.catchUp(List.of(job(ODS), job(DWD)));
    Path old = orphan(DWD, Duration.ofDays(4));
    sql("CREATE TABLE dwd.broken (id BIGINT)");
    Table broken = house.lake().load(TableIdentifier.of("dwd", "broken"));
    filesBelow(Path.of(URI.create(uri(broken.location())))).forEach(RetentionTest::delete);

    assertThat(vacuumNow("dwd.click").get(0).refusals())
        .singleElement()
        .asString()
        .contains("dwd.click keeps its orphan files", "dwd.broken");
    assertThat(old).exists();
    assertThat(verb(ExitCodes.OK, "tables", "health", "dwd.click", "--orphans"))
        .contains("note: ", "dwd.broken");
  }

  @Test
  void aTableWhoseFilesMayBeOthersIsLeftAsItIs() {
    start(20261206);
    clicks.send(project, "click", 60);
    house.catchUp(List.of(job(ODS), job(DWD)));
    table(DWD).updateProperties().set("gc.enabled", "false").commit();
    Path old = orphan(DWD, Duration.ofDays(4));
    List<Long> before = snapshots(DWD);

    TableVacuum done = vacuumDwd();

    assertThat(done.failures()).isEmpty();
    assertThat(done.refusals()).singleElement().asString().contains("gc.enabled = false");
    assertThat(done.manifests()).isEmpty();
    assertThat(snapshots(DWD)).isEqualTo(before);
    assertThat(verb(ExitCodes.REFUSED, "vacuum", "dwd.click")).contains("gc.enabled = false");
    assertThat(verb(ExitCodes.OK, "tables", "health", "dwd.click", "--orphans"))
        .contains("note: dwd.click");
    assertThat(old).exists();
  }

  @Test
  void orphansOfManyTablesAreCountedByACatalogThatIsLoadedOnce() {
    start(20261207);
    clicks.send(project, "click", 20);
    house.catchUp(List.of(job(ODS), job(DWD)));
    CatalogTables catalog = CatalogTables.load(house.lake());
    orphan(DWD, Duration.ofDays(4));
    orphan(ODS, Duration.ofDays(2));
    Instant before = Instant.now().minus(ORPHAN_AGE);

    assertThat(OrphanFiles.count(house.lake(), catalog, job(DWD).output(), before)).isEqualTo(1);
    assertThat(OrphanFiles.count(house.lake(), catalog, job(ODS).output(), before)).isZero();
  }

  @Test
  void theVerbSaysWhoKeepsWhatAndRefusesWhatWouldHurt() throws IOException {
    start(20261129);
    clicks.send(project, "click", 60);
    house.catchUp(house.jobs().jobs());
    List<Long> before = snapshots(ODS);

    assertThat(verb(ExitCodes.OK, "vacuum", "--dry-run")).contains("would expire", "ods.click");
    assertThat(snapshots(ODS)).isEqualTo(before);
    Path old = orphan(ODS, Duration.ofDays(4));
    Path young = orphan(ODS, Duration.ofDays(2));
    assertThat(verb(ExitCodes.OK, "vacuum", "--dry-run", "ods.click"))
        .containsPattern("ods\\.click +0 +\\d+ +1 ");
    assertThat(old).exists();
    assertThat(verb(ExitCodes.OK, "vacuum", "ods.click"))
        .containsPattern("ods\\.click +0 +\\d+ +1 ")
        .contains("ods.click: 1 orphan files found", "ods.click: 1 orphans deleted");
    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(snapshots(ODS)).containsAll(before);
    assertThat(verb(ExitCodes.REFUSED, "vacuum", "--older-than", "10 minutes"))
        .contains("less than an hour");
    assertThat(verb(ExitCodes.REFUSED, "vacuum", "--older-than", "5d"))
        .contains("--older-than", "5d");
    assertThat(verb(ExitCodes.REFUSED, "vacuum", "--orphans-older-than", "2 hours"))
        .contains("--no-writer-is-older");
    assertThat(
            verb(
                ExitCodes.OK,
                "vacuum",
                "--orphans-older-than",
                "2 hours",
                "--no-writer-is-older",
                "--dry-run"))
        .contains("ods.click");
    assertThat(verb(ExitCodes.REFUSED, "vacuum", "ods.clicks")).contains("there is no table");

    Path manifests = Path.of(URI.create(uri(table(DWS).currentSnapshot().manifestListLocation())));
    Path away = Files.move(manifests, manifests.resolveSibling("away"));
    assertThat(verb(ExitCodes.FAILURE, "vacuum", "dws.click_tmin", "ods.click"))
        .containsPattern("dws\\.click_tmin failed: .*; because: ")
        .contains("What failed is tried again by the next vacuum.")
        .doesNotContain("ods.click failed");
    Files.move(away, manifests);
    verb(ExitCodes.OK, "vacuum", "dws.click_tmin");
  }

  @Test
  void aVacuumIsRecordedWithWhatItDid() throws IOException {
    start(20261208);
    clicks.send(project, "click", MANY);
    house.catchUp(house.jobs().jobs());
    orphan(DWD, Duration.ofDays(4));
    table(DWS).updateProperties().set("gc.enabled", "false").commit();
    int manifests = manifests(DWD);
    int snapshots = snapshots(DWD).size();

    // Snapshots are younger than an hour, so none goes.
    assertThat(verb(ExitCodes.REFUSED, "vacuum", "--older-than", "1 hour"))
        .contains("left as it is: dws.click_tmin has gc.enabled = false");

    assertThat(snapshots(DWD)).hasSize(snapshots + 1);
    List<Row> rows = record("dwd.click");
    assertThat(rows)
        .extracting(row -> row.getAs("action"))
        .containsExactly("manifests", "orphan files");
    Row rewritten = rows.get(0);
    assertThat(rewritten.<Long>getAs("files_removed")).isEqualTo(manifests);
    assertThat(rewritten.<Long>getAs("files_added")).isEqualTo(manifests(DWD));
    assertThat(rewritten.<Long>getAs("files_fewer")).isEqualTo(manifests - manifests(DWD));
    assertThat(rewritten.<Long>getAs("planned_files")).isEqualTo(manifests);
    assertThat(rewritten.<Long>getAs("groups_done")).isEqualTo(1);
    assertThat(rewritten.<Long>getAs("bytes_written"))
        .isEqualTo(
            table(DWD).currentSnapshot().allManifests(table(DWD).io()).stream()
                .mapToLong(ManifestFile::length)
                .sum());
    assertThat(rewritten.<Double>getAs("seconds")).isPositive();
    assertThat(rows.get(1).<Long>getAs("orphans_deleted")).isEqualTo(1);
    assertThat(record("dws.click_tmin"))
        .singleElement()
        .satisfies(
            left -> {
              assertThat(left.<String>getAs("outcome")).isEqualTo("left");
              assertThat(left.<String>getAs("detail")).contains("gc.enabled = false");
            });
    Row run = record("").get(0);
    assertThat(run.<String>getAs("kind")).isEqualTo("vacuum");
    assertThat(run.<String>getAs("action")).isEqualTo("plan");
    assertThat(read("SELECT DISTINCT run_id FROM ops.maintenance_run")).hasSize(1);
    assertThat(read("SELECT 1 FROM ops.maintenance_run WHERE dt <> to_date(started_at)")).isEmpty();

    verb(ExitCodes.OK, "vacuum", "dwd.click", "--dry-run");
    assertThat(read("SELECT DISTINCT run_id FROM ops.maintenance_run")).hasSize(1);
  }

  @Test
  void aCompactionIsRecordedWithWhatItDid() {
    start(20261211);
    project.policy("dwd.click", "hot: { quiet: 1 second, max-files: 4 }");
    clicks.send(project, "click", 160);
    house.catchUp(List.of(job(ODS), job(DWD)));
    long files = dataFiles();

    verb(ExitCodes.OK, "compact", "dwd.click", "--dry-run");
    assertThat(house.lake().all()).noneMatch(each -> each.name().equals("maintenance_run"));
    verb(ExitCodes.OK, "compact", "dwd.click");

    List<Row> rows = read("SELECT * FROM ops.maintenance_run WHERE table_name = 'dwd.click'");
    assertThat(rows).isNotEmpty().allMatch(row -> row.getAs("outcome").equals("done"));
    assertThat(sum(rows, "files_removed") - sum(rows, "files_added"))
        .isEqualTo(files - dataFiles())
        .isEqualTo(sum(rows, "files_fewer"))
        .isPositive();
    assertThat(sum(rows, "groups_done")).isEqualTo(sum(rows, "planned_groups"));
    assertThat(sum(rows, "bytes_written")).isPositive().isLessThan(sum(rows, "bytes_read"));
    assertThat(read("SELECT kind, action FROM ops.maintenance_run WHERE table_name = ''"))
        .singleElement()
        .asString()
        .isEqualTo("[compact,plan]");
  }

  private long dataFiles() {
    return Long.parseLong(table(DWD).currentSnapshot().summary().get("total-data-files"));
  }

  private static long sum(List<Row> rows, String column) {
    return rows.stream().mapToLong(row -> row.<Long>getAs(column)).sum();
  }

  @Test
  void whatWasExpiredIsInTheRecordOfTheRun() {
    start(20261209);
    clicks.send(project, "click", 60);
    house.catchUp(house.jobs().jobs());

    List<TableVacuum> done = vacuum();

    assertThat(done)
        .filteredOn(table -> table.expired() > 0)
        .isNotEmpty()
        .allSatisfy(
            table ->
                assertThat(table.steps())
                    .filteredOn(step -> step.action().equals("snapshots"))
                    .singleElement()
                    .satisfies(
                        step -> {
                          assertThat(step.table()).isEqualTo(table.table());
                          assertThat(step.done().snapshotsExpired()).isEqualTo(table.expired());
                          assertThat(step.done().filesRemoved()).isPositive();
                          assertThat(step.outcome()).isEqualTo(Outcome.DONE);
                        }));
  }

  @Test
  void aVacuumWhoseRecordCannotBeWrittenIsDoneAndSaysSo() {
    start(20261210);
    clicks.send(project, "click", 20);
    house.catchUp(List.of(job(ODS), job(DWD)));
    Path old = orphan(DWD, Duration.ofDays(4));
    sql("CREATE NAMESPACE IF NOT EXISTS ops");
    sql("CREATE TABLE ops.maintenance_run (dt STRING, outcome BIGINT) USING iceberg");

    assertThat(verb(ExitCodes.FAILURE, "vacuum", "dwd.click"))
        .contains("is done, and not recorded in ops.maintenance_run: ");
    assertThat(old).doesNotExist();
  }

  private int manifests(String job) {
    return table(job).currentSnapshot().allManifests(table(job).io()).size();
  }

  /** What is recorded of a table, in the order in which it was done. */
  private List<Row> record(String table) {
    return read(
        "SELECT * FROM ops.maintenance_run WHERE table_name = '%s' ORDER BY started_at"
            .formatted(table));
  }

  @Test
  void aTableWhoseMarkersAreLostKeepsEverythingAndSaysSo() {
    start(20261130);
    clicks.send(project, "click", 60);
    house.catchUp(house.jobs().jobs());
    Table dws = table(DWS);
    // Somebody rewrites it without markers and expires the rest by hand.
    dws.newAppend().commit();
    dws.expireSnapshots()
        .expireOlderThan(Instant.now().plusSeconds(60).toEpochMilli())
        .retainLast(1)
        .commit();
    List<Long> before = snapshots(ODS);

    List<TableVacuum> done = vacuum();

    assertThat(snapshots(ODS)).containsAll(before);
    assertThat(done.get(0).holds(Instant.MAX).keySet())
        .anyMatch(who -> who.startsWith("table dws.click_tmin does not tell how far"));
  }

  @Test
  void commitsThatAreTheOnlyRecordOfSomethingStay() {
    start(20261201);
    clicks.send(project, "click", 60);
    house.catchUp(house.jobs().jobs());
    List<Row> stream = rows(house.main(job(DWD)).where("dt = DATE'" + DAY + "'"));
    house.seal(DAY, FaultProject.LAST_DAY);
    house.batch(house.recomputed(), DAY, FaultProject.LAST_DAY);
    verb(ExitCodes.OK, "reconcile", "--day", DAY.toString());
    verb(ExitCodes.OK, "publish", "--day", DAY.toString());
    // As if seal and publish had been killed between a commit and its tag.
    dropTags(ODS);
    dropTags(DWD);
    table(DWS).newAppend().set("tidemark.future", "a newer version's").commit();
    long ofFuture = table(DWS).currentSnapshot().snapshotId();
    // As if a move had been killed before it was written down.
    clicks.send(project, "click", 5);
    verb(ExitCodes.OK, "offsets", ODS, "--move-to", "latest", "--reason", "a test", "--yes");
    sql("DELETE FROM ops.offset_move");
    clicks.send(project, "click", 60);
    house.catchUp(house.jobs().jobs());

    List<TableVacuum> done = vacuumOfJobs();

    assertThat(done).allSatisfy(each -> assertThat(each.failures()).isEmpty());
    assertThat(snapshots(DWS)).contains(ofFuture);
    assertThat(done.stream().flatMap(each -> each.holds(Instant.MAX).keySet().stream()))
        .contains(
            "a seal that has no tag yet",
            "a publication that has no tag yet, and its undo",
            "a move of a job's position, not in ops.offset_move yet",
            "tidemark.future in its summary, of which this version knows nothing");
    verb(ExitCodes.OK, "publish", "--undo", DAY.toString(), "--job", DWD, "--job", DWS);
    assertThat(rows(house.main(job(DWD)).where("dt = DATE'" + DAY + "'")))
        .containsExactlyInAnyOrderElementsOf(stream);
    house.seal(DAY, FaultProject.LAST_DAY);
    verb(ExitCodes.OK, "reconcile", "--day", DAY.toString());
  }

  private void dropTags(String job) {
    Table table = table(job);
    ManageSnapshots drop = table.manageSnapshots();
    table
        .refs()
        .forEach(
            (name, ref) -> {
              if (ref.isTag()) {
                drop.removeTag(name);
              }
            });
    drop.commit();
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private List<TableVacuum> vacuum() {
    return vacuum(VacuumListener.SILENT, List.of());
  }

  /** Without the many small tables that comparisons and publications are written down in. */
  private List<TableVacuum> vacuumOfJobs() {
    return vacuum(
        VacuumListener.SILENT,
        house.jobs().jobs().stream().map(job -> job.output().toString()).toList());
  }

  /** When snapshots of now are older than the retention, and files are not. */
  private List<TableVacuum> vacuum(VacuumListener listener, List<String> tables) {
    Instant now = Instant.now();
    return new Vacuum(
            house.lake(),
            house.jobs(),
            policies(),
            new Vacuum.Settings(
                now.plus(AGE).plusSeconds(1), AGE, AGE.plus(ORPHAN_AGE).plusSeconds(1)),
            listener)
        .run(tables);
  }

  private List<TableVacuum> vacuumAfter(Duration later, VacuumListener listener) {
    return new Vacuum(
            house.lake(),
            house.jobs(),
            policies(),
            new Vacuum.Settings(Instant.now().plus(later), AGE, ORPHAN_AGE),
            listener)
        .run(List.of());
  }

  private List<TableVacuum> vacuumNow(String... tables) {
    return new Vacuum(
            house.lake(),
            house.jobs(),
            policies(),
            new Vacuum.Settings(Instant.now(), AGE, ORPHAN_AGE),
            VacuumListener.SILENT)
        .run(List.of(tables));
  }

  private Policies policies() {
    return new Policies(
        Declarations.read(project.conf(), FaultProject.LOCAL, Map.of()).of(CompactionPolicy.class));
  }

  private static void assertDone(List<TableVacuum> outcomes) {
    assertThat(outcomes).isNotEmpty();
    assertThat(outcomes).allSatisfy(each -> assertThat(each.failures()).isEmpty());
    assertThat(outcomes).allSatisfy(each -> assertThat(each.refusals()).isEmpty());
    // Nothing that Tidemark's commits say is unknown to the expiry.
    assertThat(outcomes)
        .allSatisfy(
            each ->
                assertThat(each.holds(Instant.MAX).keySet())
                    .noneMatch(who -> who.contains("knows nothing")));
  }

  private JobSpec job(String name) {
    return house.jobs().job(name);
  }

  private Table table(String job) {
    return house.lake().load(job(job).output());
  }

  private List<Long> snapshots(String job) {
    List<Long> all = new ArrayList<>();
    for (Snapshot snapshot : table(job).snapshots()) {
      all.add(snapshot.snapshotId());
    }
    return all;
  }

  /** A file that a writer has written for a table and never committed. */
  private Path orphan(String job, Duration age) {
    StagedFiles staged =
        StagedFiles.write(
            table(job),
            house
                .lake()
                .spark()
                .table(house.lake().identifier(job(job).output()))
                .limit(3)
                .coalesce(1),
            StagedFiles.Layout.BY_PARTITION);
    List<Path> files =
        staged.files().stream()
            .map(file -> Path.of(URI.create(uri(file.location()))))
            .collect(Collectors.toList());
    files.forEach(file -> age(file, age));
    files.subList(1, files.size()).forEach(RetentionTest::delete);
    return files.get(0);
  }

  private static Path file(String location, Duration age) throws IOException {
    Path path = Path.of(URI.create(uri(location)));
    Files.createDirectories(path.getParent());
    Files.writeString(path, "nothing");
    age(path, age);
    return path;
  }

  private static String uri(String location) {
    return location.startsWith("/") ? "file://" + location : location;
  }

  private static void age(Path file, Duration age) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without the checksums that Hadoop's file system puts beside files. */
  private static List<Path> filesBelow(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void sql(String text) {
    house.lake().spark().sql(text);
  }

  private List<Row> read(String query) {
    return rows(house.lake().spark().sql(query));
  }

  private static List<Row> rows(Dataset<Row> rows) {
    return rows.collectAsList();
  }

  private String verb(int code, String... arguments) {
    return VerbAnswer.of(project.conf(), arguments).with(code).said();
  }
}
