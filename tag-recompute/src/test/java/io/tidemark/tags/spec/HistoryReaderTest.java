package io.tidemark.tags.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.spec.HistorySpec.UserType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryReaderTest {
  private static final String SMALLEST =
      """
      history: reading
      inputs:
        dws.reading_user_1d: { pv: bigint }
      tags:
        table: dim.user_tag
        columns: { city: string }
      sets: { city: [city] }
      output: dws.reading
      """;

  @TempDir private Path root;

  @Test
  void theSmallestFileHasDefaults() throws IOException {
    write("reading", SMALLEST);

    HistorySpec history = read().get(0);

    assertThat(history)
        .isEqualTo(
            new HistorySpec(
                "reading",
                "",
                "",
                "user_id",
                UserType.STRING,
                730,
                Map.of(new TableName("dws", "reading_user_1d"), Map.of("pv", MetricType.INTEGER)),
                new TagTable(
                    new TableName("dim", "user_tag"),
                    "",
                    Map.of("city", new TagTable.Tag(ColumnType.parse("string"), false))),
                Map.of("city", List.of("city")),
                List.of(),
                List.of(),
                new TableName("dws", "reading"),
                new HistoryLayout(32, 8, 128, 4096)));
    assertThat(history.servingTable("city")).hasToString("dws.reading_city_1d");
    assertThat(history.blocksTable()).hasToString("dws.reading_block_td");
  }

  @Test
  void everyKeyIsRead() throws IOException {
    write(
        "reading",
        """
        history: reading
        description: What users read.
        owner: reading-team
        user: user_id
        user-type: bigint
        days: 400
        inputs:
          dws.reading_user_1d: { pv: bigint, seconds: double }
          dws.order_user_1d: { paid: "decimal(18,4)" }
        tags:
          table: dim.user_tag
          day: dt
          columns:
            city: string
            level: int
            interests: { type: string, multiple: true }
        sets:
          city: [city]
          city_level: [city, level]
        rolling: [7, 30]
        retention: [1, 63]
        sums: { pv: "decimal(38,0)" }
        output: dws.reading_tag
        layout: { buckets: 4096, week-days: 4, epoch-days: 64, block-users: 8192 }
        """);

    HistorySpec history = read().get(0);

    assertThat(history.metrics())
        .isEqualTo(
            Map.of(
                "pv",
                MetricType.INTEGER,
                "seconds",
                MetricType.DOUBLE,
                "paid",
                MetricType.decimal(18, 4)));
    assertThat(history.metrics().keySet()).containsExactly("pv", "seconds", "paid");
    assertThat(history.tags().day()).isEqualTo("dt");
    assertThat(history.tags().columns())
        .containsEntry("interests", new TagTable.Tag(ColumnType.parse("string"), true));
    assertThat(history.sets()).containsEntry("city_level", List.of("city", "level"));
    assertThat(history.rolling()).containsExactly(7, 30);
    assertThat(history.retention()).containsExactly(1, 63);
    assertThat(history.sumTypes(history.metrics()))
        .containsExactly(MetricType.decimal(38, 0), MetricType.DOUBLE, MetricType.decimal(28, 4));
    assertThat(history.userType()).isEqualTo(UserType.BIGINT);
    assertThat(history.days()).isEqualTo(400);
    assertThat(history.layout()).isEqualTo(new HistoryLayout(4096, 4, 64, 8192));
    assertThat(history.owner()).isEqualTo("reading-team");
    assertThat(history.description()).isEqualTo("What users read.");
  }

  @Test
  void everyProblemIsToldWithItsKeyAndRemedy() throws IOException {
    write(
        "a",
        """
        history: one
        days: 9999
        inputs:
          dws.reading_usr_1d: { pv: bigint }
          dws.reading_user_1h: { views: bigint }
          dws.reading_user_1d: { pvs: bigint, longest: bigint, users: bigint, pv: bigint }
        tags:
          table: dim.user_tag
          columns: { city: string, pv: int, age: double }
        sets:
          city: [city, city]
          town: [town]
          again: [city]
        rolling: [7, 7]
        retention: [64]
        sums: { pvs: bigint, pages: "decimal(38,0)", views: "decimal(19,0)" }
        output: dws.reading
        layout: { buckets: 30 }
        """);
    write("b", SMALLEST.replace("city: [city]", "hourly: [city]"));
    write("c", SMALLEST.replace("history: reading", "history: third"));
    write("d", SMALLEST.replace("rolling", "roling") + "roling: [7]\n");
    write(
        "e",
        SMALLEST
            .replace("reading\n", "fifth\n")
            .replace("{ pv: bigint }", "{ pv: bigint, paid: \"decimal(18,4)\" }")
            .replace(
                "sets", "sums: { paid: \"decimal(38,4)\" }\nlayout: { week-days: 256 }\nsets"));
    assertThat(problems())
        .anyMatch(has("days", "'9999'", "write up to 4096"))
        .anyMatch(has("inputs.dws.reading_usr_1d", "did you mean 'dws.reading_user_1d'?"))
        .anyMatch(has("inputs.dws.reading_user_1h", "dimensions [user_id] and window 1 day"))
        .anyMatch(has("inputs.dws.reading_user_1d.pvs", "did you mean 'pv'?"))
        .anyMatch(has("inputs.dws.reading_user_1d.longest", "max of each user"))
        .anyMatch(has("inputs.dws.reading_user_1d.users", "has anyway"))
        .anyMatch(has("inputs.dws.reading_user_1d.pv", "taken from dws.reading_usr_1d, too"))
        .anyMatch(has("tags.columns.pv", "cannot be a tag, too"))
        .anyMatch(has("tags.columns.age.type", "'double'", "no type of a tag"))
        .anyMatch(has("sets.city", "names a tag twice"))
        .anyMatch(has("sets.town", "'town', which is no tag", "the tags are city"))
        .anyMatch(has("rolling", "twice"))
        .anyMatch(has("retention", "'64'", "write up to 63"))
        .anyMatch(has("sums.pvs", "'bigint'", "write decimal(38,0)"))
        .anyMatch(has("sums.pages", "is no metric of the inputs", "the metrics are pv, views"))
        .anyMatch(has("sums.views", "'decimal(19,0)'", "write decimal(38,0)"))
        .anyMatch(has("sums.paid", "is a decimal(18,4), whose sum is a decimal(28,4) anyway"))
        .anyMatch(has("layout", "buckets 30", "power of two"))
        .anyMatch(
            has("output", "'dws.reading_hourly_1d'", "is written by job dws_reading_hourly_1d"))
        .anyMatch(has("output", "'dws.reading_history_td'", "is written by history reading"))
        .anyMatch(has("roling", "did you mean 'rolling'?"))
        .anyMatch(has("layout", "a week is a part of an epoch"));
  }

  @Test
  void resultsAreBroughtForwardWhereSumsAreExact() throws IOException {
    write("reading", SMALLEST + "incremental: { full-every: 7 }\n");
    assertThat(read().get(0).fullEvery()).isEqualTo(7);
    write("reading", SMALLEST + "incremental: { full-every: 0 }\n");
    assertThat(read().get(0).isIncremental()).isFalse();
    write(
        "reading",
        SMALLEST
                .replace("{ pv: bigint }", "{ pv: bigint, seconds: double }")
                .replace("{ city: string }", "{ city: string, pv_users: int }")
            + "incremental: { full-every: 7 }\n");
    assertThat(problems())
        .hasSize(2)
        .anyMatch(has("incremental", "'seconds: double'", "declare the metric as a decimal"))
        .anyMatch(has("incremental", "'pv'", "a column pv_users", "rename that"));
    write("reading", SMALLEST + "incremental: { full-every: weekly }\n");
    assertThat(problems()).hasSize(1).allMatch(has("incremental.full-every", "'weekly'"));
  }

  @Test
  void aProjectWithoutTheFolderHasNone() throws IOException {
    assertThat(read()).isEmpty();
  }

  @Test
  void problemsAreToldTogetherWithThoseOfOtherFiles() throws IOException {
    write("reading", SMALLEST.replace("city: [city]", "city: [town]"));
    file("topics/topics.yml", "topics: { event: { partitions: none } }\n");

    assertThatThrownBy(this::read)
        .isInstanceOf(ConfigurationException.class)
        .message()
        .startsWith("2 problems in the configuration:\n")
        .contains("/tags/reading.yml\n  line 7: sets.city has 'town', which is no tag;")
        .contains("/topics/topics.yml\n");
  }

  @Test
  void tagsAreHeldAgainstTheDeclaredTable() throws IOException {
    file(
        "tables/user_tag.yml",
        """
        table: dim.user_tag
        columns:
          user_id: bigint
          dt: timestamp
          city: string
          level: bigint
          interests: array<string>
        """);
    write(
        "reading",
        """
        history: reading
        inputs:
          dws.reading_user_1d: { pv: bigint }
        tags:
          table: dim.user_tag
          day: dt
          columns: { city: string, level: int, interests: string, citty: string }
        sets: { city: [city] }
        output: dws.reading
        """);

    assertThat(problems())
        .hasSize(5)
        .allMatch(has("tables/user_tag.yml"))
        .anyMatch(has("tags.table", "'dim.user_tag'", "user_id as bigint", "known by a string"))
        .anyMatch(has("tags.day", "'dt' is of type timestamp, no date"))
        .anyMatch(has("tags.columns.level", "'int' is bigint in dim.user_tag; write bigint"))
        .anyMatch(has("tags.columns.interests", "write { type: string, multiple: true }"))
        .anyMatch(has("tags.columns.citty", "did you mean 'city'?"));
  }

  @Test
  void aMetricThatIsMadeOfOthersIsNotTakenIn() throws IOException {
    write("reading", SMALLEST.replace("{ pv: bigint }", "{ views: bigint, pace: double }"));

    assertThat(problems())
        .hasSize(1)
        .allMatch(
            has(
                "inputs.dws.reading_user_1d.pace",
                "is ratio(seconds, views) of each user, which is stored nowhere; take what it is"
                    + " made of"));
  }

  @Test
  void whatAHistoryWritesIsDeclaredNowhereElse() throws IOException {
    file("tables/city.yml", "table: dws.reading_city_1d\ncolumns: { city: string }\n");
    write("reading", SMALLEST);

    assertThat(problems())
        .anyMatch(has("output", "'dws.reading_city_1d'", "tables/city.yml declares it too"));
  }

  private static Predicate<String> has(String... parts) {
    return text -> Arrays.stream(parts).allMatch(text::contains);
  }

  private List<String> problems() throws IOException {
    try {
      read();
      return List.of();
    } catch (ConfigurationException e) {
      return e.problems().stream().map(Problem::text).toList();
    }
  }

  private List<HistorySpec> read() throws IOException {
    file(
        "env/test.yml",
        """
        time-zone: UTC
        catalog: { type: embedded, warehouse: w }
        checkpoints: c
        kafka: { bootstrap-servers: "one:9092" }
        """);
    file(
        "jobs/ods.yml",
        """
        job: ods_event
        topic: event
        columns:
          user_id: string
          seconds: bigint
          paid: decimal(18,4)
          event_time: { type: timestamp, required: true }
        event-time: { column: event_time }
        output: ods.event
        """);
    file(
        "metrics/reading.yml",
        """
        metrics:
          views: { version: 1, owner: us, unit: views, count: "*" }
          seconds: { version: 1, owner: us, unit: seconds, sum: seconds }
          pace: { version: 1, owner: us, unit: seconds, ratio: [seconds, views] }
        """);
    summary("reading_user_1d", "1 day");
    summary("order_user_1d", "1 day");
    summary("reading_hourly_1d", "1 day");
    summary("reading_user_1h", "1 hour");
    return Declarations.read(root, "test", Map.of()).of(HistorySpec.class);
  }

  private void summary(String name, String window) throws IOException {
    file(
        "jobs/" + name + ".yml",
        """
        job: dws_%s
        input: ods.event
        dimensions: [user_id]
        window: %s
        lateness: 2 hours
        metrics:
          pv: { count: "*" }
          views: views
          seconds: seconds
          pace: pace
          paid: { sum: paid }
          longest: { max: seconds }
        output: dws.%s
        """
            .formatted(name, window, name));
  }

  private void write(String name, String text) throws IOException {
    file("tags/" + name + ".yml", text);
  }

  private void file(String name, String text) throws IOException {
    Path path = root.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
