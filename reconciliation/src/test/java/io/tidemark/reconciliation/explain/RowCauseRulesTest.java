package io.tidemark.reconciliation.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.reconciliation.TestLake;
import io.tidemark.reconciliation.plan.CauseMetric;
import io.tidemark.reconciliation.plan.CauseMetric.Kind;
import io.tidemark.reconciliation.plan.CauseSql;
import io.tidemark.reconciliation.plan.RowCauseSql;
import io.tidemark.reconciliation.plan.TransformComparison;
import io.tidemark.reconciliation.plan.WrittenBy;
import io.tidemark.reconciliation.plan.WrittenBy.Entry;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rules by which a row gets its cause, each on a key of its own: how often a place in Kafka is
 * on each side, and what ODS knows of it.
 */
@Tag("any-zone")
class RowCauseRulesTest {
  /** Rows of this receive order were written by another definition, and looked up elsewhere. */
  private static final long OTHER_DEFINITION = 5;

  private static final long OTHER_DIMENSION = 8;
  private static final RowCauseSql SQL =
      new RowCauseSql(
          new TransformComparison(
              new TransformSpec(
                  "dwd_e",
                  "",
                  "",
                  TableName.parse("ods.e"),
                  "",
                  List.of("id"),
                  TableName.parse("dwd.e"),
                  ReconcilePolicy.DEFAULT),
              List.of()),
          List.of(
              new WrittenBy(
                  List.of(
                      new Entry(0, null),
                      new Entry(OTHER_DEFINITION, "definition a; today's is b"),
                      new Entry(OTHER_DEFINITION + 1, null)))),
          new WrittenBy(
              List.of(
                  new Entry(0, null),
                  new Entry(OTHER_DIMENSION, "dim.d at 1, and the batch at 2"),
                  new Entry(OTHER_DIMENSION + 1, null))),
          List.of("cat"),
          false,
          "",
          "");
  private static final CauseSql CAUSES =
      new CauseSql(
          SQL.keys(),
          List.of(
              new CauseMetric("rows", Kind.EXACT, 0), new CauseMetric("content", Kind.COUNTED, 0)));

  @TempDir static Path folder;
  private static SparkSession spark;
  private final List<String> places = new ArrayList<>();
  private final List<String> messages = new ArrayList<>();
  private final List<String> letters = new ArrayList<>(List.of("('none', 0, 0L, '')"));

  @BeforeAll
  static void openSession() {
    spark = Lakehouse.withoutTables(TestLake.environment(folder)).newSession().spark();
  }

