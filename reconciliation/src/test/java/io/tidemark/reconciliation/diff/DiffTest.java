package io.tidemark.reconciliation.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.CatalogSettings;
import io.tidemark.catalog.Environment;
import io.tidemark.catalog.KafkaSettings;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.StreamSettings;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.Closeness;
import io.tidemark.reconciliation.diff.Diff.Request;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables, branches, files and a database, all real. */
@Tag("any-zone")
class DiffTest {
  private static final String ROWS =
      """
      SELECT * FROM VALUES
        (1L, 'a', 1.5D, 10L), (2L, 'b', 2.5D, 20L), (3L, NULL, NULL, 30L), (NULL, 'n', 0D, 40L),
        (5L, '键', 5D, 50L), (5L, '键', 5D, 50L), (5L, 'other', 6D, 51L) AS t (id, name, price, n)""";

  @TempDir static Path folder;
  private static Lakehouse lake;

  @BeforeAll
  static void tables() {
    lake =
        Lakehouse.open(
            new Environment(
                "test",
                ZoneId.systemDefault(),
                CatalogSettings.embedded("tidemark", folder.resolve("warehouse").toString()),
                folder.resolve("checkpoints"),
                new KafkaSettings("none:1", false, null, Map.of()),
                new StreamSettings(Duration.ofSeconds(1), 1000, 1_000_000),
                Map.of(
                    "spark.master", "local[2]",
                    "spark.ui.enabled", "false",
                    "spark.sql.shuffle.partitions", "2")));
    lake.spark().sql("CREATE NAMESPACE dwd");
    lake.spark().sql("CREATE TABLE dwd.e USING iceberg AS " + ROWS);
    lake.spark().sql("ALTER TABLE dwd.e CREATE BRANCH other");
    lake.spark()
        .sql("UPDATE dwd.e.branch_other SET price = price + 1e-12D, n = n + 1 WHERE id = 1");
    lake.spark().sql("DELETE FROM dwd.e.branch_other WHERE id IS NULL");
    lake.spark().sql("DELETE FROM dwd.e.branch_other WHERE name = 'other'");
    lake.spark().sql("INSERT INTO dwd.e.branch_other VALUES (5, '键', 5, 50), (9, 'new', 9, 90)");
  }

  @Test
  void aTableIsEqualToItsOwnSnapshot() {
    long snapshot = lake.load(TableName.parse("dwd.e")).currentSnapshot().snapshotId();
    DiffResult result = run("dwd.e", "dwd.e@" + snapshot, Map.of(), Optional.empty());

    assertThat(result.equal()).isTrue();
    assertThat(result.equalRows()).isEqualTo(7);
    assertThat(result.samples()).isEmpty();
  }

  @Test
  void aBranchDiffersInsertedDeletedAndChanged() {
    TableName into = TableName.parse("ops.changes");
    DiffResult result =
        run("dwd.e", "dwd.e@other", Map.of(), Optional.of(new DiffTarget.IntoTable(into)));

    // Of the three rows of key 5 one became another: which of its columns, both say.
    assertThat(result.deleted()).isEqualTo(1);
    assertThat(result.inserted()).isEqualTo(1);
    assertThat(result.changed()).isEqualTo(2);
    assertThat(result.byColumn()).isEqualTo(Map.of("n", 2L, "price", 1L, "name", 1L));
    assertThat(result.equalRows()).isEqualTo(4);
    List<Row> rows =
        lake.spark()
            .sql(
                "SELECT change, id, changed_columns, left_n, right_n FROM ops.changes ORDER BY ALL")
            .collectAsList();
    assertThat(rows).hasSize(4);
    assertThat(rows.get(0).mkString(",")).startsWith("changed,1,").endsWith(",10,11");
    assertThat(rows.get(2).mkString(",")).isEqualTo("deleted,null,null,40,null");
    assertThat(rows.get(3).mkString(",")).isEqualTo("inserted,9,null,null,90");
    StringWriter printed = new StringWriter();
    DiffVerb.print(result, new PrintWriter(printed));
    assertThat(printed.toString())
        .contains("✗ DIFFERENT", "only left (deleted)", "name, price, n", "键");
    assertThatThrownBy(
            () -> run("dwd.e", "dwd.e", Map.of(), Optional.of(new DiffTarget.IntoTable(into))))
        .isInstanceOf(DiffRefusedException.class)
        .hasMessageContaining("there is a table ops.changes already");
  }

  @Test
  void textOfAFileIsComparedAsWhatItMeans() throws IOException {
    Path csv = folder.resolve("rows.csv");
    Files.writeString(
        csv,
        "id,name,price,n,remark\n1,a,1.50,10,x\n2,b,2.5049,20,x\n3,,,30,x\n,n,-0.0,4o,x\n"
            + "5,键,5.0,50,x\n5,键,5.0,50,x\n5,other,6,51,x\n");
    Path out = folder.resolve("differing.csv");
    DiffResult result =
        run(
            "dwd.e",
            csv.toString(),
            Map.of("price", new Closeness(0, 0.005)),
            Optional.of(new DiffTarget.IntoFile(out)));

    assertThat(result.changed()).isEqualTo(1);
    assertThat(result.byColumn()).isEqualTo(Map.of("n", 1L));
    assertThat(result.onOneSide().get("right")).containsExactly("remark");
    assertThat(Files.readAllLines(out))
        .hasSize(2)
        .first()
        .isEqualTo(
            "change,id,changed_columns,left_name,right_name,left_price,right_price,left_n,right_n");
    assertThat(Files.readAllLines(out).get(1)).startsWith("changed,").endsWith(",40,4o");
  }

