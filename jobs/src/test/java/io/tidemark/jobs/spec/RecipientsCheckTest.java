package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("any-zone")
class RecipientsCheckTest {
  @TempDir Path root;

  @Test
  void everyOwnerWithAnAddressAndEveryAddressWithAnOwnerIsFine() {
    assertThat(project("{ team-a: [a@example.com], team-b: [b@example.com] }").problems())
        .isEmpty();
    assertThat(project("{ default: [a@example.com] }").problems()).isEmpty();
    assertThat(project("{ default: [a@example.com], team-b: [b@example.com] }").problems())
        .isEmpty();
  }

  @Test
  void anOwnerThatNoJobHasIsATypo() {
    assertThat(project("{ default: [a@example.com], team-bb: [b@example.com] }").problems())
        .containsExactly(
            "conf/env/test.yml > mail.recipients.team-bb: 'b@example.com' is for an owner that no"
                + " job has; did you mean 'team-b'?");
  }

  @Test
  void jobsWhoseMailNobodyWouldGetAreNamed() {
    assertThat(project("{ team-a: [a@example.com] }").problems())
        .containsExactly(
            "conf/env/test.yml > mail.recipients.team-b is missing, so nobody would get mail on"
                + " dws_event_1min (team-b); write 'team-b: [name@example.com]', or 'default:"
                + " [name@example.com]' for every job");
  }

  @Test
  void aJobWithoutAnOwnerIsAMatterOfTheDefaultOnes() {
    Project project =
        project("{ team-a: [a@example.com] }").with("jobs/c_dws.yml", Project.AGGREGATE);

    assertThat(project.problems())
        .singleElement()
        .asString()
        .contains("mail.recipients.default is missing", "dws_event_1min (jobs without an owner)");
  }

  /** A job of each of two teams, and an environment with mail for some. */
  private Project project(String recipients) {
    return new Project(root)
        .with("jobs/b_dwd.yml", Project.TRANSFORM + "owner: team-a\n")
        .with("jobs/c_dws.yml", Project.AGGREGATE + "owner: team-b\n")
        .with(
            "env/test.yml",
            """
            time-zone: UTC
            catalog: { type: embedded, warehouse: w }
            checkpoints: c
            kafka: { bootstrap-servers: "one:9092" }
            mail:
              host: localhost
              from: t@example.com
              recipients:\s"""
                + recipients
                + "\n");
  }
}
