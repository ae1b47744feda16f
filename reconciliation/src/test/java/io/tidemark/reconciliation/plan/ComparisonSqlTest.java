package io.tidemark.reconciliation.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.Lateness;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.jobs.spec.Window;
import io.tidemark.reconciliation.plan.MetricColumn.Type;
import io.tidemark.reconciliation.plan.TransformComparison.Column;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparisonSqlTest {
  private static final MetricSpec PV = new MetricSpec("pv", Function.COUNT, "*");
  private static final MetricSpec LAST = new MetricSpec("last", Function.MAX, "event_time");

  @Test
  void keysMeetNullSafe() {
    String sql =
        new AggregateComparison(
                aggregate(PV), List.of(column("pv", Type.WHOLE)), view -> "SELECT * FROM " + view)
            .of("stream_side", "batch_side", Optional.empty())
            .rows();

    assertThat(sql)
        .contains("FULL OUTER JOIN")
        .contains("ON m.kh__ = o.kh__ AND CASE WHEN m.`dt` IS NULL THEN o.`dt` IS NULL ELSE")
        .contains("CASE WHEN m.`ch` IS NULL THEN o.`ch` IS NULL ELSE");
  }

  @Test
  void rowsBehindAKeyAreComparedOnce() {
    assertThat(AggregateComparison.metrics(aggregate(PV, LAST))).containsExactly("pv", "last");
    assertThat(AggregateComparison.metrics(aggregate(LAST))).containsExactly("row_count", "last");
  }

  @Test
  void aMaximumIsShownByItsMaximum() {
    assertThat(AggregateComparison.total(aggregate(PV, LAST), "last")).isEqualTo("MAX");
    assertThat(AggregateComparison.total(aggregate(PV, LAST), "pv")).isEqualTo("SUM");
    assertThat(AggregateComparison.total(aggregate(LAST), "row_count")).isEqualTo("SUM");
  }

  @Test
  void integersAndDecimalsAreNeverComparedAsDoubles() {
    MetricColumn amount = new MetricColumn("amount", Type.EXACT, 2, "SUM", Optional.empty());
    ComparedMetric exact = amount.compared(0);

    assertThat(exact.differs() + exact.distance() + amount.hashed() + amount.sideTotal())
        .doesNotContain("DOUBLE")
        .contains("DECIMAL(27, 2)");
    MetricColumn pv = column("pv", Type.WHOLE);
    assertThat(pv.compared(0).differs() + pv.hashed() + pv.sideTotal())
        .doesNotContain("DOUBLE")
        .doesNotContain("DECIMAL");
  }

  @Test
  void aRowWithoutUsableKeyIsFoundByItsPositionInKafka() {
    SideBySide keyed = transform(List.of("id"));
    SideBySide keyless = transform(List.of());

    assertThat(keyed.keys())
        .containsExactly("id", "kafka_topic", "kafka_partition", "kafka_offset");
    assertThat(keyed.stream())
        .contains("CASE WHEN NOT (`id` IS NULL) THEN `id` END AS `id`")
        .contains("CASE WHEN (`id` IS NULL) THEN `kafka_offset` END AS `kafka_offset`");
    assertThat(keyless.keys()).containsExactly("kafka_topic", "kafka_partition", "kafka_offset");
  }

  @Test
  void contentIsEveryColumnButTheIngestBatchWithItsNulls() {
    assertThat(transform(List.of("id")).stream())
        .contains("xxhash64(`id`, `id` IS NULL, to_json(named_struct('v', `tags`)")
        .doesNotContain("ingest_batch");
  }

  private static MetricColumn column(String name, Type type) {
    return new MetricColumn(name, type, 0, "SUM", Optional.empty());
  }

  private static SideBySide transform(List<String> key) {
    TransformSpec job =
        new TransformSpec(
            "dwd_e",
            "",
            "",
            TableName.parse("ods.e"),
            "SELECT id, tags, source.* FROM input",
            key,
            TableName.parse("dwd.e"),
            ReconcilePolicy.DEFAULT);
    return new TransformComparison(
            job,
            List.of(
                new Column("id", true),
                new Column("tags", false),
                new Column("ingest_batch", true)))
        .of("stream_side", "batch_side", Optional.empty());
  }

  private static AggregateSpec aggregate(MetricSpec... metrics) {
    return new AggregateSpec(
        "dws_e_1h",
        "",
        "",
        TableName.parse("dwd.e"),
        List.of("ch"),
        Window.ONE_HOUR,
        Lateness.UNLIMITED,
        List.of(metrics),
        TableName.parse("dws.e_1h"),
        ReconcilePolicy.DEFAULT);
  }
}