  @Test
  void aFolderOfParquetAndATableBehindJdbcAreSides() throws Exception {
    Path parquet = folder.resolve("export");
    lake.spark().sql(ROWS).write().parquet(parquet.toString());
    String url = "jdbc:sqlite:" + folder.resolve("shop.db");
    try (Connection database = DriverManager.getConnection(url);
        Statement statement = database.createStatement()) {
      statement.execute("CREATE TABLE e (id INTEGER, name TEXT, price DOUBLE, n INTEGER)");
      statement.execute(
          "INSERT INTO e VALUES (1, 'a', 1.5, 10), (2, 'b', 2.5, 20), (3, NULL, NULL, 30),"
              + " (NULL, 'n', 0, 40), (5, '键', 5, 50), (5, '键', 5, 50), (5, 'other', 6, 52)");
    }

    DiffResult result = run(parquet + "/", url + ";table=e", Map.of(), Optional.empty());
    assertThat(result.changed()).isEqualTo(1);
    assertThat(result.byColumn()).isEqualTo(Map.of("n", 1L));
  }

  @Test
  void namesOfColumnsAreFoundWhateverTheirCaseAndWhateverIsInThem() throws IOException {
    Path left = folder.resolve("left.csv");
    Path right = folder.resolve("right.csv");
    Files.writeString(left, "ord.id,a`b%s,PRICE\n1,x,1.00\n2,y,2\n");
    Files.writeString(right, "Ord.Id,a`b%s,price\n1,x,1.01\n2,z,2\n");
    DiffResult result =
        new Diff(lake, folder, said -> {})
            .run(
                new Request(
                    left.toString(),
                    right.toString(),
                    List.of("ord.id"),
                    List.of(),
                    Map.of("Price", new Closeness(0, 0.02)),
                    "",
                    5));

    assertThat(result.byColumn()).isEqualTo(Map.of("a`b%s", 1L));
    assertThat(result.samples()).hasSize(1);
    Request reserved =
        new Request(
            left.toString(),
            left.toString(),
            List.of("PRICE", "price"),
            List.of(),
            Map.of(),
            "",
            5);
    assertThatThrownBy(() -> new Diff(lake, folder, said -> {}).run(reserved))
        .isInstanceOf(DiffRefusedException.class)
        .hasMessageContaining("column 'price' is named twice");
  }

  /** One of the two pairs has a border of the grid between its values, and its hashes differ. */
  @Test
  void rowsOfOneKeyMeetTheNearestOfTheOtherSide() {
    lake.spark()
        .sql("CREATE TABLE dwd.l USING iceberg AS SELECT 1 AS id, explode(array(1.0D, 2.0D)) AS x");
    lake.spark()
        .sql(
            "CREATE TABLE dwd.r USING iceberg AS SELECT 1 AS id, explode(array(1.26D, 1.74D)) AS x");

    assertThat(run("dwd.l", "dwd.r", Map.of("x", new Closeness(0, 0.5)), Optional.empty()).equal())
        .isTrue();
  }

  @Test
  void aColumnThatIsNamedLikeOneOfTheResultIsRefused() throws IOException {
    Path csv = folder.resolve("change.csv");
    Files.writeString(csv, "change,a,hash__\n1,2,3\n");
    Request request =
        new Request(csv.toString(), csv.toString(), List.of("change"), List.of(), Map.of(), "", 5);

    assertThatThrownBy(() -> new Diff(lake, folder, said -> {}).run(request))
        .isInstanceOf(DiffRefusedException.class)
        .hasMessageContaining("column 'change' has a name")
        .hasMessageContaining("column 'hash__' has a name");
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() {
    assertThatThrownBy(() -> run("dwd.f", "dwd.e@nowhere", Map.of(), Optional.empty()))
        .isInstanceOf(DiffRefusedException.class)
        .hasMessageContaining("there is no table dwd.f")
        .hasMessageContaining("dwd.e has no branch, tag or snapshot 'nowhere'; it has main, other");
    Request wrong =
        new Request(
            "dwd.e",
            "dwd.e",
            List.of("ident"),
            List.of("nam", "name"),
            Map.of("name", new Closeness(0, 1), "x", Closeness.EXACT),
            "",
            5);
    assertThatThrownBy(() -> new Diff(lake, folder, said -> {}).run(wrong, Optional.empty()))
        .hasMessageContaining("dwd.e has no key column 'ident'; it has id, name, price, n")
        .hasMessageContaining("dwd.e has no column 'nam'; did you mean 'name'?")
        .hasMessageContaining("tolerance of 'x', which is not compared");
  }

  private static DiffResult run(
      String left, String right, Map<String, Closeness> near, Optional<DiffTarget> into) {
    return new Diff(lake, folder, said -> {})
        .run(new Request(left, right, List.of("id"), List.of(), near, "", 5), into);
  }
}
