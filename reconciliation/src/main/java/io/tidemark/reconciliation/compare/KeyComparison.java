package io.tidemark.reconciliation.compare;

import io.tidemark.reconciliation.plan.Comparison;
import io.tidemark.reconciliation.plan.GroupPass;
import io.tidemark.reconciliation.plan.HashedRows;
import io.tidemark.reconciliation.plan.Only;
import io.tidemark.reconciliation.plan.SideBySide;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Compares two views by keys, in as few looks at the rows as the answer needs.
 *
 * <ol>
 *   <li>Both sides are read once and added up by groups of keys ({@link GroupPass}). Where no group
 *       differs, no key does.
 *   <li>Where the differing groups hold many rows, the hashes of these rows alone, 16 bytes each,
 *       say which keys differ. Few rows are taken as they are.
 *   <li>Only those keys are joined with all their columns.
 * </ol>
 */
public final class KeyComparison {
  private static final String GROUPS = "differing_groups";
  private static final String HASHES = "differing_hashes";
  private static final String KEYS = "differing_keys";

  /** So many rows are joined as they are: finding the keys among them first takes longer. */
  private static final long FEW_ROWS = 500_000;

  /** So many hashes fit into every worker's memory. */
  private static final long SMALL = 4_000_000;

  /** Above this share of differing groups, leaving the others out costs more than it saves. */
  private static final double MOST_GROUPS = 0.5;

  private final SparkSession spark;
  private final Consumer<String> progress;
  private final long fewRows;

  /**
   * A comparison in a session whose views nobody else uses.
   *
   * @param progress is told how far it has come
   */
  public KeyComparison(SparkSession spark, Consumer<String> progress) {
    this(spark, progress, FEW_ROWS);
  }

  /**
   * The same with another limit.
   *
   * @param fewRows so many rows of differing groups are joined as they are, and with so many keys
   *     no engine is needed to keep them
   */
  public KeyComparison(SparkSession spark, Consumer<String> progress, long fewRows) {
    this.spark = spark;
    this.progress = progress;
    this.fewRows = fewRows;
  }

  /**
   * Compares.
   *
   * @param what how the rows of the views are compared
   * @param stream name of a view
   * @param batch name of a view of the same columns
   * @return the answer, to be closed when the differing keys have been looked at
   */
  public Compared compare(Comparison what, String stream, String batch) {
    int bits = HashedRows.bits(Math.max(rows(stream), rows(batch)));
    GroupPass pass = new GroupPass(what.hashed(stream), what.hashed(batch), what.totals(), bits);
    FirstPass first = new FirstPass(spark.sql(pass.sql()).head());
    int apart = first.groupsApart().size();
    if (apart == 0) {
      progress.accept("equal");
      return new Compared(
          first, SecondPass.ofNoKey(what.totals().size()), what.totals(), Optional.empty());
    }
    progress.accept(
        "%,d of %,d groups of keys differ, looking at their %,d rows"
            .formatted(apart, first.groups(), first.rowsApart()));
    Optional<Only> groups =
        apart > MOST_GROUPS * first.groups() ? Optional.empty() : Optional.of(groups(first, bits));
    if (first.rowsApart() <= fewRows) {
      return joined(what, stream, batch, first, groups, 0, first.rowsApart());
    }
    Dataset<Row> hashes =
        spark.sql(pass.differingKeys(groups)).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      hashes.createOrReplaceTempView(HASHES);
      long keys = hashes.count();
      progress.accept("%,d keys differ, reading their values".formatted(keys));
      Only only = new Only(HASHES, Long.SIZE, keys <= SMALL);
      return joined(what, stream, batch, first, Optional.of(only), keys, keys);
    } finally {
      hashes.unpersist();
    }
  }

  private Compared joined(
      Comparison what,
      String stream,
      String batch,
      FirstPass first,
      Optional<Only> only,
      long atLeast,
      long atMost) {
    SideBySide sides = what.of(stream, batch, only);
    DifferingKeys keys =
        DifferingKeys.of(
            spark.sql(sides.differing()),
            atLeast,
            atMost,
            (int) Math.min(fewRows, FewRows.LIMIT),
            KEYS,
            sides.keys(),
            sides.metricNames());
    try {
      SecondPass second = new SecondPass(keys.ask(sides.summary(KEYS)).get(0));
      return new Compared(first, second, what.totals(), Optional.of(keys));
    } catch (RuntimeException e) {
      keys.close();
      throw e;
    }
  }

  private Only groups(FirstPass first, int bits) {
    List<Integer> apart = first.groupsApart();
    spark.createDataset(apart, Encoders.INT()).toDF("only__").createOrReplaceTempView(GROUPS);
    return new Only(GROUPS, bits, true);
  }

  /** From the metadata, where the rows come from a table. */
  private long rows(String view) {
    return spark.table(view).count();
  }
}
