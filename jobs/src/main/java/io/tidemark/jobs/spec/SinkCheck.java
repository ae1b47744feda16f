package io.tidemark.jobs.spec;

import io.tidemark.catalog.ConnectionSettings;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Suggestions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks sinks against the jobs, one another and the environment. */
public final class SinkCheck {
  private final Map<TableName, JobFile> writers = new HashMap<>();
  private final List<JobFile> jobs;
  private final boolean complete;

  private SinkCheck(List<JobFile> jobs, boolean complete) {
    this.jobs = jobs;
    this.complete = complete;
    jobs.forEach(job -> writers.putIfAbsent(job.output(), job));
  }

  /**
   * Adds what is wrong to the files' problems.
   *
   * @param complete whether the output of every job is known; else a missing one is no problem,
   *     because it may be of a file that could not be read
   */
  static void check(List<SinkFile> sinks, List<JobFile> jobs, boolean complete) {
    SinkCheck check = new SinkCheck(jobs, complete);
    check.names(sinks);
    Map<SinkSpec.Target, SinkFile> targets = new HashMap<>();
    for (SinkFile sink : sinks) {
      if (sink.spec() != null) {
        check.input(sink);
        check.target(sink, Optional.ofNullable(targets.putIfAbsent(sink.spec().target(), sink)));
      }
    }
  }

  private void names(List<SinkFile> sinks) {
    Map<String, String> taken = new HashMap<>();
    jobs.forEach(job -> taken.putIfAbsent(job.name(), job.section().file()));
    for (SinkFile sink : sinks) {
      String name = sink.section().get(JobKeys.JOB);
      String other = name == null ? null : taken.putIfAbsent(name, sink.section().file());
      if (other != null) {
        sink.section()
            .refuse(JobKeys.JOB, "is the name of another job, " + other + "; choose another");
      }
    }
  }

  private void input(SinkFile sink) {
    TableName input = sink.spec().input();
    JobFile writer = writers.get(input);
    if (writer == null && complete) {
      List<String> tables = writers.keySet().stream().map(TableName::toString).sorted().toList();
      sink.section()
          .refuse(
              JobKeys.INPUT,
              "is written by no job; "
                  + Suggestions.didYouMean(
                      input.toString(), tables, "declare one with 'output: " + input + "'"));
    } else if (writer != null && writer.spec() instanceof JoinSpec) {
      sink.section()
          .refuse(
              JobKeys.INPUT,
              "is a join, whose rows no columns without NULL tell apart; carry a summary of it, or"
                  + " read its view from the lake");
    } else if (writer != null && writer.section().has(JobKeys.HISTORY)) {
      sink.section()
          .refuse(
              JobKeys.INPUT,
              "is a history, whose versions end when others are known, so that a change bears on"
                  + " more rows than its own; send a mirror of the same change log");
    } else if (writer != null
        && writer.spec() instanceof TransformSpec transform
        && transform.dedupeKey().isEmpty()
        && (transform.flatten() != null
            || transform.tables().stream().anyMatch(this::isChangeLog))) {
      sink.section()
          .refuse(
              JobKeys.INPUT,
              "has nothing that tells its rows apart, because a message may hold several of"
                  + " them; write 'dedupe: { key: [...] }' to job "
                  + transform.name());
    }
  }

  private boolean isChangeLog(TableName table) {
    JobFile writer = writers.get(table);
    return writer != null
        && (writer.spec() instanceof IngestSpec ingest && ingest.payload().isChangeLog()
            || writer.spec() instanceof TransformSpec above
                && above.tables().stream().anyMatch(this::isChangeLog));
  }

  private void target(SinkFile sink, Optional<SinkFile> other) {
    other.ifPresent(
        one ->
            sink.section()
                .refuse(
                    "writes %s, as %s does; each would take the other's rows away: write elsewhere"
                        .formatted(sink.spec().target(), one.section().file())));
    if (sink.spec().target() instanceof SinkSpec.Kafka kafka) {
      for (JobFile job : jobs) {
        if (job.spec() instanceof IngestSpec ingest && ingest.topic().equals(kafka.topic())) {
          sink.section()
              .refuse(
                  "writes topic %s, which job %s reads; send to another topic"
                      .formatted(kafka.topic(), ingest.name()));
        }
      }
    }
  }

  /** What is wrong with the connections that sinks name, in an environment. */
  public static List<Problem> problems(
      List<SinkSpec> sinks, Map<String, ConnectionSettings> connections) {
    List<Problem> problems = new ArrayList<>();
    for (SinkSpec sink : sinks) {
      if (sink.target() instanceof SinkSpec.Jdbc jdbc) {
        problem(sink, "jdbc", jdbc.connection(), true, connections).ifPresent(problems::add);
      } else if (sink.target() instanceof SinkSpec.Redis redis) {
        problem(sink, "redis", redis.connection(), false, connections).ifPresent(problems::add);
      }
    }
    return problems;
  }

  private static Optional<Problem> problem(
      SinkSpec sink,
      String key,
      String name,
      boolean isJdbc,
      Map<String, ConnectionSettings> connections) {
    ConnectionSettings connection = connections.get(name);
    if (connection != null && connection.kind().isJdbc() == isJdbc) {
      return Optional.empty();
    }
    String remedy =
        connection == null
            ? "is no connection of the environment; "
                + Suggestions.didYouMean(
                    name,
                    connections.keySet(),
                    "write 'connections: { %s: { url: ... } }' into its file".formatted(name))
            : "is not what is written by '%s'; name a connection whose url begins with %s"
                .formatted(key, isJdbc ? "jdbc:" : "redis:");
    return Optional.of(new Problem("job " + sink.name(), key + ".connection", name, remedy));
  }
}
