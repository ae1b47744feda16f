package io.tidemark.tests.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.compaction.retain.TableVacuum;
import io.tidemark.compaction.retain.Vacuum;
import io.tidemark.compaction.retain.VacuumListener;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.run.KnownRecord;
import io.tidemark.jobs.run.KnownUsers;
import io.tidemark.jobs.run.KnownUsers.Report;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.ViewSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.Interpreted;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users stay known when the history of their table, and of the summary, is taken away. */
@AnyZone
class KnownUsersVacuumTest {
  private static final LocalDate FIRST = LocalDate.of(2026, 3, 10);
  private static final Duration AGE = Duration.ofDays(5);
  private static final Duration ORPHAN_AGE = Duration.ofDays(3);
  private static final TableName KNOWN = TableName.parse("dws.visit_user_td");
  private static final TableName SUMMARY = TableName.parse("dws.visit_user_1d");

  @TempDir private Path home;
  private LocalLakehouse house;
  private ViewSpec view;

  @Test
  void usersAreCarriedOnAfterAVacuumAndReadAnewWhereTheSummaryHasForgotten() throws IOException {
    open();
    came(FIRST, "ann", "bob");
    came(FIRST.plusDays(1), "ann");
    came(FIRST.plusDays(2), "cat");
    Seals.seal(
        house.lake().load(TableName.parse("ods.visit")), new Range(FIRST, FIRST.plusDays(6)));
    for (int day = 0; day < 3; day++) {
      roll(day);
    }

    TableVacuum first = vacuum();

    assertThat(first.expired()).as("of three runs").isPositive();
    Table known = house.lake().load(KNOWN);
    assertThat(KnownRecord.latest(known).orElseThrow().through())
        .isEqualTo(FIRST.plusDays(2).toString());
    assertThat(roll(2)).isEqualTo(new Report(view.name(), FIRST.plusDays(2), null, ""));
    assertThat(lines("SELECT user_id, first_dt FROM %s WHERE dt = DATE'2026-03-12'", KNOWN))
        .containsExactlyInAnyOrder("ann,2026-03-10", "bob,2026-03-10", "cat,2026-03-12");
    assertThat(lines("SELECT count(*) FROM %s WHERE dt = DATE'2026-03-11'", KNOWN))
        .as("for who reads the view as it was before the last run")
        .containsExactly("2");

    came(FIRST.plusDays(3), "bob", "dan");
    came(FIRST.plusDays(4), "dan", "eve");
    theRecentViewIsTheViewBehind(2);
    assertThat(roll(3)).isEqualTo(new Report(view.name(), FIRST.plusDays(3), 4L, ""));
    theRecentViewIsTheViewBehind(3);

    came(FIRST.plusDays(5), "ann");
    vacuum();
    assertThat(roll(4))
        .as("the snapshot of the summary as of which users were known is gone")
        .isEqualTo(
            new Report(
                view.name(),
                FIRST.plusDays(4),
                5L,
                "the summary's history does not reach back to when they were read"));
    theRecentViewIsTheViewBehind(4);
  }

  private void theRecentViewIsTheViewBehind(int day) {
    String columns = "SELECT dt, active_users, new_users, returning_users FROM %s";
    assertThat(lines(columns, view.recent()))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(
            lines(columns + " WHERE dt > DATE'" + FIRST.plusDays(day) + "'", view.name()));
  }

  private Report roll(int day) {
    return new KnownUsers(house.lake(), house.jobs(), house.tables())
        .roll(view, FIRST.plusDays(day));
  }

  /** Of all tables, when what is there now is older than the retention. */
  private TableVacuum vacuum() {
    Policies policies =
        new Policies(
            Declarations.read(home.resolve("conf"), "local", Map.of()).of(CompactionPolicy.class));
    List<TableVacuum> done =
        new Vacuum(
                house.lake(),
                house.jobs(),
                policies,
                new Vacuum.Settings(
                    Instant.now().plus(AGE).plusSeconds(1),
                    AGE,
                    AGE.plus(ORPHAN_AGE).plusSeconds(1)),
                VacuumListener.SILENT)
            .run(List.of());
    assertThat(done).allSatisfy(each -> assertThat(each.failures()).isEmpty());
    assertThat(done).allSatisfy(each -> assertThat(each.refusals()).isEmpty());
    return done.stream()
        .filter(each -> each.table().equals(KNOWN.toString()))
        .findFirst()
        .orElseThrow();
  }

  private void came(LocalDate day, String... users) {
    for (String user : users) {
      house
          .lake()
          .spark()
          .sql(
              "INSERT INTO %s (dt, user_id, row_count, pv) VALUES (DATE'%s', '%s', 1, 1)"
                  .formatted(house.lake().identifier(SUMMARY), day, user));
    }
    // Rows alone, which vacuum may forget, would say nothing of what the stream has read.
    Commits.takeOver(house.lake().load(SUMMARY), "dws_visit_user_1d", Marker.IN_TABLE);
  }

  private List<String> lines(String sql, TableName table) {
    List<Row> rows =
        house.lake().spark().sql(sql.formatted(house.lake().identifier(table))).collectAsList();
    return rows.stream().map(row -> row.mkString(",")).toList();
  }

  private void open() throws IOException {
    write(
        "env/local.yml",
        """
        time-zone: UTC
        catalog: { type: embedded, warehouse: "%s" }
        checkpoints: "%s"
        kafka: { bootstrap-servers: "localhost:1" }
        spark:
          spark.master: local[2]
          spark.ui.enabled: false
        """
                .formatted(home.resolve("warehouse"), home.resolve("checkpoints"))
            + Interpreted.yaml());
    write(
        "jobs/ods.yml",
        """
        job: ods_visit
        topic: visit
        columns:
          user_id: string
          event_time: { type: timestamp, format: epoch-millis, required: true }
        event-time: { column: event_time }
        output: ods.visit
        """);
    write(
        "jobs/dws.yml",
        """
        job: dws_visit_user_1d
        input: ods.visit
        dimensions: [user_id]
        window: 1 day
        lateness: unlimited
        metrics:
          pv: { count: "*" }
        output: dws.visit_user_1d
        """);
    write(
        "views/users.yml",
        """
        view: ads.visit_users_v
        of: dws.visit_user_1d
        users: { user: user_id, returning-after: 1 day, known: dws.visit_user_td }
        """);
    // Manifests are written anew, so that the newest snapshot is none of a run.
    write("compaction/known.yml", "table: dws.visit_user_td\ndue: { manifests: 2 }\n");
    house = LocalLakehouse.open(home.resolve("conf"), "local");
    house.createTables();
    view = house.jobs().views().get(0);
  }

  private void write(String file, String text) throws IOException {
    Path path = home.resolve("conf").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
