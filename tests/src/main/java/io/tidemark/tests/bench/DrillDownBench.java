package io.tidemark.tests.bench;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TrinoProperties;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.tags.attribute.BucketProgress;
import io.tidemark.tags.attribute.Recompute;
import io.tidemark.tags.attribute.Recompute.Way;
import io.tidemark.tags.build.HistoryBuild;
import io.tidemark.tags.plan.BuildPlan.Mode;
import io.tidemark.tags.plan.BuildPlan.Request;
import io.tidemark.tags.spec.HistoryLayout;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tests.lakehouse.Folders;
import io.tidemark.tests.lakehouse.Repository;
import io.tidemark.tests.servers.Java25;
import io.tidemark.tests.servers.Trino;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * How long it takes a person in Trino to see all days of one value of a tag, or of two tags: random
 * values of declared sets, the tag of 2,000 values among them, each asked for once, with nothing of
 * the tables in a cache. Every answer's sums are those of plain SQL over the daily rows.
 *
 * <p>{@code tags.drilldown-p95} below a second says that results are sorted and paged as they have
 * to be: the files of a set are many times what an answer reads.
 */
final class DrillDownBench implements Benchmark {
  private static final LocalDate FIRST_DAY = LocalDate.of(2024, 1, 1);
  private static final int DAYS = 730;
  private static final int QUESTIONS = 100;
  private static final int WARM_UPS = 10;
  private static final String CATALOG = "drill";
  private static final List<String> SETS = List.of("t5", "t8", "t35", "t300", "t2000", "t35_t300");

  /** All days of a group. */
  private record Question(String set, List<String> tags, List<String> values, long users, long pv) {
    String where() {
      List<String> terms = new ArrayList<>();
      for (int i = 0; i < tags.size(); i++) {
        terms.add("%s = '%s'".formatted(tags.get(i), values.get(i)));
      }
      return String.join(" AND ", terms);
    }
  }

  @Override
  public String name() {
    return "drilldown";
  }

  @Override
  public String summary() {
    return "seconds of random drill-downs into results by tags, in Trino";
  }

  @Override
  public long events() {
    return 200_000;
  }

  @Override
  public int rounds() {
    return 1;
  }

  @Override
  public boolean run(Plan plan, PrintWriter out) {
    if (Java25.home().isEmpty()) {
      out.println(Java25.NOT_FOUND);
      return false;
    }
    Path work = Folders.fresh(plan.folder(), "drilldown-");
    try (Trino trino = Trino.start()) {
      Lakehouse lake = open(work);
      TagTables tables =
          new TagTables(lake, new TagUsers(plan.events(), DAYS, plan.seed()), FIRST_DAY);
      HistorySpec spec = tables.history(DAYS, new HistoryLayout(32, 8, 128, 4096));
      prepare(lake, tables, spec, out);
      Map<String, String> properties =
          new HashMap<>(TrinoProperties.of(lake.environment().catalog()));
      properties.put("iceberg.metadata-cache.enabled", "false");
      trino.createCatalog(CATALOG, properties);
      Random random = new Random(plan.seed());
      List<Question> groups = groups(lake, spec);
      for (int i = 0; i < WARM_UPS; i++) {
        ask(trino, spec, groups.get(random.nextInt(groups.size())));
      }
      return measure(trino, spec, chosen(groups, plan.rounds() * QUESTIONS, random), out);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } finally {
      Folders.delete(work);
    }
  }

  private static Lakehouse open(Path work) {
    return Lakehouse.open(
        Declarations.read(
                Repository.conf(),
                "local",
                Map.of(
                    "catalog.name",
                    CATALOG,
                    "catalog.warehouse",
                    work.resolve("warehouse").toString()))
            .environment());
  }

