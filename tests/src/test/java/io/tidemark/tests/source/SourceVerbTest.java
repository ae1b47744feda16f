package io.tidemark.tests.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A new source by one command: what is written passes, and reads what was looked at. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@AnyZone
class SourceVerbTest {
  private static final String MESSAGES =
      """
      {"scan_id":"s1","place":{"depot":"north"},"weight":12.5,"scanned_at":"2026-01-15T09:03:10+08:00","sent":1768439000000}
      {"scan_id":"s2","place":{"depot":"south"},"scanned_at":"2026-01-15T09:20:45+08:00","sent":1768440050000}
      """;

  @TempDir private Path folder;
  private SourceProject project;
  private Path file;

  /** The brokers to run on. */
  String brokers() {
    return SourceProject.sharedBroker();
  }

  @BeforeEach
  void writeMessages() throws IOException {
    project = new SourceProject(folder, brokers());
    project.job("other", project.topic("other"), "");
    file = folder.resolve("scans.jsonl");
    Files.writeString(file, MESSAGES);
  }

  @Test
  void aFileBecomesASourceThatReadsIt() throws IOException {
    ok(project.run("source", "add", "parcel_scan", "--file", file.toString()));
    assertThat(Files.readString(project.conf().resolve("jobs/ods/parcel_scan.yml")))
        .contains("scanned_at: { type: timestamp, format: iso-8601, required: true }")
        .contains("place_depot: { type: string, required: true, path: place.depot }")
        .contains("event-time: { column: scanned_at }");
    ok(project.run("validate"));
    ok(project.run("topics", "apply"));
    ok(project.run("produce", "parcel_scan", file.toString(), "--timestamp", "sent"));
    ok(project.run("run", "ods_parcel_scan", "--mode", "catchup"));
    assertThat(
            project
                .open()
                .lake()
                .spark()
                .sql("SELECT scan_id, place_depot, weight FROM ods.parcel_scan ORDER BY 1")
                .collectAsList())
        .extracting(Object::toString)
        .containsExactly("[s1,north,12.5]", "[s2,south,null]");

    VerbAnswer again = project.run("source", "add", "parcel_scan", "--file", file.toString());
    assertThat(again.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(again.err()).contains("parcel_scan.yml is there already");
  }

  @Test
  void aTopicBecomesASourceThatReadsIt() throws IOException {
    String topic = project.topic("scan");
    project.with("topics/all.yml", "topics: { \"" + topic + "\": 3 }\n");
    ok(project.run("topics", "apply"));
    int partition = 0;
    for (String line : MESSAGES.split("\n")) {
      project.send(
          new ProducerRecord<>(
              topic,
              partition++,
              1_768_441_000_000L,
              SourceProject.bytes("k"),
              SourceProject.bytes(line)));
    }

    VerbAnswer add =
        ok(project.run("source", "add", "scan", "--topic", topic, "--event-time", "scanned_at"));

    assertThat(add.out()).contains("looked at 2 messages").doesNotContain("topics/scan.yml");
    assertThat(Files.readString(project.conf().resolve("jobs/ods/scan.yml"))).contains("from: key");
    ok(project.run("run", "ods_scan", "--mode", "catchup"));
    assertThat(project.open().lake().spark().table("ods.scan").count()).isEqualTo(2);
  }

  @Test
  void whatSuggestsNoSourceIsRefusedAndLeavesNothing() throws IOException {
    Files.writeString(file, "{\"a\":1}\n");
    VerbAnswer timeless = project.run("source", "add", "bad", "--file", file.toString());
    assertThat(timeless.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(timeless.err()).contains("No field is a time in every message");

    Files.writeString(file, "no JSON\n");
    assertThat(project.run("source", "add", "bad", "--file", file.toString()).err())
        .contains("No JSON object was found");
    assertThat(project.run("source", "add", "bad", "--topic", project.topic("nothing")).err())
        .contains("has no topic");
    assertThat(project.run("source", "add", "Bad", "--file", file.toString()).err())
        .contains("is not a name");
    assertThat(project.run("source", "add", "bad").exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(project.conf().resolve("jobs/ods/bad.yml")).doesNotExist();
    assertThat(project.conf().resolve("topics/bad.yml")).doesNotExist();
  }

  @Test
  void aDatabaseThatCannotBeLookedAtLeavesNothing() {
    String nowhere = "jdbc:postgresql://localhost:1/shop";
    assertRefused("is no address of a PostgreSQL server", "--jdbc", "jdbc:mysql://localhost/shop");
    assertRefused("does not stand on a command line", "--jdbc", nowhere + "?password=pear");
    assertRefused(
        "TIDEMARK_NOT_SET, which is not set",
        "--jdbc",
        nowhere,
        "--password-env",
        "TIDEMARK_NOT_SET");
    assertRefused("go with --jdbc", "--file", file.toString(), "--user", "cdc");
    assertRefused("go with --topic or --file", "--jdbc", nowhere, "--messages", "10");
    assertRefused("go with --topic or --file", "--jdbc", nowhere, "--event-time", "created_at");

    VerbAnswer down = project.run("source", "add", "shop", "--jdbc", nowhere, "--user", "cdc");
    assertThat(down.exitCode()).isEqualTo(ExitCodes.FAILURE);
    assertThat(down.err()).contains("the database at " + nowhere + " was not read");
    assertThat(project.conf().resolve("connect")).doesNotExist();
  }

  private void assertRefused(String message, String... options) {
    List<String> arguments = new ArrayList<>(List.of("source", "add", "shop"));
    arguments.addAll(List.of(options));
    VerbAnswer answer = project.run(arguments.toArray(String[]::new));
    assertThat(answer.exitCode()).as(answer.err()).isEqualTo(ExitCodes.REFUSED);
    assertThat(answer.err()).contains(message).doesNotContain("pear");
  }

  private static VerbAnswer ok(VerbAnswer answer) {
    assertThat(answer.exitCode()).as(answer.err()).isEqualTo(ExitCodes.OK);
    return answer;
  }
}
