package io.tidemark.tests.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.catalog.CatalogSettings;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.TrinoProperties;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Commits.Outcome;
import io.tidemark.catalog.commit.FencedException;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.fault.SharedBroker;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.servers.Java25;
import io.tidemark.tests.servers.Rendered;
import io.tidemark.tests.servers.SharedServers;
import io.tidemark.tests.servers.Trino;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Tidemark needs of a catalog, whichever it is: a line of jobs in every mode, markers that
 * hold, seals, both branches, views, changes of a table, two processes that commit at once, and all
 * of it read by Trino with the same rows.
 */
@AnyZone
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CatalogContract {
  private static final Range DAYS = new Range(CatalogProject.FIRST_DAY, CatalogProject.LAST_DAY);

  private Path folder;
  private CatalogProject project;
  private LocalLakehouse house;
  private Lakehouse lake;
  private boolean trinoKnowsIt;

  /**
   * Starts what the catalog needs.
   *
   * @return the lines below {@code catalog:} of the environment
   */
  abstract String catalog(Path home);

  /** The Kafka that the jobs read. */
  String brokers() {
    return SharedBroker.get().bootstrapServers();
  }

  @BeforeAll
  void runTheJobs(@TempDir Path home) {
    folder = home;
    if (Java25.home().isPresent()) {
      SharedServers.prepareTrino();
    }
    project = new CatalogProject(folder, brokers(), catalog(folder));
    project.sendMessages();
    house = project.open();
    lake = house.lake();
    house.catchUp(house.jobs().jobs());
    house.seal(DAYS.from(), DAYS.to());
    house.batch(house.recomputed(), DAYS.from(), DAYS.to());
  }

  @Test
  void streamAndBatchGiveTheSameRows() {
    IngestSpec ingest = purchases();
    assertThat(house.messagesRead()).isEqualTo(162 + CatalogProject.CHANGES);
    assertThat(lake.spark().table(lake.identifier(ingest.deadLetters())).count()).isEqualTo(2);
    assertThat(house.main(house.jobs().job("dwd_purchase")).count()).isEqualTo(120);
    for (JobSpec job : house.recomputed()) {
      assertThat(rendered(house.main(job))).isNotEmpty().isEqualTo(rendered(house.offline(job)));
    }
  }

  @Test
  void theTablesOfTheCatalogAreListedWithoutItsViews() {
    for (JobSpec job : house.jobs().jobs()) {
      assertThat(lake.all()).contains(job.output());
      job.view().ifPresent(view -> assertThat(lake.all()).doesNotContain(view));
    }
  }

  @Test
  void aSealIsATagAndWhatComesBehindItIsPending() {
    Table ods = lake.load(purchases().output());
    assertThat(Seals.cutOf(ods, DAYS.to())).isPresent();
    assertThat(ods.refs()).containsKey("seal_" + DAYS.from() + "_" + DAYS.to());

    Table table = ensure("ods.sealed_meanwhile", "id BIGINT");
    Marker marker = Commits.takeOver(table, "sealed", Marker.IN_TABLE);
    StagedFiles staged = staged(table, "SELECT 1L AS id, DATE'2026-05-30' AS dt");
    Seals.seal(lake.load(TableName.parse("ods.sealed_meanwhile")), DAYS);

    assertThat(Commits.append(staged, next(marker, 0), DayRanges.parse(""), Map.of()))
        .isEqualTo(Outcome.CHANGED_MEANWHILE);
    assertThat(lake.spark().table("ods.sealed_meanwhile").count()).isZero();
  }

  @Test
  void aReplayAndAZombieAreRefused() {
    Table table = ensure("dwd.marked", "id BIGINT");
    Marker first = Commits.takeOver(table, "marked", Marker.IN_TABLE);
    assertThat(append(table, next(first, 0), 1)).isEqualTo(Outcome.COMMITTED);
    assertThat(append(table, next(first, 0), 1)).isEqualTo(Outcome.ALREADY_THERE);

    Marker second =
        Commits.takeOver(lake.load(TableName.parse("dwd.marked")), "marked", Marker.IN_TABLE);
    assertThat(second.epoch()).isEqualTo(first.epoch() + 1);
    assertThatThrownBy(() -> append(table, next(first, 1), 2)).isInstanceOf(FencedException.class);
    assertThat(append(table, next(second, 1), 3)).isEqualTo(Outcome.COMMITTED);

    assertThat(rendered(lake.spark().sql("SELECT id FROM dwd.marked")))
        .containsExactly("Long 1", "Long 3");
  }

  @Test
  void anotherSessionSeesACommitAtOnce() {
    Table table = ensure("dwd.seen", "id BIGINT");
    Lakehouse other = project.open().lake();
    assertThat(other.spark().table("dwd.seen").count()).isZero();

    append(table, next(Commits.takeOver(table, "seen", Marker.IN_TABLE), 0), 1);

    assertThat(other.spark().table("dwd.seen").count()).isEqualTo(1);
  }

  @Test
  void aTableChangesItsColumnsAndProperties() throws SQLException {
    Table table = ensure("dwd.changing", "id BIGINT, small INT, gone STRING, price DECIMAL(8,2)");
    Marker marker = Commits.takeOver(table, "changing", Marker.IN_TABLE);
    String old =
        "SELECT 1L AS id, 7 AS small, 'x' AS gone, 1.25BD AS price, DATE'2026-05-30' AS dt";
    Commits.append(staged(table, old), next(marker, 0), DayRanges.parse(""), Map.of());
    for (String change :
        List.of(
            "ADD COLUMN added ARRAY<STRING> COMMENT 'new' AFTER id",
            "ALTER COLUMN small TYPE BIGINT",
            "RENAME COLUMN small TO large",
            "DROP COLUMN gone",
            "ALTER COLUMN price TYPE DECIMAL(12,2)",
            "SET TBLPROPERTIES ('tidemark.owner'='someone')",
            "UNSET TBLPROPERTIES ('tidemark.owner')",
            "SET TBLPROPERTIES ('tidemark.retention'='90 days')")) {
      lake.spark().sql("ALTER TABLE dwd.changing " + change);
    }
    table.refresh();
    String rows =
        "SELECT 2L AS id, array('a', NULL) AS added, 9000000000L AS large,"
            + " 1234567890.12BD AS price, DATE'2026-05-31' AS dt";
    Commits.append(staged(table, rows), next(marker, 1), DayRanges.parse(""), Map.of());

    assertThat(rendered(lake.spark().table("dwd.changing")))
        .containsExactly(
            "Long 1 | NULL | Long 7 | decimal 1.25 | LocalDate 2026-05-30",
            "Long 2 | [String a, NULL] | Long 9000000000 | decimal 1234567890.12 | LocalDate"
                + " 2026-05-31");
    assertThat(lake.load(TableName.parse("dwd.changing")).properties())
        .containsEntry("tidemark.retention", "90 days")
        .doesNotContainKey("tidemark.owner");
    assertTrinoReads("dwd.changing");
  }

  @Test
  void aViewShowsOneRowPerKeyAndFollowsItsDeclaration() throws SQLException {
    TableName changing = TableName.parse("dws.changing_v");
    lake.ensureView(changing, "SELECT 1 AS n", "SELECT 1 AS n");
    lake.ensureView(changing, "SELECT 2 AS n", "SELECT 2 AS n");
    assertThat(rendered(project.open().lake().spark().table("dws.changing_v")))
        .containsExactly("Integer 2");

    for (JobSpec job : house.recomputed().stream().filter(job -> job.view().isPresent()).toList()) {
      List<String> rows = rendered(lake.spark().table(lake.identifier(job.view().orElseThrow())));
      assertThat(rows).as(job.name()).isNotEmpty().isEqualTo(rendered(house.offline(job)));
      assertThat(trino("SELECT * FROM " + viewInTrino(job))).as(job.name()).isEqualTo(rows);
    }
  }

  @Test
  void aMirrorShowsWhatItsChangesLeft() {
    assertThat(
            rendered(
                lake.spark()
                    .sql(
                        "SELECT shop_id, name, rent, about, is_deleted, change_op FROM dwd.shop_v"
                            + " WHERE shop_id < 4")))
        .containsExactly(
            "Long 0 | String shop 0 at 300 | NULL | String changed | Boolean true | String delete",
            "Long 1 | String shop 1 at 100 | decimal 1.25 | String text 1 | Boolean false | String insert",
            "Long 2 | String shop 2 at 100 | decimal 2.25 | String text 2 | Boolean false | String insert",
            "Long 3 | String shop 3 at 500 | decimal 3.25 | String changed | Boolean false | String update");
    assertThat(lake.spark().table("dwd.shop_v").count()).isEqualTo(CatalogProject.SHOPS);
  }

  @Test
  void twoProcessesLoseNoCommitOfEachOther() throws Exception {
    TableName name = TableName.parse("dwd.busy");
    Table table = ensure("dwd.busy", "id BIGINT");

    TwoProcesses.run(project.conf(), name, folder);

    table.refresh();
    List<Long> ids =
        lake.spark().sql("SELECT id FROM dwd.busy ORDER BY id").collectAsList().stream()
            .map(row -> row.getLong(0))
            .toList();
    List<Long> expected = new ArrayList<>();
    for (long id = 0; id < 2L * CommitterMain.COMMITS; id++) {
      expected.add(id);
    }
    assertThat(ids).isEqualTo(expected);
    assertThat(TableState.of(table).marker("busy").orElseThrow().batch())
        .isEqualTo(CommitterMain.COMMITS - 1);
    assertThat(
            rendered(
                lake.spark()
                    .sql("SELECT count(*), count(DISTINCT dt) FROM dwd.busy.branch_offline")))
        .containsExactly("Long " + CommitterMain.COMMITS + " | Long " + CommitterMain.COMMITS);
    assertTrinoReads("dwd.busy");
  }

  @Test
  void trinoReadsEveryTableAndBranchOfTheJobs() throws SQLException {
    for (JobSpec job : house.jobs().jobs()) {
      assertTrinoReads(job.output().toString());
    }
    for (IngestSpec ingest : house.ingests()) {
      assertTrinoReads(ingest.deadLetters().toString());
    }
    assertThat(trino("SELECT name, type FROM %s.ods.\"purchase$refs\"".formatted(trinoCatalog())))
        .containsExactlyInAnyOrder(
            "String main | String BRANCH",
            "String offline | String BRANCH",
            "String seal_" + DAYS.from() + "_" + DAYS.to() + " | String TAG");
  }

  @Test
  void trinoReadsEveryType() throws SQLException {
    Table table =
        ensure(
            "dwd.every_type",
            "i INT, l BIGINT, f FLOAT, d DOUBLE, b BOOLEAN, s STRING, bin BINARY, small DECIMAL(9,4),"
                + " wide DECIMAL(38,10), tz TIMESTAMP, ntz TIMESTAMP_NTZ, texts ARRAY<STRING>,"
                + " numbers ARRAY<BIGINT>");
    Marker marker = Commits.takeOver(table, "every_type", Marker.IN_TABLE);
    String rows =
        """
        SELECT -2147483648 AS i, -9223372036854775808L AS l, float('NaN') AS f, double('-Infinity') AS d, true AS b,
          'žluťoučký 鲸 🐳 \\n' AS s, X'00FF7F80' AS bin, -0.0001BD AS small,
          1234567890123456789012345678.0123456789BD AS wide,
          TIMESTAMP'1969-12-31 23:59:59.999999Z' AS tz, TIMESTAMP_NTZ'2026-03-29 02:30:00.000001' AS ntz,
          array('', NULL, 'x') AS texts, array(1L, 9223372036854775807L) AS numbers, DATE'2026-05-30' AS dt
        UNION ALL
        SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, DATE'2026-05-30'
        UNION ALL
        SELECT 2147483647, 0, float(0.1), 0.1D, false, '', X'', 12345.6789BD, -0.5BD,
          TIMESTAMP'9999-12-31 23:59:59Z', TIMESTAMP_NTZ'0001-01-01 00:00:00', array(), array(), DATE'1582-10-15'
        """;
    Commits.append(staged(table, rows), next(marker, 0), DayRanges.parse(""), Map.of());
    table.refresh();
    StagedFiles offline = staged(table, rows + " UNION ALL " + rows);
    var overwrite = table.newOverwrite().toBranch(Lakehouse.OFFLINE);
    offline.files().forEach(overwrite::addFile);
    overwrite.commit();

    assertTrinoReads("dwd.every_type");
    assertThat(lake.spark().table("dwd.every_type.branch_offline").count()).isEqualTo(6);
  }

  /** Both branches, row by row. */
  private void assertTrinoReads(String table) throws SQLException {
    for (String branch : List.of("main", Lakehouse.OFFLINE)) {
      assertThat(
              trino(
                  "SELECT * FROM %s.%s FOR VERSION AS OF '%s'"
                      .formatted(trinoCatalog(), table, branch)))
          .as("%s of %s", branch, table)
          .isEqualTo(rendered(lake.spark().table(table + ".branch_" + branch)));
    }
    assertThat(trino("SELECT * FROM %s.%s".formatted(trinoCatalog(), table)))
        .isEqualTo(rendered(lake.spark().table(table)));
  }

  private IngestSpec purchases() {
    return (IngestSpec) house.jobs().job("ods_purchase");
  }

  /** What people do who read such a job in Trino: by default they name its view. */
  String viewInTrino(JobSpec job) throws SQLException {
    return lake.identifier(job.view().orElseThrow());
  }

  /** The text of a job's view in the words of Trino. */
  final String textInTrino(JobSpec job) {
    return house.tables().readSqlInTrino(job, lake.identifier(job.output()));
  }

  /** The project's configuration. */
  final Path conf() {
    return project.conf();
  }

  /** What the tables of this catalog are reached by. */
  final LocalLakehouse house() {
    return house;
  }

  /** The same in Trino and in Tidemark, because the text of a view names it. */
  private String trinoCatalog() {
    return lake.environment().catalog().name();
  }

  /** The rows of a query, sorted. */
  final List<String> trino(String sql) throws SQLException {
    return trinoWithCatalog().query(sql).stream().sorted().toList();
  }

  /** The rows of a query whose tables are this catalog's, in the order they come. */
  final List<String> trinoInCatalog(String sql) throws SQLException {
    return trinoWithCatalog().query(trinoCatalog(), sql);
  }

  private Trino trinoWithCatalog() throws SQLException {
    boolean there = Java25.home().isPresent();
    if (!there) {
      System.out.println(getClass().getSimpleName() + ": not read by Trino: " + Java25.NOT_FOUND);
    }
    assumeTrue(there, Java25.NOT_FOUND);
    if (!trinoKnowsIt) {
      CatalogSettings catalog = lake.environment().catalog();
      SharedServers.trino().createCatalog(trinoCatalog(), TrinoProperties.of(catalog));
      trinoKnowsIt = true;
    }
    return SharedServers.trino();
  }

  private Table ensure(String name, String columns) {
    return lake.ensure(TableName.parse(name), StructType.fromDDL(columns + ", dt DATE"), Map.of());
  }

  private Outcome append(Table table, Marker marker, long id) {
    StagedFiles staged = staged(table, "SELECT %dL AS id, DATE'2026-05-30' AS dt".formatted(id));
    return Commits.append(staged, marker, DayRanges.parse(""), Map.of());
  }

  private StagedFiles staged(Table table, String sql) {
    return StagedFiles.write(table, lake.spark().sql(sql), Layout.AS_THEY_COME);
  }

  private static Marker next(Marker marker, long batch) {
    return new Marker(
        marker.job(), marker.checkpoint(), marker.epoch(), batch, "" + batch, Map.of());
  }

  private static List<String> rendered(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Rendered::row).sorted().toList();
  }
}
