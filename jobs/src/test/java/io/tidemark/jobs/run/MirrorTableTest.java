package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.UserError;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.MirrorSpec.Delete;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a mirror's rows lie in buckets by stays as it is. */
class MirrorTableTest {
  private static final List<String> KEY = List.of("shop_id", "order_id");

  private Table table;

  @BeforeEach
  void create() {
    InMemoryCatalog catalog = new InMemoryCatalog();
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("dwd"));
    Schema columns =
        new Schema(
            Types.NestedField.optional(1, "key_bucket", Types.IntegerType.get()),
            Types.NestedField.optional(2, "shop_id", Types.IntegerType.get()),
            Types.NestedField.optional(3, "order_id", Types.LongType.get()));
    MirrorTable.declared(mirror(4), KEY, columns, Map.of()).create(catalog, Map.of());
    table = catalog.loadTable(TableIdentifier.of("dwd", "order"));
  }

  @Test
  void theSameBucketsAreTaken() {
    assertThatCode(() -> MirrorTable.checkBuckets(table, mirror(4), KEY))
        .doesNotThrowAnyException();
  }

  @Test
  void anotherNumberIsRefusedWithWhatToDeclare() {
    assertThatThrownBy(() -> MirrorTable.checkBuckets(table, mirror(8), KEY))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("table dwd.order has 4 buckets, job dwd_order declares 8")
        .extracting(refusal -> ((UserError) refusal).nextStep())
        .asString()
        .startsWith("Declare 'buckets: 4' again");
  }

  @Test
  void anotherKeyIsRefusedWithWhatToDeclare() {
    table.updateSchema().addColumn("x", Types.LongType.get()).commit();
    for (List<String> other :
        List.of(List.of("order_id"), List.of("order_id", "shop_id"), List.of("shop_id", "x"))) {
      assertThatThrownBy(() -> MirrorTable.checkBuckets(table, mirror(4), other))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("by the key [shop_id, order_id]")
          .hasMessageContaining("declared as " + other)
          .extracting(refusal -> ((UserError) refusal).nextStep())
          .asString()
          .startsWith("Declare 'key: [shop_id, order_id]' again");
    }
  }

  @Test
  void theSameKeyUnderAnotherNameIsTaken() {
    table.updateSchema().renameColumn("order_id", "number").commit();

    assertThatCode(() -> MirrorTable.checkBuckets(table, mirror(4), List.of("shop_id", "number")))
        .doesNotThrowAnyException();
  }

  private static MirrorSpec mirror(int buckets) {
    return new MirrorSpec(
        "dwd_order",
        "",
        "",
        TableName.parse("ods.order"),
        Delete.HARD,
        buckets,
        TableName.parse("dwd.order"));
  }
}
