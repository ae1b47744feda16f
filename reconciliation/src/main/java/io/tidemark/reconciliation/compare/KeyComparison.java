package io.tidemark.reconciliation.compare;

import io.tidemark.reconciliation.plan.Comparison;
import io.tidemark.reconciliation.plan.HashedRows;
import io.tidemark.reconciliation.plan.Only;
import io.tidemark.reconciliation.plan.SideBySide;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * Compares two views by keys, in as few looks at the rows as the answer needs.
 *
 * <ol>
 *   <li>Both sides are read once and added up by groups of keys ({@link GroupPass}). Where no group
 *       differs, no key does.
 *   <li>The rows of differing groups are read once more, and joined with all their columns.
 * </ol>
 */
public final class KeyComparison {
  private static final String IN_DIFFERING_GROUP = "in_differing_group";
  private static final String KEYS = "differing_keys";

  private final SparkSession spark;
  private final Consumer<String> progress;
  private final int mostBits;
  private final int few;

  /**
   * A comparison in a session whose views nobody else uses.
   *
   * @param progress is told how far it has come
   */
  public KeyComparison(SparkSession spark, Consumer<String> progress) {
    this(spark, progress, HashedRows.MOST_BITS, FewRows.LIMIT);
  }

  /**
   * The same with other limits.
   *
   * @param mostBits how many bits number the groups at most
   * @param few with so many differing keys no engine is needed to keep them
   */
  public KeyComparison(SparkSession spark, Consumer<String> progress, int mostBits, int few) {
    this.spark = spark;
    // Keys that differ are kept for a moment, and are unlike each other: looking for what repeats
    // itself in them took a seventh of a comparison in which a tenth of the keys differ.
    spark.conf().set("spark.sql.inMemoryColumnarStorage.compressed", false);
    this.progress = progress;
    this.mostBits = mostBits;
    this.few = few;
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
    long rows = Math.max(rows(stream), rows(batch));
    int bits = Math.min(mostBits, HashedRows.bits(rows));
    FirstPass first =
        new GroupPass(spark, what).of(what.hashed(stream), what.hashed(batch), bits, rows);
    int apart = first.apart().count();
    if (apart == 0) {
      progress.accept("equal");
      return new Compared(
          first, SecondPass.ofNoKey(what.totals().size()), what.totals(), Optional.empty());
    }
    progress.accept(
        "%,d of %,d groups of keys differ, looking at their rows".formatted(apart, 1 << bits));
    SideBySide sides = what.of(stream, batch, Optional.of(groups(first.apart())));
    DifferingKeys keys = DifferingKeys.of(spark, sides, apart, few, KEYS);
    try {
      SecondPass second = new SecondPass(keys.ask(sides.summary(KEYS)).get(0));
      return new Compared(first, second, what.totals(), Optional.of(keys));
    } catch (Exception e) {
      // Also what is checked in Scala, and so not declared: a job of the engine that failed.
      keys.close();
      throw e;
    }
  }

  private Only groups(DifferingGroups apart) {
    Broadcast<DifferingGroups> groups =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(apart);
    UDF1<Long, Boolean> among = keyHash -> groups.value().has(keyHash);
    // That of the comparison before, in whose frames it stays: replacing it would be warned of.
    spark.sql("DROP TEMPORARY FUNCTION IF EXISTS " + IN_DIFFERING_GROUP);
    spark.udf().register(IN_DIFFERING_GROUP, among, DataTypes.BooleanType);
    return new Only(IN_DIFFERING_GROUP);
  }

  private long rows(String view) {
    return RowEstimate.of(spark.table(view));
  }
}
