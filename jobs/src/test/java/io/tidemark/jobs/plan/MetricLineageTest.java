package io.tidemark.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.plan.MetricLineage.Step;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.Project;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a value from its message, whatever the engine made of the SQL in between. */
class MetricLineageTest {
  private static final Map<String, List<ColumnOrigin>> SQL =
      Map.of(
          "spent",
          List.of(ColumnOrigin.ofInput("channel"), ColumnOrigin.ofInput("seconds")),
          "label",
          List.of(new ColumnOrigin("place", "name")),
          "one",
          List.of(),
          "event_time",
          List.of(ColumnOrigin.ofInput("event_time")),
          "ingest_batch",
          List.of(ColumnOrigin.ofInput("ingest_batch")));

  @TempDir Path root;
  private JobCatalog jobs;

  @BeforeEach
  void read() {
    jobs =
        new Project(root)
            .with(
                "jobs/a_ods.yml",
                """
                job: ods_event
                topic: event
                columns:
                  event_id: { type: string, from: key }
                  at: { type: timestamp, required: true, path: header.time }
                  seconds: { type: bigint, from: header.spent }
                  channel: { type: string, path: source.channel }
                event-time: { column: at }
                output: ods.event
                """)
            .with(
                "jobs/b_dwd.yml",
                Project.TRANSFORM
                    + "lookup: { place: { table: dim.place, key: { id: channel, day: dt },"
                    + " columns: { name: string } } }\n")
            .with(
                "metrics/a.yml",
                """
                metrics:
                  events: { version: 1, owner: us, unit: n, count: "*" }
                  spent: { version: 1, owner: us, unit: s, sum: spent }
                  pace: { version: 1, owner: us, unit: s, ratio: [spent, events] }
                """)
            .with(
                "jobs/c_dws.yml",
                """
                job: dws_event_1min
                input: dwd.event
                dimensions: [label]
                window: 1 minute
                lateness: 2 hours
                metrics:
                  pv: events
                  spent: spent
                  pace: pace
                  labels: { distinct: label }
                  ones: { sum: one }
                  last: { max: event_time }
                  newest: { max: ingest_batch }
                output: dws.event_1min
                """)
            .read()
            .jobs();
  }

  @Test
  void aDerivedMetricLeadsToEveryFieldOfTheMessage() {
    assertThat(lines("pace"))
        .containsExactly(
            "dws.event_1min.pace: ratio(spent, pv)",
            "  dws.event_1min.spent: sum(spent)",
            "    dwd.event.spent",
            "      ods.event.channel",
            "        topic event: source.channel",
            "      ods.event.seconds",
            "        topic event: header.spent",
            "  dws.event_1min.pv: count(*)",
            "    dwd.event: every row",
            "      ods.event: every row",
            "        topic event: every message");
  }

  @Test
  void aLookupLeadsToTheDimensionAndToItsKey() {
    assertThat(lines("labels"))
        .containsExactly(
            "dws.event_1min.labels: distinct(label)",
            "  dwd.event.label",
            "    dim.place.name: looked up by id, day",
            "      ods.event.channel",
            "        topic event: source.channel",
            "      ods.event.dt",
            "        topic event: Business day of the event, in the warehouse's time zone");
  }

  @Test
  void columnsThatTidemarkAddsAndConstantsAreNamedAsSuch() {
    assertThat(lines("ones"))
        .containsExactly("dws.event_1min.ones: sum(one)", "  dwd.event.one: a constant");
    assertThat(lines("last"))
        .contains("    ods.event.event_time", "      topic event: header.time");
    assertThat(lines("newest"))
        .contains(
            "      topic event: Orders micro-batches: of duplicates the first received stays");
  }

  private List<String> lines(String column) {
    AggregateSpec job = (AggregateSpec) jobs.job("dws_event_1min");
    List<String> lines = new ArrayList<>();
    add(lines, new MetricLineage(jobs, (transform, input) -> SQL).of(job, column), "");
    return lines;
  }

  private static void add(List<String> lines, Step step, String indent) {
    lines.add(indent + step.name() + (step.how().isEmpty() ? "" : ": " + step.how()));
    step.from().forEach(from -> add(lines, from, indent + "  "));
  }
}
