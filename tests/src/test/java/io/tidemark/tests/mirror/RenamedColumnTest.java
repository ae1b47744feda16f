package io.tidemark.tests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Tidemark;
import io.tidemark.jobs.plan.MirrorSql;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A column of a mirror gets another name, and its values stay those of the same rows. */
@AnyZone
class RenamedColumnTest {
  private static final TableName ODS = TableName.parse("ods.item");
  private static final TableName DWD = TableName.parse("dwd.item");

  @TempDir private static Path folder;

  @Test
  void whatUpdatesLeftOpenBeforeAndAfterIsStillFilledIn() throws IOException {
    LocalLakehouse before = LocalLakehouse.open(conf("before", "note: string"), "local");
    before.createTables();
    change(before, 1, "note", "n1", null);
    change(before, 2, "note", null, "note");
    assertThat(shown(before)).containsExactly("n1");

    Path renamed = conf("after", "remark: { type: string, path: note }");
    for (String table : List.of("ods.item", "dwd.item")) {
      Path file = renamed.resolve("tables/" + table + ".yml");
      Files.createDirectories(file.getParent());
      Files.writeString(
          file, "table: %s\ncolumns: { remark: { renamed-from: note } }\n".formatted(table));
    }
    assertThat(Tidemark.commandLine().execute("tables", "apply", "--conf", renamed.toString()))
        .isEqualTo(ExitCodes.OK);
    LocalLakehouse after = LocalLakehouse.open(renamed, "local");
    assertThat(shown(after)).as("written under the old name").containsExactly("n1");

    change(after, 3, "remark", null, "remark");
    assertThat(shown(after)).as("and under the new one").containsExactly("n1");
  }

  /** As jobs would write it: a row of ODS, and what the mirror takes of it. */
  private static void change(
      LocalLakehouse house, long at, String column, String value, String unchanged) {
    StructType schema = house.lake().spark().table(house.lake().identifier(ODS)).schema();
    Map<String, Object> values =
        Map.of(
            "id",
            1L,
            "change_op",
            "update",
            "log_segment",
            0L,
            "log_offset",
            at,
            "log_row",
            0L,
            "change_number",
            0,
            "ingest_batch",
            at,
            "kafka_offset",
            at);
    Object[] row =
        Arrays.stream(schema.fieldNames())
            .map(
                name ->
                    name.equals(column)
                        ? value
                        : name.equals("unchanged_columns") ? unchanged : values.get(name))
            .toArray();
    house
        .lake()
        .spark()
        .createDataFrame(List.of(RowFactory.create(row)), schema)
        .createOrReplaceTempView("input");
    append(house, "SELECT * FROM input", ODS);
    append(house, sql(house).changes(), DWD);
  }

  private static void append(LocalLakehouse house, String query, TableName table) {
    try {
      house.lake().spark().sql(query).writeTo(house.lake().identifier(table)).append();
    } catch (NoSuchTableException e) {
      throw new AssertionError(e);
    }
  }

  /** The values that the view shows, which are those of the batch. */
  private static List<String> shown(LocalLakehouse house) {
    house.lake().spark().table(house.lake().identifier(ODS)).createOrReplaceTempView("input");
    String column = house.ingests().get(0).columns().get(1).name();
    List<String> view =
        values(house, "SELECT * FROM " + house.lake().identifier(DWD) + "_v", column);
    assertThat(values(house, sql(house).batch(), column)).isEqualTo(view);
    return view;
  }

  private static List<String> values(LocalLakehouse house, String query, String column) {
    return house.lake().spark().sql(query).select(column).collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private static MirrorSql sql(LocalLakehouse house) {
    return house.tables().mirrorSql((MirrorSpec) house.jobs().job("dwd_item"));
  }

  private static Path conf(String name, String column) throws IOException {
    Path conf = folder.resolve(name).resolve("conf");
    Files.createDirectories(conf.resolve("env"));
    Files.createDirectories(conf.resolve("jobs"));
    Files.writeString(
        conf.resolve("env/local.yml"),
        """
        time-zone: UTC
        catalog: { type: embedded, warehouse: "%s" }
        checkpoints: "%s"
        kafka: { bootstrap-servers: "none:1" }
        spark:
          spark.master: local[2]
          spark.ui.enabled: false
          spark.sql.shuffle.partitions: 1
        """
            .formatted(folder.resolve("warehouse"), folder.resolve("checkpoints")));
    Files.writeString(
        conf.resolve("jobs/item.yml"),
        """
        job: ods_item
        topic: item
        payload: { format: debezium-json, key: [id] }
        columns:
          id: bigint
          %s
        output: ods.item
        """
            .formatted(column));
    Files.writeString(
        conf.resolve("jobs/mirror.yml"),
        "job: dwd_item\ninput: ods.item\ndelete: hard\nbuckets: 2\noutput: dwd.item\n");
    return conf;
  }
}
