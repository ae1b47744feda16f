package io.tidemark.tests.tags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.tags.build.BuildOvertakenException;
import io.tidemark.tags.build.BuildResult;
import io.tidemark.tags.build.HistoryBuild;
import io.tidemark.tags.build.HistoryCheck;
import io.tidemark.tags.plan.BuildPlan.Mode;
import io.tidemark.tags.plan.BuildPlan.Request;
import io.tidemark.tags.plan.BuildRefusedException;
import io.tidemark.tags.spec.HistoryLayout;
import io.tidemark.tags.table.Builds;
import io.tidemark.tags.table.HistoryTables;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.Seed;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real tables show what was published, however it comes and wherever a build is cut off. */
@AnyZone
class HistoryBuildTest {
  static final String NAME = "reading";
  static final int DAYS = 10;
  static final HistoryLayout LAYOUT = new HistoryLayout(4, 2, 8, 4);

  private static final LocalDate FIRST = LocalDate.of(2026, 1, 1);
  private static final int USERS = 12;

  /** How the line ends that a build says when each of its three commits is made. */
  private static final List<String> COMMITTED =
      List.of("new users", "blocks are written", "users' pieces are written");

  private final long seed = Seed.of("HistoryBuildTest");
  private final Random random = new Random(seed);
  @TempDir private Path folder;
  private HistoryProject project;

  @BeforeEach
  void open() {
    project = new HistoryProject(folder, NAME, DAYS, LAYOUT);
  }

  @Test
  void theViewShowsWhatWasPublishedAndARebuildTheSame() {
    for (int step = 0; step < DAYS + 4; step++) {
      LocalDate day = FIRST.plusDays(step);
      if (step % 5 != 3) {
        publish(day);
      }
      if (step == 6 || step == 9) {
        publish(FIRST.plusDays(3));
        publish(FIRST.plusDays(step - 4));
      }
      if (step == 11) {
        project.undo(FIRST.plusDays(4));
      }
      if (step % 3 == 2) {
        assertViewShows(project.build(day).plan().latest());
        assertThat(project.build(day).isMade()).isFalse();
      }
    }
    LocalDate latest = FIRST.plusDays(DAYS + 3);
    BuildResult last = project.build(latest);
    assertThat(last.plan().missing())
        .containsExactly(FIRST.plusDays(4), FIRST.plusDays(8), FIRST.plusDays(13));
    List<String> maintained = project.view();

    assertThat(project.build(latest, Mode.BUCKET, line -> {}).isMade()).isTrue();
    assertThat(project.view()).isEqualTo(maintained);
    assertThat(project.build(latest, Mode.ALL, line -> {}).isMade()).isTrue();
    assertThat(project.view()).isEqualTo(maintained);
    assertShows(FIRST.plusDays(DAYS + 2));
    assertThat(
            project.rows(
                "SELECT dt, state, rows, user_days, build FROM ops.tag_day WHERE dt IN (DATE'2026-01-05', DATE'2026-01-12')"))
        .hasSize(2)
        .anyMatch(row -> row.startsWith("LocalDate 2026-01-05 | String missing | Long 0 | Long 0"));
  }

  /** A few days; {@code -Dtidemark.simulated-days=60} makes them as many. */
  @Test
  void everyDayIsThatOfARebuildHoweverDaysComeAndBuildsEnd() {
    LocalDate latest = FIRST;
    for (int step = 0; step < Integer.getInteger("tidemark.simulated-days", 4); step++) {
      LocalDate day = FIRST.plusDays(step);
      LocalDate other = day.minusDays(random.nextInt(Math.min(step, DAYS) + 1));
      if (step == 0 || random.nextInt(8) > 0) {
        publish(day);
      }
      if (random.nextInt(3) == 0) {
        publish(other);
      } else if (random.nextInt(6) == 0 && project.isPublished(other)) {
        project.undo(other);
      }
      if (step % 6 == 2) {
        BuilderMain.killAfter(folder, day, random.nextInt(4), random.nextInt(1500));
      } else if (random.nextInt(3) == 0) {
        String line = COMMITTED.get(random.nextInt(COMMITTED.size()));
        try {
          project.build(day, Mode.DAY, said -> cutOff(said, line));
        } catch (IllegalStateException cutOff) {
          assertThat(cutOff).hasMessage("cut off");
        }
      }
      latest = project.build(day).plan().latest();
      assertShows(latest);
      assertThat(project.madeAnew(day))
          .as("seed %d, made anew for %s", seed, day)
          .isEqualTo(project.view());
      assertThat(project.build(day).isMade()).isFalse();
    }
    List<String> maintained = project.view();
    project.build(latest, Mode.ALL, line -> {});
    assertThat(project.view()).as("seed %d", seed).isEqualTo(maintained);
  }

