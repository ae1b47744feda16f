package io.tidemark.tests.lakehouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Environment;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.Declarations;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.spark.Spark3Util;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A view follows the declaration it is made from, and is left alone while that stays. */
class ViewTest {
  private static final TableName VIEW = TableName.parse("dws.shown_v");

  @TempDir private Path home;
  private Lakehouse lake;
  private String catalog;

  @BeforeEach
  void open() {
    Environment environment =
        Declarations.read(
                Repository.conf(),
                "local",
                Map.of("catalog.warehouse", home.resolve("warehouse").toString()))
            .environment();
    lake = Lakehouse.open(environment);
    catalog = environment.catalog().name();
    lake.spark().sql("CREATE NAMESPACE IF NOT EXISTS " + catalog + ".dws");
  }

  @Test
  void aViewIsReplacedWhenItsTextIsAnotherAndOnlyThen() {
    lake.ensureView(VIEW, "SELECT 1 AS `n`,\n  'a' AS `text`", "SELECT 1 AS n, 'a' AS text");
    lake.ensureView(VIEW, "SELECT 1 AS `n`,\n  'a' AS `text`", "SELECT 1 AS n, 'a' AS text");
    assertThat(versions()).isEqualTo(1);

    lake.ensureView(VIEW, "SELECT 2 AS `n`,\n  'a' AS `text`", "SELECT 2 AS n, 'a' AS text");
    assertThat(versions()).isEqualTo(2);
    assertThat(lake.spark().table(lake.identifier(VIEW)).head().getInt(0)).isEqualTo(2);
  }

  /** Spark refuses to make a narrow column of a view of what has become wider below it. */
  @Test
  void aViewIsReplacedWhenItsColumnsHaveOtherTypes() {
    String table = lake.identifier(TableName.parse("dws.stored"));
    String text = "SELECT n FROM " + table;
    lake.spark().sql("CREATE TABLE " + table + " (n INT) USING iceberg");
    lake.ensureView(VIEW, text, text);
    lake.spark().sql("ALTER TABLE " + table + " ALTER COLUMN n TYPE BIGINT");

    lake.ensureView(VIEW, text, text);
    lake.ensureView(VIEW, text, text);

    lake.spark().sql("INSERT INTO " + table + " VALUES (3000000000)");
    assertThat(lake.spark().table(lake.identifier(VIEW)).head().getLong(0))
        .isEqualTo(3_000_000_000L);
    assertThat(versions()).isEqualTo(2);
  }

  private int versions() {
    ViewCatalog views = (ViewCatalog) Spark3Util.loadIcebergCatalog(lake.spark(), catalog);
    int versions = 0;
    for (Object ignored : views.loadView(TableIdentifier.of("dws", "shown_v")).versions()) {
      versions++;
    }
    return versions;
  }
}
