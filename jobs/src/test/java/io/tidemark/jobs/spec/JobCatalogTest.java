package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.TableName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobCatalogTest {
  @TempDir Path root;

  @Test
  void knowsHowJobsFollowFromOneAnother() {
    // Files are read by name, so the order has to come from the graph.
    JobCatalog jobs =
        new Project(root)
            .transform("dwd.event", "dwd.a")
            .with("jobs/c_dws.yml", Project.AGGREGATE.replace("ods.event", "dwd.a"))
            .with(
                "jobs/0.yml",
                Project.INGEST.replace("event\n", "other\n").replace("ods_event", "ods_other"))
            .read()
            .jobs();
    assertThat(names(jobs.jobs()))
        .containsExactly("ods_other", "ods_event", "dwd_event", "dwd_a", "dws_event_1min");
    JobSpec last = jobs.job("dws_event_1min");
    assertThat(names(jobs.upstream(last))).containsExactly("ods_event", "dwd_event", "dwd_a");
    assertThat(jobs.roots(last)).extracting(IngestSpec::name).containsExactly("ods_event");
    assertThat(jobs.roots(jobs.job("ods_other")))
        .containsExactly((IngestSpec) jobs.job("ods_other"));
    assertThat(names(jobs.downstream(jobs.job("ods_event"))))
        .containsExactly("dwd_event", "dwd_a", "dws_event_1min");
    assertThat(jobs.downstream(last)).isEmpty();
    assertThat(jobs.upstream(jobs.job("ods_event"))).isEmpty();
    assertThat(jobs.writerOf(TableName.parse("dwd.a"))).contains(jobs.job("dwd_a"));
    assertThat(jobs.writerOf(TableName.parse("dwd.b"))).isEmpty();
  }

  @Test
  void aJobIsAsFreshAsItIsDeclared() {
    Project project =
        new Project(root).with("jobs/b_dwd.yml", Project.TRANSFORM + "freshness: 90 seconds\n");
    JobCatalog jobs = project.read().jobs();

    assertThat(jobs.freshness(jobs.job("dwd_event"))).isEqualTo(Duration.ofSeconds(90));
    assertThat(jobs.freshness(jobs.job("ods_event"))).isEqualTo(Duration.ofMinutes(5));
    assertThat(
            project.with("jobs/b_dwd.yml", Project.TRANSFORM + "freshness: 0 minutes\n").problems())
        .containsExactly(
            "conf/jobs/b_dwd.yml > line 6: freshness: '0 minutes' is no time at all; write more"
                + " than 0");
  }

  @Test
  void suggestsTheJobThatWasMeant() {
    JobCatalog jobs = new Project(root).read().jobs();
    assertThatThrownBy(() -> jobs.job("dwd_evnt"))
        .hasMessage("'dwd_evnt' is not a job; did you mean 'dwd_event'?");
    assertThatThrownBy(() -> jobs.job("nothing_like_it"))
        .hasMessage(
            "'nothing_like_it' is not a job; the jobs are ods_event, dwd_event, dws_event_1min");
  }

  @Test
  void refusesTwoJobsThatWriteOneTable() {
    assertThat(
            new Project(root)
                .with("jobs/d.yml", Project.TRANSFORM.replace("job: dwd_event", "job: again"))
                .problems())
        .containsExactly(
            "conf/jobs/d.yml > line 5: output: 'dwd.event' is written by another job,"
                + " conf/jobs/b_dwd.yml; choose another");
  }

  @Test
  void refusesAnOutputThatAnotherJobMakesBesideItsOwn() {
    assertThat(
            new Project(root)
                .with(
                    "jobs/d.yml",
                    Project.TRANSFORM
                        .replace("job: dwd_event", "job: again")
                        .replace("output: dwd.event", "output: ods.event_dead_letter"))
                .with(
                    "jobs/e.yml",
                    Project.TRANSFORM
                        .replace("job: dwd_event", "job: viewed")
                        .replace("output: dwd.event", "output: dws.event_1min_v"))
                .problems())
        .anyMatch(
            problem ->
                problem.contains(
                    "'ods.event_dead_letter' is the table of dead letters of job ods_event,"))
        .anyMatch(
            problem -> problem.contains("'dws.event_1min_v' is the view of job dws_event_1min,"));
  }

  @Test
  void refusesCyclesOnce() {
    assertThat(
            new Project(root)
                .transform("dwd.b", "dwd.a")
                .transform("dwd.c", "dwd.b")
                .transform("dwd.a", "dwd.c")
                .transform("dwd.self", "dwd.self")
                .problems())
        .containsExactly(
            "conf/jobs/dwd_a.yml > line 2: input: 'dwd.b' makes a cycle: dwd.a from dwd.b from"
                + " dwd.c from dwd.a; read a table that does not come from this one",
            "conf/jobs/dwd_self.yml > line 2: input: 'dwd.self' makes a cycle: dwd.self from"
                + " dwd.self; read a table that does not come from this one");
  }

  @Test
  void refusesMoreThanFourHops() {
    Project project =
        new Project(root)
            .transform("dwd.event", "dwd.a")
            .transform("dwd.a", "dwd.b")
            .transform("dwd.b", "dwd.c");
    assertThat(project.problems()).isEmpty();
    assertThat(project.transform("dwd.c", "dwd.d").problems())
        .containsExactly(
            "conf/jobs/dwd_d.yml > line 2: input: 'dwd.c' is 5 hops from ods.event (ods_event ->"
                + " dwd_event -> dwd_a -> dwd_b -> dwd_c -> dwd_d); use at most 4, by reading a table"
                + " nearer to it");
  }

  @Test
  void refusesToReadIncrementsAndAgainstTheFlow() {
    assertThat(new Project(root).transform("dws.event_1min", "dwd.a").problems())
        .containsExactly(
            "conf/jobs/dwd_a.yml > line 2: input: 'dws.event_1min' is an aggregate, whose table"
                + " holds increments and no rows to read; read ods.event instead, add a granularity to job"
                + " dws_event_1min, or declare a rollup of it below conf/views",
            "conf/jobs/dwd_a.yml > line 2: input: 'dws.event_1min' is in a layer above dwd.a, which"
                + " is written from it; data flows ods > dwd > dwm > dws > ads, so move the output"
                + " to dws or higher");
  }

  private static List<String> names(List<? extends JobSpec> jobs) {
    return jobs.stream().map(JobSpec::name).toList();
  }
}
