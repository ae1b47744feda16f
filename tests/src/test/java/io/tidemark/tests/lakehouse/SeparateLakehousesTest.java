package io.tidemark.tests.lakehouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.Declarations;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lakehouses beside each other: of several warehouses in one JVM, and several of one. */
class SeparateLakehousesTest {
  private static final TableName TABLE = TableName.parse("dwd.kept_apart");

  private final ExecutorService threads = Executors.newFixedThreadPool(2);

  @TempDir private Path home;

  @AfterEach
  void endThreads() {
    threads.shutdown();
  }

  @Test
  void openingOneLeavesTheOtherWhereItWas() {
    Lakehouse first = open("first", "Asia/Shanghai");
    SparkSession.setActiveSession(first.spark());
    Lakehouse second = open("second", "America/New_York");
    SparkSession.setActiveSession(second.spark());

    assertThat(zoneOf(first)).isEqualTo("Asia/Shanghai");
    assertThat(zoneOf(second)).isEqualTo("America/New_York");
    first.ensure(TABLE, StructType.fromDDL("id BIGINT, dt DATE"), Map.of());

    assertThat(first.load(TABLE).location()).contains(home.resolve("first").toString());
    assertThat(second.exists(TABLE)).isFalse();
  }

  @Test
  void aNewWarehouseMayBeOpenedBySeveralAtOnce() {
    for (int round = 0; round < 20; round++) {
      String warehouse = "new-" + round;
      List<CompletableFuture<Lakehouse>> opening =
          Stream.generate(
                  () -> CompletableFuture.supplyAsync(() -> open(warehouse, "UTC"), threads))
              .limit(2)
              .toList();
      for (CompletableFuture<Lakehouse> opened : opening) {
        assertThat(opened.join().exists(TABLE)).isFalse();
      }
    }
  }

  private static Object zoneOf(Lakehouse lake) {
    return lake.spark().sql("SELECT current_timezone()").head().get(0);
  }

  private Lakehouse open(String warehouse, String zone) {
    Map<String, String> overrides =
        Map.of("catalog.warehouse", home.resolve(warehouse).toString(), "time-zone", zone);
    return Lakehouse.open(Declarations.read(Repository.conf(), "local", overrides).environment());
  }
}
