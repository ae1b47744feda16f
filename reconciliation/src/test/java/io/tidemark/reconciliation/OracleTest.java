package io.tidemark.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.Closeness;
import io.tidemark.jobs.spec.Lateness;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.jobs.spec.Window;
import io.tidemark.reconciliation.compare.Compared;
import io.tidemark.reconciliation.compare.DifferingKeys;
import io.tidemark.reconciliation.compare.KeyComparison;
import io.tidemark.reconciliation.compare.MetricTypes;
import io.tidemark.reconciliation.plan.AggregateComparison;
import io.tidemark.reconciliation.plan.Comparison;
import io.tidemark.reconciliation.plan.MetricColumn;
import io.tidemark.reconciliation.plan.MetricColumn.Type;
import io.tidemark.reconciliation.plan.TransformComparison;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The comparison in groups and hashes finds what plain Java finds, which looks at every key, on
 * rows with every value that has ever been trouble.
 */
@Tag("any-zone")
class OracleTest {
  private static final LocalDate DAY = LocalDate.parse("2026-01-01");
  private static final String[] TEXTS = {null, "", "NULL", "a", "键", "é", "e\u0301", "😀", "a'b\\"};
  private static final Double[] DOUBLES = {
    null,
    0.0,
    -0.0,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    1e308,
    -1e308,
    Double.MIN_VALUE,
    1e-300,
    1e300,
    0.1,
    1.0,
    123456.789
  };
  private static final Long[] LONGS = {null, 0L, 1L, -1L, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 53};
  private static final BigDecimal[] DECIMALS = {
    null,
    new BigDecimal("0.0000"),
    new BigDecimal("-9999999999999999.9999"),
    new BigDecimal("9999999999999999.9999"),
    new BigDecimal("0.0001")
  };

  private static final StructType AGGREGATE =
      new StructType()
          .add("dt", DataTypes.DateType)
          .add("ch", DataTypes.StringType)
          .add("n", DataTypes.LongType)
          .add("pv", DataTypes.LongType)
          .add("near", DataTypes.LongType)
          .add("price", DataTypes.DoubleType)
          .add("coarse", DataTypes.DoubleType)
          .add("amount", DataTypes.createDecimalType(20, 4))
          .add("wide", DataTypes.createDecimalType(38, 4))
          .add("seen", DataTypes.TimestampType)
          .add("cents", DataTypes.createDecimalType(20, 4));

  private static final List<MetricColumn> METRICS =
      List.of(
          new MetricColumn("pv", Type.WHOLE, 0, "SUM", Optional.empty()),
          new MetricColumn("near", Type.WHOLE, 0, "SUM", Optional.of(new Closeness(0, 2))),
          new MetricColumn("price", Type.FLOATING, 0, "SUM", Optional.empty()),
          new MetricColumn("coarse", Type.FLOATING, 0, "SUM", Optional.of(new Closeness(0.01, 5))),
          new MetricColumn("amount", Type.EXACT, 4, "SUM", Optional.empty()),
          new MetricColumn("wide", Type.WIDE, 4, "SUM", Optional.empty()),
          new MetricColumn("seen", Type.ORDERED, 0, "MAX", Optional.empty()),
          new MetricColumn("cents", Type.EXACT, 4, "SUM", Optional.of(new Closeness(0, 0.01))));

  @TempDir static Path folder;
  private static SparkSession spark;

  @BeforeAll
  static void open() {
    spark = Lakehouse.withoutTables(TestLake.environment(folder)).spark();
  }

