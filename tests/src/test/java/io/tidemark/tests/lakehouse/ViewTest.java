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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A view follows the declaration it is made from, and is left alone while that stays. */
class ViewTest {
  @Test
  void aViewIsReplacedWhenItsTextIsAnotherAndOnlyThen(@TempDir Path home) {
    Environment environment =
        Declarations.read(
                Repository.conf(),
                "local",
                Map.of("catalog.warehouse", home.resolve("warehouse").toString()))
            .environment();
    Lakehouse lake = Lakehouse.open(environment);
    String catalog = environment.catalog().name();
    lake.spark().sql("CREATE NAMESPACE IF NOT EXISTS " + catalog + ".dws");
    TableName view = TableName.parse("dws.shown_v");

    lake.ensureView(view, "SELECT 1 AS `n`,\n  'a' AS `text`", "SELECT 1 AS n, 'a' AS text");
    lake.ensureView(view, "SELECT 1 AS `n`,\n  'a' AS `text`", "SELECT 1 AS n, 'a' AS text");
    assertThat(versions(lake, catalog)).isEqualTo(1);

    lake.ensureView(view, "SELECT 2 AS `n`,\n  'a' AS `text`", "SELECT 2 AS n, 'a' AS text");
    assertThat(versions(lake, catalog)).isEqualTo(2);
    assertThat(lake.spark().table(lake.identifier(view)).head().getInt(0)).isEqualTo(2);
  }

  private static int versions(Lakehouse lake, String catalog) {
    ViewCatalog views = (ViewCatalog) Spark3Util.loadIcebergCatalog(lake.spark(), catalog);
    int versions = 0;
    for (Object ignored : views.loadView(TableIdentifier.of("dws", "shown_v")).versions()) {
      versions++;
    }
    return versions;
  }
}
