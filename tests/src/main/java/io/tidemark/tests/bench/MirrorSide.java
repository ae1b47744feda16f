package io.tidemark.tests.bench;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The declared jobs as a catch-up: Kafka to ODS with dead letters, ODS to the mirror. Finding the
 * latest rows is left to whoever reads the mirror, so the view is read once and counted.
 */
record MirrorSide(LocalLakehouse house) implements Side {
  static final String INGEST = "ods_shop_order_change";
  static final String MIRROR = "dwd_shop_order";

  @Override
  public String name() {
    return "Tidemark";
  }

  @Override
  public void prepare() {
    house.tables().ensure(house.jobs().job(MIRROR));
  }

  @Override
  public List<Stage> stages() {
    return List.of(
        new Stage("ods", () -> house.catchUp(List.of(house.jobs().job(INGEST)))),
        new Stage("mirror", () -> house.catchUp(List.of(house.jobs().job(MIRROR)))),
        new Stage("read", () -> MergeSide.read(view())));
  }

  /** The rows that are there, as a reader sees them. */
  Dataset<Row> view() {
    JobSpec mirror = house.jobs().job(MIRROR);
    TableName view = mirror.output().withSuffix("_v");
    return house.lake().spark().table(house.lake().identifier(view)).where("NOT is_deleted");
  }
}