  /**
   * Few keys of small groups; many of large groups, most of which differ; all keys; and hardly any.
   */
  @ParameterizedTest
  @CsvSource({"1, 23, 10000, 20", "2, 6, 0, 20", "3, 23, 0, 1", "4, 6, 10000, 1000000"})
  void anAggregate(long seed, int bits, int few, int oneIn) {
    Random random = new Random(seed);
    List<Row> stream = new ArrayList<>();
    List<Row> batch = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      Object[] row = aggregateRow(random, i);
      Object[] other = row.clone();
      int fate = random.nextInt(oneIn) == 0 ? random.nextInt(10) : 10;
      if (fate < 8) {
        int column = 3 + random.nextInt(METRICS.size());
        other[column] = aggregateRow(random, i)[column];
      } else if (fate == 10) {
        other[5] = noise(other[5], 1e-12, random);
        other[6] = noise(other[6], 1e-4, random);
      }
      if (fate != 8) {
        stream.add(RowFactory.create(row));
      }
      if (fate != 9) {
        batch.add(RowFactory.create(other));
      }
    }
    view("stream_side", stream, AGGREGATE);
    view("batch_side", batch, AGGREGATE);
    AggregateSpec spec =
        new AggregateSpec(
            "dws_e_1d",
            "",
            "",
            TableName.parse("dwd.e"),
            List.of("ch", "n"),
            Window.ONE_DAY,
            Lateness.UNLIMITED,
            List.of(new MetricSpec("pv", Function.COUNT, "*")),
            TableName.parse("dws.e_1d"),
            ReconcilePolicy.DEFAULT);
    Comparison comparison = new AggregateComparison(spec, METRICS, view -> "SELECT * FROM " + view);
    Map<List<Object>, Row> left = byKey(stream);
    Map<List<Object>, Row> right = byKey(batch);
    Set<List<Object>> keys = new HashSet<>(left.keySet());
    keys.addAll(right.keySet());

