package io.tidemark.reconciliation.explain;

import io.tidemark.reconciliation.compare.FewRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * The frames that an explanation is computed from, as views of a session. As long as each has few
 * rows they are brought to the driver ({@link FewRows}); from the first that has many on, they stay
 * where the engine has them.
 */
final class Frames implements AutoCloseable {
  private final SparkSession spark;
  private final List<Runnable> endings = new ArrayList<>();
  private final int limit;
  private boolean few;

  /**
   * No frame yet.
   *
   * @param limit so many rows are few
   * @param few whether the keys that are explained are few
   */
  Frames(SparkSession spark, int limit, boolean few) {
    this.spark = spark;
    this.limit = limit;
    this.few = few && limit > 0;
  }

  /**
   * Frames of a part of the explanation, which are closed with these.
   *
   * @param few whether the keys that the part looks at are few
   */
  Frames part(boolean few) {
    Frames part = new Frames(spark, limit, few);
    atClose(part::close);
    return part;
  }

  /** Whether every frame so far has few rows. */
  boolean areFew() {
    return few;
  }

  /** Shows rows of tables that are looked at once. */
  void show(String view, Dataset<Row> frame) {
    brought(() -> FewRows.of(frame, limit)).orElse(frame).createOrReplaceTempView(view);
  }

  /** Shows rows of tables that are looked at several times. */
  void keep(String view, Dataset<Row> frame) {
    brought(() -> FewRows.of(frame, limit))
        .orElseGet(() -> kept(frame))
        .createOrReplaceTempView(view);
  }

  /** Shows what SQL makes of these frames alone, to be looked at several times. */
  Dataset<Row> derive(String view, String sql) {
    Dataset<Row> frame = spark.sql(sql);
    Dataset<Row> derived =
        brought(() -> FewRows.ask(spark, () -> FewRows.of(frame, limit)))
            .orElseGet(() -> kept(frame));
    derived.createOrReplaceTempView(view);
    return derived;
  }

  /** What SQL over these frames alone answers. */
  List<Row> ask(String sql) {
    Supplier<List<Row>> answer = () -> spark.sql(sql).collectAsList();
    return few ? FewRows.ask(spark, answer) : answer.get();
  }

  private Optional<Dataset<Row>> brought(Supplier<Optional<Dataset<Row>>> rows) {
    Optional<Dataset<Row>> brought = few ? rows.get() : Optional.empty();
    few = brought.isPresent();
    return brought;
  }

  private Dataset<Row> kept(Dataset<Row> frame) {
    Dataset<Row> persisted = frame.persist(StorageLevel.MEMORY_AND_DISK());
    atClose(persisted::unpersist);
    return persisted;
  }

  /** Has something done at the end. */
  void atClose(Runnable ending) {
    endings.add(ending);
  }

  /** Does all that is to be done, also when some of it fails: the first failure has the others. */
  @Override
  public void close() {
    RuntimeException failure = null;
    for (Runnable ending : endings) {
      try {
        ending.run();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    endings.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
