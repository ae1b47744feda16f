package io.tidemark.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.jobs.operation.DriverRecord;
import io.tidemark.jobs.operation.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The status of jobs, for programs: times in UTC, durations in seconds, NULL for what is not. */
final class StatusJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private StatusJson() {}

  static String write(List<JobStatus> statuses, Instant now) {
    ObjectNode all = JSON.createObjectNode();
    all.put("at", now.toString());
    ArrayNode jobs = all.putArray("jobs");
    statuses.forEach(status -> add(jobs.addObject(), status));
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a status cannot be written as JSON", e);
    }
  }

  private static void add(ObjectNode json, JobStatus status) {
    json.put("job", status.job());
    json.put("state", status.activity().name().toLowerCase(Locale.ROOT));
    json.put("needs_attention", status.needsAttention());
    json.put("lag_events", status.lagEvents().orElse(null));
    json.put("lag_seconds", status.lag().map(StatusJson::seconds).orElse(null));
    json.put("freshness_seconds", status.freshness().map(StatusJson::seconds).orElse(null));
    json.put("freshness_objective_seconds", seconds(status.objective()));
    json.put("last_commit_at", status.lastCommit().map(Instant::toString).orElse(null));
    json.put("state_bytes", status.state().map(JobStatus.State::bytes).orElse(null));
    json.put("state_rows", status.state().map(JobStatus.State::rows).orElse(null));
    json.put(
        "dead_letters_today", status.deadLetters().map(JobStatus.DeadLetters::today).orElse(null));
    json.put(
        "dead_letters_unrepaired",
        status.deadLetters().map(JobStatus.DeadLetters::unrepaired).orElse(null));
    json.put("parked_rows", status.parked().map(JobStatus.Parked::rows).orElse(null));
    json.put(
        "parked_seconds",
        status.parked().map(JobStatus.Parked::oldest).map(StatusJson::seconds).orElse(null));
    ObjectNode lookups = json.putObject("lookups");
    status
        .lookups()
        .forEach(
            (name, counts) ->
                lookups
                    .putObject(name)
                    .put("rows", counts.asked())
                    .put("found", counts.found())
                    .put("cached", counts.cached()));
    if (status.driver().isPresent()) {
      add(json.putObject("driver"), status.driver().get());
    } else {
      json.putNull("driver");
    }
    ArrayNode problems = json.putArray("problems");
    status.problems().forEach(problems::add);
  }

  private static void add(ObjectNode json, DriverRecord driver) {
    json.put("host", driver.host());
    json.put("pid", driver.pid());
    json.put("began_at", driver.beganAt().toString());
    json.put("seen_at", driver.writtenAt().toString());
    json.put("restarts", driver.restarts());
    json.put("failures", driver.failures());
    json.put("last_failure", driver.lastFailure());
    json.put(
        "last_failure_at",
        driver.lastFailureAt() == null ? null : driver.lastFailureAt().toString());
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
