package io.tidemark.reconciliation.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Tidemark;
import io.tidemark.jobs.spec.Declarations;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code tidemark diff} as it is typed, over tables, files and a database that are there. */
@Tag("any-zone")
class DiffVerbTest {
  private static final String ROWS =
      "SELECT * FROM VALUES (1L, 'a', 1.5D), (2L, 'b', 2.5D), (3L, 'c', 3.5D) AS t (id, name, price)";
  private static final String CSV = "id,name,price\n1,a,1.50\n2,b,2.501\n3,c,3.5\n";

  @TempDir static Path folder;
  private static Lakehouse lake;

  @BeforeAll
  static void make() throws Exception {
    write(
        "conf/env/local.yml",
        """
        time-zone: %s
        catalog: { type: embedded, warehouse: "%s" }
        checkpoints: "%s"
        kafka: { bootstrap-servers: "none:1" }
        spark: { spark.master: "local[2]", spark.ui.enabled: false, spark.sql.shuffle.partitions: 2 }
        """
            .formatted(
                ZoneId.systemDefault(),
                folder.resolve("warehouse"),
                folder.resolve("checkpoints")));
    write(
        "conf/jobs/t.yml",
        """
        job: ods_t
        topic: t
        columns: { at: { type: timestamp, required: true } }
        event-time: { column: at }
        output: ods.t
        """);
    lake =
        Lakehouse.open(Declarations.read(folder.resolve("conf"), "local", Map.of()).environment());
    sql("CREATE NAMESPACE dwd");
    sql("CREATE TABLE dwd.t USING iceberg AS " + ROWS);
    sql("ALTER TABLE dwd.t CREATE BRANCH other");
    sql("UPDATE dwd.t.branch_other SET name = 'B', price = 9 WHERE id = 2");
    sql("DELETE FROM dwd.t.branch_other WHERE id = 1");
    sql("INSERT INTO dwd.t.branch_other VALUES (4, 'd', 4.5)");
    lake.spark().sql(ROWS).write().parquet(file("rows"));
    write("rows.csv", CSV);
    try (Connection database = DriverManager.getConnection(database());
        Statement statement = database.createStatement()) {
      statement.execute("CREATE TABLE t (id INTEGER, name TEXT, price DOUBLE)");
      statement.execute("INSERT INTO t VALUES (1, 'a', 1.5), (2, 'b', 2.5), (3, 'x', 3.5)");
    }
  }

  /** What a verb answered. */
  private record Answer(int exitCode, String out, String err) {}

