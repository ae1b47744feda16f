package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.ConnectionSettings;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SinkReaderTest {
  private static final String SINK =
      """
      job: pg_event
      description: For the site.
      owner: site
      input: dwd.event
      jdbc: { connection: serving, table: web.event, create: false, columns: [channel] }
      """;

  @TempDir Path root;

  private Project project(String file, String text) {
    return new Project(root).with("jobs/" + file + ".yml", text);
  }

  @Test
  void everyKeyIsRead() {
    JobCatalog jobs = project("sink", SINK).read().jobs();

    assertThat(jobs.sinks())
        .containsExactly(
            new SinkSpec(
                "pg_event",
                "For the site.",
                "site",
                new TableName("dwd", "event"),
                List.of("channel"),
                new SinkSpec.Jdbc("serving", "web.event", false)));
    assertThat(jobs.sink("pg_event")).isPresent();
    assertThat(jobs.jobs()).noneMatch(job -> job.name().equals("pg_event"));
  }

  @Test
  void topicsAndRedisHaveKeysOfTheirOwn() {
    JobCatalog jobs =
        project("a", "job: to_kafka\ninput: dwd.event\nkafka: { topic: out.event }\n")
            .with(
                "jobs/b.yml",
                "job: to_redis\ninput: dwd.event\nredis: { connection: cache, prefix: \"site:event\" }\n")
            .read()
            .jobs();

    assertThat(jobs.sinks())
        .extracting(SinkSpec::target)
        .containsExactly(
            new SinkSpec.Kafka("out.event"), new SinkSpec.Redis("cache", "site:event"));
    assertThat(jobs.sinks().get(0).columns()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pg_event | dwd_event | line 1: job: 'dwd_event' is the name of another job, conf/jobs/b_dwd.yml; choose another
          dwd.event | dwd.evnt | line 4: input: 'dwd.evnt' is written by no job; did you mean 'dwd.event'?
          web.event | Web.event | line 5: jdbc.table: 'Web.event' is not the name of a table; use lower-case letters, digits and underscores, with or without 'schema.' before it
          connection: serving, | | line 5: jdbc.connection is missing; write 'connection: ...' (name)
          owner: site | kafka: { topic: out } | file writes to several, by jdbc and kafka; declare a sink for each
          owner: site | delete: hard | line 3: delete is not a key; the keys here are job, extends, description, owner, freshness, alerts, input, jdbc, kafka, redis
          [channel] | [channel, channel] | file names the column 'channel' twice; name it once
          """)
  void isRefused(String written, String instead, String problem) {
    assertThat(SINK).contains(written);
    assertThat(project("z_sink", SINK.replace(written, instead == null ? "" : instead)).problems())
        .containsExactly("conf/jobs/z_sink.yml > " + problem);
  }

  @Test
  void twoSinksNeverWriteTheSame() {
    assertThat(project("y", SINK).with("jobs/z.yml", SINK.replace("pg_event", "again")).problems())
        .containsExactly(
            "conf/jobs/z.yml > file writes table web.event of serving, as conf/jobs/y.yml"
                + " does; each would take the other's rows away: write elsewhere");
  }

  @Test
  void aConnectionHasToBeThereAndOfItsKind() {
    SinkSpec jdbc = project("sink", SINK).read().jobs().sinks().get(0);
    ConnectionSettings redis =
        new ConnectionSettings(
            "serving",
            ConnectionSettings.Kind.REDIS,
            "redis://cache",
            null,
            null,
            root,
            Duration.ofMinutes(1));

    assertThat(SinkCheck.problems(List.of(jdbc), Map.of()))
        .extracting(Problem::text)
        .containsExactly(
            "jdbc.connection: 'serving' is no connection of the environment; write 'connections: {"
                + " serving: { url: ... } }' into its file");
    assertThat(SinkCheck.problems(List.of(jdbc), Map.of("serving", redis)))
        .extracting(Problem::text)
        .containsExactly(
            "jdbc.connection: 'serving' is not what is written by 'jdbc'; name a connection whose"
                + " url begins with jdbc:");
  }
}