  @Test
  void eachRuleGivesItsCause() {
    Map<String, String> expected = new TreeMap<>();
    int offset = 0;
    for (String[] rule :
        new String[][] {
          // cause; then made, offline, written, main as count and content; receive order, and state
          {"lost", "1a", "1a", "0", "0", "1", ""},
          {"lost", "1a", "1a", "1a", "0", "1", ""},
          {"lost", "1a", "0", "1a", "1a", "1", ""},
          {"in-flight", "1a", "1a", "0", "0", "1", "pending"},
          {"dead-letter", "1a", "1a", "0", "0", "1", "dead"},
          {"definition", "1a", "1a", "0", "0", "5", ""},
          {"definition", "0", "0", "1a", "1a", "5", ""},
          {"definition", "1a", "1a", "1b", "1b", "5", ""},
          {"altered", "1a", "1a", "1b", "1b", "8", ""},
          {"dimension", "1a", "1a", "1A", "1A", "8", ""},
          {"altered", "1a", "1a", "1A", "1A", "1", ""},
          {"altered", "1a", "1a", "1a", "1b", "5", ""},
          {"altered", "1a", "1b", "1a", "1a", "1", ""},
          {"doubled", "1a", "1a", "2a", "2a", "1", ""},
          {"doubled", "1a", "1a", "1a", "2a", "1", ""},
          {"doubled", "1a", "2a", "1a", "1a", "1", ""},
          {"foreign", "0", "0", "0", "1a", "", ""},
          {"foreign", "0", "1a", "0", "0", "", ""},
          {"foreign", "0", "0", "1a", "1a", "1", ""},
          {"definition lost", "1a", "1a", "1b", "0", "5", ""},
          {"dimension doubled", "1a", "1a", "1A", "2A", "8", ""},
        }) {
      String id = "k" + offset;
      place(id, offset++, rule);
      expected.put(id, String.join(" ", new TreeSet<>(List.of(rule[0].split(" ")))));
    }
    // One event in two messages: the batch keeps the first, the stream the second, or both.
    place("other", 100, new String[] {"", "1a", "1a", "0", "0", "1", ""});
    place("other", 101, new String[] {"", "0", "0", "1b", "1b", "1", ""});
    place("both", 102, new String[] {"", "1a", "1a", "1a", "1a", "1", ""});
    place("both", 103, new String[] {"", "0", "0", "1b", "1b", "1", ""});
    place("later", 104, new String[] {"", "1a", "1a", "1a", "0", "1", ""});
    place("later", 105, new String[] {"", "0", "0", "1b", "1b", "1", ""});
    // The column that a row is found by is changed.
    place("before", 106, new String[] {"", "1a", "1a", "1a", "0", "1", ""});
    place("after", 106, new String[] {"", "0", "0", "0", "1b", "", ""});
    expected.putAll(
        Map.of(
            "other",
            "duplicate",
            "both",
            "duplicate",
            "later",
            "duplicate lost",
            "before",
            "altered",
            "after",
            "altered"));

    Map<String, String> found = new TreeMap<>();
    for (Row row : perKey()) {
      TreeSet<String> causes = new TreeSet<>(row.<String, String>getJavaMap(4).keySet());
      causes.addAll(row.<String, String>getJavaMap(5).keySet());
      found.put(row.getString(0), String.join(" ", causes));
      assertThat(row.getString(6)).isNotBlank();
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void thePartsOfAnyRowsAddUp() {
    Random random = new Random(4);
    Map<String, Long> difference = new TreeMap<>();
    for (int i = 0; i < 600; i++) {
      String id = "k" + random.nextInt(200);
      String[] rule = {"", side(random), side(random), side(random), side(random), "", ""};
      rule[5] = random.nextInt(5) == 0 ? "" : "" + random.nextInt(10);
      rule[6] = random.nextInt(5) == 0 ? "dead" : random.nextInt(5) == 0 ? "pending" : "";
      place(id, i, rule);
      difference.merge(id, (long) rule[2].charAt(0) - rule[4].charAt(0), Long::sum);
    }
    List<Row> found = perKey();
    assertThat(found).hasSizeGreaterThan(100);
    for (Row row : found) {
      BigDecimal sum =
          row.<String, String>getJavaMap(4).values().stream()
              .map(BigDecimal::new)
              .reduce(BigDecimal.ZERO, BigDecimal::add);
      assertThat(sum)
          .as(row.toString())
          .isEqualByComparingTo(BigDecimal.valueOf(difference.get(row.getString(0))));
      assertThat(row.<String, String>getJavaMap(4)).doesNotContainKey("unexplained");
    }
  }

  private static String side(Random random) {
    int count = random.nextInt(3);
    return count == 0 ? "0" : count + (random.nextBoolean() ? "a" : "b");
  }

  /** A capital letter is other content, but only in columns that are looked up. */
  private void place(String id, int offset, String[] rule) {
    List<String> sides = new ArrayList<>();
    for (int side = 1; side <= 4; side++) {
      long count = rule[side].charAt(0) - '0';
      char content = count == 0 ? 0 : rule[side].charAt(1);
      sides.add(
          "%dL, CAST(%s AS DECIMAL(30)), CAST(%s AS DECIMAL(30))"
              .formatted(
                  count,
                  count == 0 ? null : "" + count * content,
                  count == 0 ? null : "" + count * Character.toLowerCase(content)));
    }
    places.add("('%s', 't', 0, %dL, %s)".formatted(id, offset, String.join(", ", sides)));
    if (!rule[5].isEmpty()) {
      messages.add(
          "('t', 0, %dL, %b, %sL, TIMESTAMP'2026-01-01 00:00:00', TIMESTAMP'2026-01-01 00:00:01')"
              .formatted(offset, !rule[6].isEmpty(), rule[5]));
    }
    if (rule[6].equals("dead")) {
      letters.add("('t', 0, %dL, 'NOT_JSON')".formatted(offset));
    }
  }

  /** Of each key that differs its columns, then the causes of both metrics, and the evidence. */
  private List<Row> perKey() {
    view(
        "places",
        "SELECT a AS id, CAST(NULL AS STRING) AS kafka_topic, CAST(NULL AS INT) AS kafka_partition, CAST(NULL AS BIGINT) AS kafka_offset, * EXCEPT (a) FROM VALUES "
            + String.join(", ", places)
            + " AS p(a, topic__, partition__, offset__, made__, made_hash__, made_plain__, offline__, offline_hash__, offline_plain__, written__, written_hash__, written_plain__, main__, main_hash__, main_plain__)");
    view(
        "messages",
        "SELECT * FROM VALUES "
            + String.join(", ", messages)
            + " AS m(topic__, partition__, offset__, pending__, received__, event__, arrived__)");
    view(
        "letters",
        "SELECT * FROM VALUES "
            + String.join(", ", letters)
            + " AS l(topic__, partition__, offset__, reason__)");
    view(
        "differing",
        "SELECT *, stream_number__0 <> batch_number__0 AS differs__0, stream_number__0 = batch_number__0 AS differs__1, CAST(NULL AS INT) AS stream_number__1, CAST(NULL AS INT) AS batch_number__1 FROM (SELECT id, kafka_topic, kafka_partition, kafka_offset, SUM(main__) AS stream_number__0, SUM(offline__) AS batch_number__0, SUM(main_hash__) AS m, SUM(offline_hash__) AS o FROM places GROUP BY 1, 2, 3, 4) WHERE NOT (stream_number__0 = batch_number__0 AND m <=> o)");
    view("upstream", RowCauseSql.noUpstream());
    view("judged", SQL.judged("places", "messages", "letters", "upstream"));
    view("events", SQL.events("judged"));
    view("answers", CAUSES.answers("events", "differing"));
    return spark.sql(CAUSES.perKey("answers")).collectAsList();
  }

  private static void view(String name, String sql) {
    spark.sql(sql).createOrReplaceTempView(name);
  }
}
