package io.tidemark.tests.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.VerbAnswer;
import io.tidemark.tests.servers.PostgreSql;
import io.tidemark.tests.servers.SharedServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A table of PostgreSQL held against its mirror, quiet and while it is written. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@AnyZone
class CheckDatabaseTest {
  private static final String MIRROR = "dwd_till_receipts";
  private static final Duration BETWEEN_WRITES = Duration.ofMillis(30);
  private static final int ROWS = 600;

  @TempDir private Path folder;
  private SourceProject project;

  @Test
  void whatDiffersIsFoundAndWhatIsOnItsWayIsNot() throws Exception {
    assumeTrue(PostgreSql.isInstalled(), PostgreSql.NOT_INSTALLED);
    String url = SharedServers.postgreSql().createDatabase("till");
    project = new SourceProject(folder, SourceProject.sharedBroker());
    project.job("other", project.topic("other"), "");
    try (CapturedTill till = new CapturedTill(url, project.servers())) {
      declare(url);
      till.upsert(
          """
          INSERT INTO receipts SELECT i, CASE WHEN i %% 7 = 0 THEN NULL ELSE 'état ' || i || ' 漢' END,
            i * 1.10, (i * 1000000007::numeric * 1000000007) / 8, 'c' || (i %% 90), i %% 2 = 0,
            CASE i %% 4 WHEN 0 THEN '-0' WHEN 1 THEN i / 3.0 ELSE i END, i / 7.0::real,
            DATE '1965-01-01' + i, TIMESTAMP '2026-01-15 08:00:00.000001' + i * INTERVAL '1 hour',
            TIMESTAMPTZ '1969-12-31 23:59:59.999999+05:30' + i * INTERVAL '1 day',
            TIME '00:00:01.5' + i * INTERVAL '1 second', ARRAY['a' || i, NULL, 'b "c"'],
            jsonb_build_object('n', i, 'text', E'line\\nbreak'), decode(repeat(md5(i::text), 5), 'hex'),
            i * INTERVAL '1 minute' FROM generate_series(1, %d) i
          """
              .formatted(ROWS));
      till.beat();
      run("run", "ods_till_receipts_change", MIRROR, "--mode", "catchup");

      VerbAnswer sound = check();
      assertThat(sound.exitCode()).as(sound.out() + sound.err()).isEqualTo(ExitCodes.OK);
      assertThat(sound.out())
          .contains(
              "✓ database dwd_till_receipts: 600 rows in till:public.receipts, 600 in dwd.till_receipts_v, all equal; not compared: lasts");

      damage(till);
      VerbAnswer damaged = check();
      assertThat(damaged.exitCode()).as(damaged.out()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
      assertDamaged(damaged);
      whileWritten(till);
      down(url);
    }
    assertThat(
            project
                .open()
                .lake()
                .spark()
                .sql("SELECT name, kind, left_count, right_count, within FROM ops.end_check")
                .collectAsList())
        .extracting(Object::toString)
        .containsExactly("[dwd_till_receipts,database,null,null,false]");
  }

  private void declare(String url) throws Exception {
    Path password = Files.writeString(folder.resolve("password"), PostgreSql.PASSWORD);
    run(
        "source",
        "add",
        "till",
        "--jdbc",
        url,
        "--user",
        PostgreSql.USER,
        "--password-file",
        password.toString());
    database(url);
    run("topics", "apply");
  }

  private void database(String url) throws Exception {
    Path file = project.conf().resolve("env/local.yml");
    String text = Files.readString(file);
    int before = text.indexOf("databases:");
    project.with(
        "env/local.yml",
        (before < 0 ? text : text.substring(0, before))
            + """
            databases:
              till: { url: "%s", user: %s, password: "${file:%s}" }
            """
                .formatted(url, PostgreSql.USER, folder.resolve("password")));
  }

  /** Behind the capture's back in the source, and behind Tidemark's in the mirror. */
  private void damage(CapturedTill till) {
    till.run("UPDATE receipts SET amount = amount + 0.01 WHERE id = 7");
    till.run("DELETE FROM receipts WHERE id = 8");
    till.run("INSERT INTO receipts (id, status) VALUES (9000, 'unseen')");
    project.open().lake().spark().sql("DELETE FROM dwd.till_receipts WHERE id = 9");
  }

  private static void assertDamaged(VerbAnswer check) {
    assertThat(check.out())
        .contains("✗ database dwd_till_receipts")
        .contains("2 only in the source, 1 only in the mirror, 1 with other values")
        .contains("id=7 (other values)", "id=8 (only in the mirror)")
        .contains("id=9 (only in the source)", "id=9000 (only in the source)");
  }

  private void whileWritten(CapturedTill till) throws Exception {
    StopSignal stop = new StopSignal();
    LocalLakehouse house = project.open();
    CompletableFuture<Void> streams =
        CompletableFuture.runAsync(
            () ->
                house.streams(stop, MicroBatchListener.SILENT).stream(
                    house.jobs().jobs().stream()
                        .filter(job -> job.name().contains("till"))
                        .toList()));
    CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(till, stop));
    try {
      VerbAnswer damaged = check();
      assertThat(damaged.exitCode()).as(damaged.out()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
      assertDamaged(damaged);

      till.upsert("UPDATE receipts SET status = 'seen' WHERE id IN (7, 9, 9000)");
      till.upsert("INSERT INTO receipts (id, status) VALUES (8, 'again')");
      VerbAnswer mended = check();
      assertThat(mended.exitCode()).as(mended.out()).isEqualTo(ExitCodes.OK);
      assertThat(mended.out()).contains("✓ database dwd_till_receipts");
      assertThat(writer).as("the writer").isNotDone();
    } finally {
      stop.stop();
      writer.get(1, TimeUnit.MINUTES);
      streams.get(1, TimeUnit.MINUTES);
    }
  }

  /** Changes the same few rows again and again, and brings some and takes some. */
  private static void write(CapturedTill till, StopSignal stop) {
    Random random = new Random(4);
    for (int turn = 0; !stop.await(BETWEEN_WRITES); turn++) {
      int id = 100 + random.nextInt(200);
      if (turn % 10 == 0) {
        till.delete(id);
      } else {
        till.upsert(
            "INSERT INTO receipts (id, status) VALUES (%d, 'turn %d') ON CONFLICT (id) DO UPDATE SET status = excluded.status"
                .formatted(id, turn));
      }
    }
  }

  private void down(String url) throws Exception {
    database(url.replaceFirst(":\\d+/", ":1/"));
    VerbAnswer down = check();
    assertThat(down.exitCode()).isEqualTo(ExitCodes.FAILURE);
    assertThat(down.out())
        .contains("! database dwd_till_receipts: the database at", "does not answer")
        .doesNotContain(PostgreSql.PASSWORD);
    assertThat(down.err()).doesNotContain(PostgreSql.PASSWORD);
    Files.delete(folder.resolve("password"));
    assertThat(check().out())
        .contains("! database dwd_till_receipts: databases.till.password is taken from the file");
  }

  private void run(String... arguments) {
    VerbAnswer answer = project.run(arguments);
    assertThat(answer.exitCode()).as(answer.err()).isEqualTo(ExitCodes.OK);
  }

  private VerbAnswer check() {
    return project.run("check", MIRROR, "--wait", "60");
  }
}
