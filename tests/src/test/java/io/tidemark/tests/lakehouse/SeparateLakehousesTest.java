package io.tidemark.tests.lakehouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.Declarations;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two lakehouses in one JVM do not see each other. */
class SeparateLakehousesTest {
  private static final TableName TABLE = TableName.parse("dwd.kept_apart");

  @TempDir private Path home;

  @Test
  void openingOneLeavesTheOtherWhereItWas() {
    Lakehouse first = open("first");
    SparkSession.setActiveSession(first.spark());
    Lakehouse second = open("second");
    SparkSession.setActiveSession(second.spark());

    first.ensure(TABLE, StructType.fromDDL("id BIGINT, dt DATE"), Map.of());

    assertThat(first.load(TABLE).location()).contains(home.resolve("first").toString());
    assertThat(second.exists(TABLE)).isFalse();
  }

  private Lakehouse open(String warehouse) {
    Map<String, String> overrides = Map.of("catalog.warehouse", home.resolve(warehouse).toString());
    return Lakehouse.open(Declarations.read(Repository.conf(), "local", overrides).environment());
  }
}