    try (Compared compared =
        new KeyComparison(spark, said -> {}, bits, few)
            .compare(comparison, "stream_side", "batch_side")) {
      assertThat(compared.keys()).isEqualTo(keys.size());
      for (int metric = 0; metric < METRICS.size(); metric++) {
        int column = 3 + metric;
        Set<List<Object>> expected = new HashSet<>();
        for (List<Object> key : keys) {
          Row a = left.get(key);
          Row b = right.get(key);
          if (a == null || b == null || !equal(metric, a.get(column), b.get(column))) {
            expected.add(key);
          }
        }
        assertThat(found(compared, metric, List.of("ch", "n")))
            .as(METRICS.get(metric).name())
            .isEqualTo(expected);
        assertThat(compared.measure(metric).differing()).isEqualTo(expected.size());
      }
      assertThat(compared.streamTotal(0)).isEqualTo(sum(stream, 3).toPlainString());
      assertThat(compared.batchTotal(0)).isEqualTo(sum(batch, 3).toPlainString());
      assertThat(compared.net(0)).isEqualByComparingTo(sum(batch, 3).subtract(sum(stream, 3)));
      assertThat(compared.measure(0).magnitude())
          .isEqualByComparingTo(
              batch.stream()
                  .filter(row -> !row.isNullAt(3))
                  .map(row -> BigDecimal.valueOf(row.getLong(3)).abs())
                  .reduce(BigDecimal.ZERO, BigDecimal::add));
      for (int metric : new int[] {4, 7}) {
        int column = 3 + metric;
        String name = METRICS.get(metric).name();
        BigDecimal streamSum = sum(stream, column);
        BigDecimal batchSum = sum(batch, column);
        assertThat(compared.streamTotal(metric)).as(name).isEqualTo(streamSum.toPlainString());
        assertThat(compared.batchTotal(metric)).as(name).isEqualTo(batchSum.toPlainString());
        assertThat(compared.net(metric))
            .as(name)
            .isEqualByComparingTo(batchSum.subtract(streamSum));
      }
      assertThat(sum(stream, 10)).as("below 0").isNegative();
      assertThat(Double.parseDouble(compared.streamTotal(5)))
          .as("what no decimal holds is added up as a double")
          .isCloseTo(sum(stream, 8).doubleValue(), withinPercentage(1e-7));
    }
  }

  /** Keys that come several times, NULL keys, and rows that differ in one column or in number. */
  @ParameterizedTest
  @CsvSource({"5, 23, 10000", "6, 6, 0"})
  void aTransform(long seed, int bits, int few) {
    Random random = new Random(seed);
    StructType schema =
        new StructType()
            .add("id", DataTypes.StringType)
            .add("a", DataTypes.StringType)
            .add("b", DataTypes.StringType)
            .add("price", DataTypes.DoubleType)
            .add("kafka_topic", DataTypes.StringType)
            .add("kafka_partition", DataTypes.IntegerType)
            .add("kafka_offset", DataTypes.LongType)
            .add("ingest_batch", DataTypes.LongType);
    List<Row> stream = new ArrayList<>();
    List<Row> batch = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      Object[] row = {
        random.nextInt(20) == 0 ? null : "id" + random.nextInt(1800),
        TEXTS[random.nextInt(TEXTS.length)],
        TEXTS[random.nextInt(TEXTS.length)],
        DOUBLES[random.nextInt(DOUBLES.length)],
        "t",
        0,
        (long) i,
        1L
      };
      Object[] other = row.clone();
      other[7] = 2L;
      int fate = random.nextInt(60);
      if (fate == 0) {
        other[1] = row[2];
        other[2] = row[1];
      }
      for (int copy = 0; copy < (fate == 1 ? 2 : fate == 2 ? 0 : 1); copy++) {
        stream.add(RowFactory.create(row));
      }
      for (int copy = 0; copy < (fate == 3 ? 3 : fate == 4 ? 0 : 1); copy++) {
        batch.add(RowFactory.create(other));
      }
    }
    view("stream_side", stream, schema);
    view("batch_side", batch, schema);
    TransformSpec spec =
        new TransformSpec(
            "dwd_e",
            "",
            "",
            TableName.parse("ods.e"),
            "",
            List.of("id"),
            TableName.parse("dwd.e"),
            ReconcilePolicy.DEFAULT);
    Comparison comparison = new TransformComparison(spec, MetricTypes.columns(schema));
    Map<List<Object>, List<List<Object>>> left = byIdentity(stream);
    Map<List<Object>, List<List<Object>>> right = byIdentity(batch);
    Set<List<Object>> keys = new HashSet<>(left.keySet());
    keys.addAll(right.keySet());
    Set<List<Object>> otherRows = new HashSet<>();
    Set<List<Object>> otherContent = new HashSet<>();
    for (List<Object> key : keys) {
      List<List<Object>> a = left.getOrDefault(key, List.of());
      List<List<Object>> b = right.getOrDefault(key, List.of());
      if (a.size() != b.size()) {
        otherRows.add(key);
      } else if (!counted(a).equals(counted(b))) {
        otherContent.add(key);
      }
    }

    try (Compared compared =
        new KeyComparison(spark, said -> {}, bits, few)
            .compare(comparison, "stream_side", "batch_side")) {
      List<String> names = List.of("id", "kafka_offset");
      assertThat(found(compared, 0, names)).isEqualTo(otherRows);
      assertThat(found(compared, 1, names)).isEqualTo(otherContent);
      assertThat(compared.streamTotal(0)).isEqualTo("" + stream.size());
      assertThat(compared.batchTotal(0)).isEqualTo("" + batch.size());
      assertThat(compared.net(0).intValue()).isEqualTo(batch.size() - stream.size());
    }
  }

  private static Object[] aggregateRow(Random random, int i) {
    return new Object[] {
      DAY,
      TEXTS[i % TEXTS.length],
      i / TEXTS.length == 7 ? null : (Long) (long) (i / TEXTS.length),
      random.nextInt(8) == 0 ? LONGS[random.nextInt(LONGS.length)] : (Long) random.nextLong(1000),
      random.nextLong(1_000_000),
      random.nextInt(4) == 0
          ? DOUBLES[random.nextInt(DOUBLES.length)]
          : (Double) random.nextGaussian(),
      random.nextInt(4) == 0
          ? DOUBLES[random.nextInt(DOUBLES.length)]
          : (Double) (1e4 * random.nextGaussian()),
      random.nextInt(4) == 0
          ? DECIMALS[random.nextInt(DECIMALS.length)]
          : BigDecimal.valueOf(random.nextInt(), 4),
      random.nextInt(4) == 0
          ? new BigDecimal("-1234567890123456789012345678901234.5678")
              .add(new BigDecimal(random.nextInt(2)))
          : BigDecimal.valueOf(random.nextInt(), 4),
      random.nextInt(9) == 0 ? null : Instant.ofEpochSecond(random.nextInt(100)),
      // Of this size two decimals that differ are the same double.
      new BigDecimal("-4000000000000000").add(BigDecimal.valueOf(500 * random.nextInt(3), 4))
    };
  }

  private static Object noise(Object value, double share, Random random) {
    return value == null ? null : (Double) value * (1 + share * random.nextInt(2));
  }

  private static boolean equal(int metric, Object a, Object b) {
    if (a == null || b == null) {
      return a == b;
    }
    return switch (METRICS.get(metric).name()) {
      case "near" -> Math.abs((Long) a - (Long) b) <= 2;
      case "price" -> near((Double) a, (Double) b, 1e-9, 0);
      case "cents" ->
          ((BigDecimal) a).subtract((BigDecimal) b).abs().compareTo(new BigDecimal("0.01")) <= 0;
      case "coarse" -> near((Double) a, (Double) b, 0.01, 5);
      case "amount", "wide" -> ((BigDecimal) a).compareTo((BigDecimal) b) == 0;
      default -> a.equals(b);
    };
  }

  private static boolean near(double a, double b, double relative, double absolute) {
    if (a == b || Double.isNaN(a) && Double.isNaN(b)) {
      return true;
    }
    return Double.isFinite(a)
        && Double.isFinite(b)
        && Math.abs(a - b) <= Math.max(relative * Math.max(Math.abs(a), Math.abs(b)), absolute);
  }

  private static Set<List<Object>> found(Compared compared, int metric, List<String> names) {
    Optional<DifferingKeys> differing = compared.differing();
    Set<List<Object>> found = new HashSet<>();
    differing.ifPresent(
        keys ->
            keys.rows().where("differs__" + metric).collectAsList().stream()
                .map(row -> names.stream().map(row::<Object>getAs).toArray())
                .forEach(key -> found.add(Arrays.asList(key))));
    return found;
  }

  private static Map<List<Object>, Row> byKey(List<Row> rows) {
    Map<List<Object>, Row> byKey = new HashMap<>();
    rows.forEach(row -> byKey.put(Arrays.asList(row.get(1), row.get(2)), row));
    return byKey;
  }

  /** By id, or by offset where there is none. */
  private static Map<List<Object>, List<List<Object>>> byIdentity(List<Row> rows) {
    Map<List<Object>, List<List<Object>>> byIdentity = new HashMap<>();
    for (Row row : rows) {
      Object offset = row.isNullAt(0) ? row.get(6) : null;
      Object price = Objects.equals(row.get(3), -0.0) ? Double.valueOf(0.0) : row.get(3);
      byIdentity
          .computeIfAbsent(Arrays.asList(row.get(0), offset), key -> new ArrayList<>())
          .add(Arrays.asList(row.get(1), row.get(2), price, row.get(6)));
    }
    return byIdentity;
  }

  private static Map<String, Integer> counted(List<List<Object>> rows) {
    Map<String, Integer> counted = new TreeMap<>();
    rows.forEach(row -> counted.merge(row.toString() + row.hashCode(), 1, Integer::sum));
    return counted;
  }

  private static BigDecimal sum(List<Row> rows, int column) {
    return rows.stream()
        .filter(row -> !row.isNullAt(column))
        .map(row -> new BigDecimal(row.get(column).toString()))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static void view(String name, List<Row> rows, StructType schema) {
    spark.createDataFrame(rows, schema).createOrReplaceTempView(name);
  }
}