  /** The window goes on ending with it, in the view as in the blocks. */
  @Test
  void theNewestDayIsTakenBackAndComesAgain() {
    LocalDate latest = FIRST.plusDays(DAYS);
    for (LocalDate day = FIRST; !day.isAfter(latest); day = day.plusDays(1)) {
      project.publish(day, everybody(day.getDayOfMonth()), Map.of());
    }
    project.build(latest);
    List<String> whole = project.view();
    project.undo(latest);
    assertThat(project.view()).isEqualTo(whole);

    BuildResult without = project.build(latest);

    assertThat(without.plan().withdrawn()).containsExactly(latest);
    assertShows(latest);
    assertThat(states(latest)).containsExactly("String withdrawn");
    assertThat(project.build(latest, Mode.ALL, line -> {}).plan().latest()).isEqualTo(latest);
    assertShows(latest);
    assertThat(states(latest)).containsExactly("String withdrawn");
    project.publish(latest, everybody(latest.getDayOfMonth()), Map.of());
    project.build(latest);
    assertThat(project.view()).isEqualTo(whole);
    assertThat(states(latest)).containsExactly("String built");
  }

  private List<String> states(LocalDate day) {
    return project.rows("SELECT state FROM ops.tag_day WHERE dt = DATE'%s'".formatted(day));
  }

  @Test
  void theDayKnowsHowLargeTheHistoryWasAndWhatWasWritten() {
    project.publish(FIRST, everybody(1), Map.of());
    project.build(FIRST);
    project.lake.spark().sql("ALTER TABLE ops.tag_day DROP COLUMN written_bytes");
    LocalDate second = FIRST.plusDays(1);
    project.publish(second, everybody(2), Map.of());
    BuildResult one = project.build(second);
    project.publish(FIRST, everybody(3), Map.of());
    BuildResult other = project.build(second);

    assertThat(
            project.rows(
                "SELECT users, block_bytes, user_bytes, directory_bytes, written_bytes FROM ops.tag_day WHERE dt = DATE'%s'"
                    .formatted(second)))
        .containsExactly(
            "Long %d | Long %d | Long %d | Long %d | Long %d"
                .formatted(
                    USERS,
                    fileBytes("block"),
                    fileBytes("history"),
                    fileBytes("directory"),
                    one.bytes().sum() + other.bytes().sum()));
    assertThat(project.build(second).isMade()).isFalse();
    assertThat(project.rows("SELECT count(*) FROM ops.tag_day WHERE written_bytes > 0"))
        .as("what the table had no column for is made up for")
        .containsExactly("Long 2");
  }

  private long fileBytes(String table) {
    return project
        .lake
        .spark()
        .sql("SELECT sum(file_size_in_bytes) FROM dws.reading_%s_td.files".formatted(table))
        .head()
        .getLong(0);
  }

  /** A day's build by SIGKILL between each two of its commits, a rebuild by an exception. */
  @Test
  void aBuildThatWasCutOffIsMadeUpFor() {
    publish(FIRST);
    project.build(FIRST);
    LocalDate day = FIRST;
    for (String line : COMMITTED) {
      for (Mode mode : List.of(Mode.DAY, Mode.ALL)) {
        LocalDate before = day;
        List<String> shown = project.view();
        day = day.plusDays(1);
        publish(day);
        publish(before);
        LocalDate next = day;
        if (mode == Mode.DAY) {
          BuilderMain.killAt(folder, next, line);
          assertThat(project.view())
              .as("seed %d, %s when killed behind '%s'", seed, next, line)
              .isEqualTo(line.equals(COMMITTED.get(2)) ? project.expected(next) : shown);
        } else {
          assertThatThrownBy(() -> project.build(next, mode, said -> cutOff(said, line)))
              .hasMessage("cut off");
        }

        BuildResult result = project.build(next);

        assertThat(result.isMade()).isEqualTo(line.equals(COMMITTED.get(0)));
        assertViewShows(next);
      }
    }
    assertShows(day);
    HistoryTables tables = new HistoryTables(project.lake, project.spec);
    assertThat(Builds.newest(tables.blocks()).orElseThrow().record().number()).isEqualTo(7);
  }

  /** Wherever a build fails, and when another one overtakes it. */
  @Test
  void aBuildThatFailsLeavesNoFileThatNoCommitNames() throws IOException {
    project.publish(FIRST, everybody(1), Map.of());
    for (String line : COMMITTED.subList(0, 2)) {
      assertThatThrownBy(() -> project.build(FIRST, Mode.DAY, said -> cutOff(said, line)))
          .hasMessage("cut off");
      assertThat(project.unnamedFiles()).as(line).isEmpty();
    }
    LocalDate day = FIRST.plusDays(1);
    project.publish(day, everybody(2), Map.of());

    assertThatThrownBy(() -> project.build(day, Mode.DAY, said -> overtake(said, day)))
        .isInstanceOf(BuildOvertakenException.class);

    assertThat(project.unnamedFiles()).isEmpty();
    assertShows(day);
  }