  private static void prepare(Lakehouse lake, TagTables tables, HistorySpec spec, PrintWriter out) {
    tables.write(DAYS);
    new HistoryBuild(lake, spec, line -> {})
        .run(new Request(Mode.DAY, tables.lastDay(), OptionalInt.empty()));
    new Recompute(lake, spec, BucketProgress.SILENT)
        .run(new Recompute.Request(tables.lastDay(), SETS, Optional.empty(), Way.BLOCKS, false));
    for (String set : SETS) {
      out.printf(
          Locale.ROOT,
          "%-10s %,12d rows  %,12d bytes%n",
          set,
          TagTables.files(lake.load(spec.servingTable(set))).stream()
              .mapToLong(file -> file.recordCount())
              .sum(),
          TagTables.bytes(lake.load(spec.servingTable(set))));
    }
    out.flush();
  }

  /** Every group of every set, with what plain SQL over the daily rows says of it. */
  private static List<Question> groups(Lakehouse lake, HistorySpec spec) {
    List<Question> groups = new ArrayList<>();
    for (String set : SETS) {
      List<String> tags = spec.sets().get(set);
      String values =
          tags.stream()
              .map("coalesce(g.%1$s, '(none)') AS %1$s"::formatted)
              .collect(Collectors.joining(", "));
      for (Row row :
          lake.spark()
              .sql(
                  """
                  SELECT %s, count(*) AS users, sum(pv) AS pv FROM (
                    SELECT %s, d.pv FROM %s d LEFT JOIN %s g ON d.user_id = g.user_id)
                  GROUP BY %1$s"""
                      .formatted(
                          String.join(", ", tags),
                          values,
                          lake.identifier(TagTables.DAILY),
                          lake.identifier(TagTables.TAGS)))
              .collectAsList()) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < tags.size(); i++) {
          found.add(row.getString(i));
        }
        groups.add(
            new Question(set, tags, found, row.getLong(tags.size()), row.getLong(tags.size() + 1)));
      }
    }
    return groups;
  }

  /** As many of each set as of the others, so that the small ones are not lost among the large. */
  private static List<Question> chosen(List<Question> groups, int count, Random random) {
    List<Question> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String set = SETS.get(i % SETS.size());
      List<Question> own = groups.stream().filter(group -> group.set().equals(set)).toList();
      chosen.add(own.get(random.nextInt(own.size())));
    }
    Collections.shuffle(chosen, random);
    return chosen;
  }

  private static boolean measure(
      Trino trino, HistorySpec spec, List<Question> questions, PrintWriter out)
      throws SQLException {
    List<Double> seconds = new ArrayList<>();
    boolean equal = true;
    for (Question question : questions) {
      Stopwatch watch = new Stopwatch();
      List<String> rows = ask(trino, spec, question);
      seconds.add(watch.seconds());
      boolean same = sum(rows, 1) == question.users() && sum(rows, 2) == question.pv();
      if (!same) {
        out.printf("NOT EQUAL: %s of %s%n", question.where(), question.set());
      }
      equal &= same;
    }
    Collections.sort(seconds);
    out.printf(
        Locale.ROOT,
        "%d drill-downs over %d days: median %.3f s, p95 %.3f s, most %.3f s%n",
        seconds.size(),
        DAYS,
        seconds.get(seconds.size() / 2),
        seconds.get(seconds.size() * 95 / 100 - 1),
        seconds.get(seconds.size() - 1));
    if (equal) {
      Benchmark.figure(out, "tags.drilldown-p95", seconds.get(seconds.size() * 95 / 100 - 1), "s");
    }
    return equal;
  }

  private static List<String> ask(Trino trino, HistorySpec spec, Question question)
      throws SQLException {
    return trino.query(
        CATALOG,
        "SELECT dt, users, pv, read_seconds FROM %s WHERE %s ORDER BY dt"
            .formatted(spec.servingTable(question.set()), question.where()));
  }

  /** The sum of a column of rendered rows. */
  private static long sum(List<String> rows, int column) {
    return rows.stream()
        .map(row -> row.split(" \\| ")[column])
        .mapToLong(value -> Long.parseLong(value.substring("Long ".length())))
        .sum();
  }
}
