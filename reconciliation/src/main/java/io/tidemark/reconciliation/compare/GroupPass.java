package io.tidemark.reconciliation.compare;

import io.tidemark.reconciliation.plan.Comparison;
import io.tidemark.reconciliation.plan.HashedRows;
import io.tidemark.reconciliation.plan.SideTotal;
import io.tidemark.reconciliation.plan.SideTotal.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The first look at both sides: each is read once, and added up by groups of keys. */
final class GroupPass {
  /** Columns before those of the totals: the hashes of key and row. */
  private static final int HASHES = 2;

  private final SparkSession spark;
  private final List<SideTotal> totals;

  GroupPass(SparkSession spark, Comparison what) {
    this.spark = spark;
    this.totals = what.totals().stream().map(metric -> metric.side()).toList();
  }

  FirstPass of(HashedRows stream, HashedRows batch, int bits) {
    Dataset<Row> streamRows = spark.sql(stream.sql(added()));
    Dataset<Row> batchRows = spark.sql(batch.sql(added()));
    List<GroupSums.Found> found =
        new GroupSums(bits)
            .of(
                streamRows.queryExecution().toRdd().toJavaRDD(),
                batchRows.queryExecution().toRdd().toJavaRDD(),
                new SideSums(totals(streamRows.schema())));
    BitSet apart = new BitSet(1 << bits);
    SideSums ofStream = new SideSums(totals(streamRows.schema()));
    SideSums ofBatch = new SideSums(totals(batchRows.schema()));
    for (GroupSums.Found slice : found) {
      slice.apart().stream().forEach(group -> apart.set(slice.start() + group));
      if (slice.stream() != null) {
        ofStream.add(slice.stream());
      }
      if (slice.batch() != null) {
        ofBatch.add(slice.batch());
      }
    }
    return new FirstPass(
        new DifferingGroups(bits, apart),
        texts(ofStream, streamRows.schema()),
        texts(ofBatch, batchRows.schema()),
        IntStream.range(0, totals.size()).mapToObj(i -> ofBatch.total(i).magnitude()).toList(),
        ofStream.rows(),
        ofBatch.rows());
  }

  private List<String> added() {
    return totals.stream()
        .filter(total -> total.kind() != Kind.NONE)
        .map(SideTotal::value)
        .toList();
  }

  private List<Total> totals(StructType schema) {
    List<Total> made = new ArrayList<>();
    int column = HASHES;
    for (SideTotal total : totals) {
      made.add(
          total.kind() == Kind.NONE
              ? new NoTotal()
              : total(total.kind(), column, schema.fields()[column++].dataType()));
    }
    return made;
  }

  private static Total total(Kind kind, int column, DataType type) {
    return switch (kind) {
      case NONE -> new NoTotal();
      case EXACT ->
          type instanceof DecimalType decimal
              ? new ExactTotal(column, decimal)
              : new ExactTotal(column);
      case FLOATING -> new FloatingTotal(column);
      case LEAST, GREATEST -> new ExtremeTotal(column, type, kind == Kind.GREATEST);
    };
  }

  private List<String> texts(SideSums sums, StructType schema) {
    List<String> texts = new ArrayList<>();
    int column = HASHES;
    for (int i = 0; i < totals.size(); i++) {
      Kind kind = totals.get(i).kind();
      Object value = sums.total(i).value().orElse(null);
      if (value instanceof BigDecimal number) {
        texts.add(number.toPlainString());
      } else if (value == null || kind == Kind.FLOATING) {
        texts.add(value == null ? null : value.toString());
      } else {
        texts.add(text(value, schema.fields()[column]));
      }
      column += kind == Kind.NONE ? 0 : 1;
    }
    return texts;
  }

  /** As the engine writes it: of a time that depends on the session. */
  private String text(Object value, StructField field) {
    Object row = CatalystTypeConverters.convertToScala(value, field.dataType());
    return spark
        .createDataFrame(
            List.of(RowFactory.create(row)), new StructType().add("v", field.dataType()))
        .selectExpr("CAST(v AS STRING)")
        .head()
        .getString(0);
  }
}