  private void overtake(String said, LocalDate day) {
    if (said.endsWith(COMMITTED.get(0))) {
      project.build(day);
    }
  }

  @Test
  void bytesThatAreNotAsTheyWereWrittenAreNamedAndTheirBucketMadeAnew() throws IOException {
    project.publish(FIRST, everybody(1), Map.of());
    project.publish(FIRST.plusDays(1), everybody(2), Map.of());
    project.build(FIRST.plusDays(1));
    Row block =
        project
            .lake
            .spark()
            .sql("SELECT days, input_file_name() FROM dws.reading_block_td WHERE bucket = 1")
            .head();
    Path file = Path.of(URI.create(block.getString(1)).getPath());
    byte[] bytes = Files.readAllBytes(file);
    bytes[place(bytes, block.getAs(0)) + 8] ^= 4;
    Files.write(file, bytes);
    project.publish(FIRST.plusDays(2), everybody(3), Map.of());

    HistoryCheck check = new HistoryCheck(project.lake, project.spec);
    String what = "dws.reading_block_td, file " + block.getString(1) + ", users 0 to ";
    assertThatThrownBy(check::pieces).hasStackTraceContaining(what);

    assertThat(project.build(FIRST.plusDays(2), Mode.BUCKET, line -> {}).isMade()).isTrue();
    assertShows(FIRST.plusDays(2));
  }

  @Test
  void anotherLayoutTakesARebuild() {
    for (int day = 0; day < 4; day++) {
      project.publish(FIRST.plusDays(day), everybody(day), Map.of());
    }
    project.build(FIRST.plusDays(2));
    HistoryBuild other =
        new HistoryBuild(
            project.lake,
            HistoryProject.spec(NAME, DAYS, new HistoryLayout(8, 4, 8, 4)),
            line -> {});
    LocalDate day = FIRST.plusDays(3);

    assertThatThrownBy(() -> other.run(new Request(Mode.DAY, day, OptionalInt.empty())))
        .isInstanceOf(BuildRefusedException.class)
        .hasMessageContaining("buckets 4, week-days 2 and epoch-days 8, and others are declared");
    other.run(new Request(Mode.ALL, FIRST.plusDays(2), OptionalInt.empty()));
    assertThat(project.view()).isEqualTo(project.expected(FIRST.plusDays(2)));
    other.run(new Request(Mode.DAY, day, OptionalInt.empty()));

    assertThat(project.view()).isEqualTo(project.expected(day));
    HistoryCheck check =
        new HistoryCheck(
            project.lake, HistoryProject.spec(NAME, DAYS, new HistoryLayout(8, 4, 8, 4)));
    assertThat(check.pieces().differences()).isEmpty();
    assertThat(check.pieces().compared()).isGreaterThan(4);
  }

  private static Map<Integer, Long> everybody(long value) {
    Map<Integer, Long> all = new HashMap<>();
    for (int user = 0; user < USERS; user++) {
      all.put(user, value);
    }
    return all;
  }

  private static int place(byte[] bytes, byte[] part) {
    for (int at = 0; at < bytes.length - part.length; at++) {
      if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
    throw new AssertionError("the stream is not in the file");
  }

  private static void cutOff(String said, String line) {
    if (said.endsWith(line)) {
      throw new IllegalStateException("cut off");
    }
  }

  private void assertViewShows(LocalDate latest) {
    assertThat(project.view())
        .as("seed %d, up to %s", seed, latest)
        .isEqualTo(project.expected(latest));
  }

  /** The view, and both forms of the history against each other and against the input. */
  private void assertShows(LocalDate latest) {
    assertViewShows(latest);
    HistoryCheck check = new HistoryCheck(project.lake, project.spec);
    assertThat(check.pieces().differences()).isEmpty();
    assertThat(check.days().differences()).isEmpty();
  }

  private void publish(LocalDate day) {
    Map<Integer, Long> views = new HashMap<>();
    Map<Integer, BigDecimal> sums = new HashMap<>();
    for (int i = random.nextInt(USERS); i > 0; i--) {
      views.put(random.nextInt(USERS), random.nextInt(4) == 0 ? null : random.nextLong());
      sums.put(random.nextInt(USERS), BigDecimal.valueOf(random.nextInt(), 2));
    }
    project.publish(day, views, sums);
  }
}
