package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A small project on disk that is valid until a test breaks it. */
public final class Project {
  static final String INGEST =
      """
      job: ods_event
      topic: event
      columns:
        event_id: { type: string, required: true }
        event_time: { type: timestamp, required: true }
        seconds: bigint
        channel: { type: string, path: source.channel }
      event-time: { column: event_time }
      output: ods.event
      """;
  public static final String TRANSFORM =
      """
      job: dwd_event
      input: ods.event
      sql: event.sql
      dedupe: { key: [event_id] }
      output: dwd.event
      """;
  static final String SQL = "SELECT event_id, channel, source.* FROM input\n";
  public static final String AGGREGATE =
      """
      job: dws_event_1min
      input: ods.event
      dimensions: [channel]
      window: 1 minute
      lateness: 2 hours
      metrics:
        pv: { count: "*" }
        seconds: { sum: seconds }
      output: dws.event_1min
      """;
  private static final String ENVIRONMENT =
      """
      time-zone: UTC
      catalog: { type: embedded, warehouse: w }
      checkpoints: c
      kafka: { bootstrap-servers: "one:9092" }
      """;

  private final Path conf;

  public Project(Path root) {
    conf = root.resolve("conf");
    with("env/test.yml", ENVIRONMENT);
    with("jobs/a_ods.yml", INGEST);
    with("jobs/b_dwd.yml", TRANSFORM);
    with("jobs/event.sql", SQL);
    with("jobs/c_dws.yml", AGGREGATE);
  }

  public Project with(String file, String text) {
    try {
      Files.createDirectories(conf.resolve(file).getParent());
      Files.writeString(conf.resolve(file), text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Project without(String file) {
    try {
      Files.delete(conf.resolve(file));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds a transform from one table to another. */
  Project transform(String input, String output) {
    String name = output.replace('.', '_');
    return with(
        "jobs/" + name + ".yml",
        "job: " + name + "\ninput: " + input + "\nsql: event.sql\noutput: " + output + "\n");
  }

  public Declarations read() {
    return Declarations.read(conf, "test", Map.of());
  }

  /** Each problem as {@code file > text}; nothing when there is none. */
  List<String> problems() {
    try {
      read();
      return List.of();
    } catch (ConfigurationException e) {
      return e.problems().stream().map(Project::show).toList();
    }
  }

  private static String show(Problem problem) {
    return problem.file() + " > " + problem.text();
  }
}