  @Test
  void filesDifferUntilTheirDifferenceIsTolerated() {
    Answer differing = diff(file("rows.csv"), file("rows") + "/", "--key", "id");
    assertThat(differing.exitCode()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(differing.out())
        .startsWith("✗ DIFFERENT")
        .containsPattern("changed +1\n")
        .containsPattern("price +1\n");

    Answer tolerated =
        diff(file("rows.csv"), file("rows") + "/", "--key", "id", "--tolerance", "price=0.01");
    assertThat(tolerated.exitCode()).as(tolerated.err()).isEqualTo(ExitCodes.OK);
    assertThat(tolerated.out()).startsWith("✓ EQUAL").containsPattern("equal +3\n");
    assertThat(
            diff(file("rows.csv"), file("rows") + "/", "--key", "id", "--tolerance", "price=5e-324")
                .out())
        .as("the smallest tolerance there is")
        .containsPattern("changed +1\n");
  }

  @Test
  void theRowsInWhichABranchDiffersFromASnapshotAreWritten() throws IOException {
    long snapshot = lake.load(TableName.parse("dwd.t")).currentSnapshot().snapshotId();
    String out = file("differing.csv");
    String[] sides = {"dwd.t@" + snapshot, "dwd.t@other", "--key", "id"};

    Answer answer = diff(sides, "--out", out);
    assertThat(answer.exitCode()).as(answer.err()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(Files.readAllLines(Path.of(out)))
        .containsExactlyInAnyOrder(
            "change,id,changed_columns,left_name,right_name,left_price,right_price",
            "deleted,1,,a,,1.5,",
            "changed,2,name price,b,B,2.5,9.0",
            "inserted,4,,,d,,4.5");
    Answer again = diff(sides, "--out", out);
    assertThat(again.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(again.err()).contains("--out: there is a file " + out + " already");

    assertThat(diff(sides, "--into", "ops.t_diff").exitCode())
        .isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(
            lake.spark()
                .sql("SELECT change, id, changed_columns FROM ops.t_diff ORDER BY id")
                .collectAsList())
        .extracting(Row::toString)
        .containsExactly(
            "[deleted,1,null]", "[changed,2,ArraySeq(name, price)]", "[inserted,4,null]");
    assertThat(diff("dwd.t", "dwd.t@" + snapshot, "--key", "id").exitCode())
        .isEqualTo(ExitCodes.OK);
  }

  @Test
  void aTableBehindJdbcIsComparedAndItsCopyRemoved() {
    String side = database() + ";table=t";
    int before = kept();

    Answer answer = diff(side, "dwd.t", "--key", " id", "--where", "id > 1", "--samples", "1");
    assertThat(answer.exitCode()).as(answer.err()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(answer.out()).containsPattern("left +2\n").containsPattern("changed +3 +name ");
    assertThat(diff(side, "dwd.t", "--key", "id", "--columns", "price").exitCode())
        .isEqualTo(ExitCodes.OK);
    assertThat(diff(side, "dwd.none", "--key", "id").exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(kept()).isEqualTo(before);
  }

  @Test
  void mapsAreEqualWhateverTheOrderOfTheirKeys() {
    String nested =
        "SELECT 1 AS id, map('a', 1, 'b', 2) AS m, array(map(1, map('x', 1, 'y', 2)), NULL) AS a, "
            + "named_struct('k%%', map('c', 1, 'd', %s), 'n', CAST(NULL AS INT)) AS s";
    sql("CREATE TABLE dwd.m1 USING iceberg AS " + nested.formatted("2"));
    sql(
        "CREATE TABLE dwd.m2 USING iceberg AS SELECT 1 AS id, map('b', 2, 'a', 1) AS m,"
            + " array(map(1, map('y', 2, 'x', 1)), NULL) AS a,"
            + " named_struct('n', CAST(NULL AS INT), 'k%', map('d', 2, 'c', 1)) AS s");
    sql("CREATE TABLE dwd.m3 USING iceberg AS " + nested.formatted("3"));

    Answer equal = diff("dwd.m1", "dwd.m2", "--key", "id");
    assertThat(equal.exitCode()).as(equal.out() + equal.err()).isEqualTo(ExitCodes.OK);
    Answer different = diff("dwd.m2", "dwd.m3", "--key", "id");
    assertThat(different.exitCode()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(different.out()).containsPattern("s +1\n").doesNotContainPattern("m +1\n");
  }

  @Test
  void whatCannotBeDoneIsRefusedWithWhatToWrite() {
    Answer missing = diff("dwd.none", "dwd.t@nowhere", "--key", "id");
    assertThat(missing.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(missing.err())
        .startsWith(
            "diff: the two sides cannot be compared as asked\n  there is no table dwd.none;")
        .contains("./tidemark sql --conf " + folder.resolve("conf") + " \"SHOW TABLES IN dwd\"")
        .contains("dwd.t has no branch, tag or snapshot 'nowhere'; it has main, other");
    Answer column = diff("dwd.t", "dwd.t", "--key", "ident", "--columns", "nam");
    assertThat(column.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(column.err())
        .contains("no key column 'ident'", "no column 'nam'; did you mean 'name'?")
        .doesNotContain("Exception");
    Answer login = diff(database() + ";table=t;password=secret", "dwd.t", "--key", "id");
    assertThat(login.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(login.err()).contains("password=${env:NAME}").doesNotContain("secret");
    for (String[] words :
        new String[][] {
          {"--tolerance", "price=much", "--tolerance price=much is no size; write 0.01"},
          {"--tolerance", "price=-1", "--tolerance price=-1 is no size"},
          {"--samples", "-1", "--samples is -1"},
          {"--where", "nothing = 1", "--where is no condition on the rows of dwd.t"},
          {"--out", "rows.txt", "'rows.txt' has to end in .csv or .parquet"},
          {"--into", "t", "--into: "}
        }) {
      Answer refused = diff("dwd.t", "dwd.t", "--key", "id", words[0] + "=" + words[1]);
      assertThat(refused.exitCode()).as(words[1]).isEqualTo(ExitCodes.REFUSED);
      assertThat(refused.err()).contains(words[2]);
    }
    assertThat(diff("dwd.t", "dwd.t").err()).contains("--key");
  }

  private static void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  private static String database() {
    return "jdbc:sqlite:" + folder.resolve("shop.db");
  }

  private static void sql(String text) {
    lake.spark().sql(text);
  }

  /** Frames that are kept in memory or on disk. */
  private static int kept() {
    return lake.spark().sparkContext().getPersistentRDDs().size();
  }

  private static Answer diff(String[] sides, String... more) {
    List<String> all = new ArrayList<>(List.of(sides));
    all.addAll(List.of(more));
    return diff(all.toArray(String[]::new));
  }

  private static Answer diff(String... arguments) {
    List<String> all = new ArrayList<>(List.of("diff"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--conf", folder.resolve("conf").toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Tidemark.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    int code = line.execute(all.toArray(String[]::new));
    return new Answer(code, out.toString(), err.toString());
  }
}
