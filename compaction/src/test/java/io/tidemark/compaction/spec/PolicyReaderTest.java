package io.tidemark.compaction.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Problems;
import io.tidemark.compaction.spec.CompactionPolicy.Budget;
import io.tidemark.compaction.spec.CompactionPolicy.Cold;
import io.tidemark.compaction.spec.CompactionPolicy.Due;
import io.tidemark.compaction.spec.CompactionPolicy.Hot;
import io.tidemark.compaction.spec.CompactionPolicy.Maintenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyReaderTest {
  private static final TableName EVENT = TableName.parse("dwd.event");
  private static final long MIB = 1 << 20;

  @TempDir private Path root;
  private final Problems problems = new Problems();

  @Test
  void aTableAloneHasTheDefaultsOfATableWithoutAFile() throws IOException {
    write("event", "table: dwd.event\n");

    assertThat(read())
        .containsExactly(
            new CompactionPolicy(
                EVENT,
                256 * MIB,
                0.75,
                2048 * MIB,
                new Due(5, 0.1, 10, 10, 200, Duration.ofDays(1)),
                new Hot(Duration.ofMinutes(15), 100),
                new Budget(100L << 30, Duration.ofHours(1), 0.5),
                16 * MIB,
                Duration.ofDays(3),
                List.of(),
                Maintenance.APART,
                null))
        .containsExactly(CompactionPolicy.defaultFor(EVENT));
    assertThat(CompactionPolicy.defaultFor(EVENT).smallBytes()).isEqualTo(192 * MIB);
  }

  @Test
  void everyKeyIsRead() throws IOException {
    write(
        "event",
        """
        table: dwd.event
        target-file-size: 64 MiB
        small-file: 50%
        group-size: 1 GiB
        due:
          small-files: 3
          deletes: 2.5%
          delete-files: 4
          overlap: 6
          manifests: 50
          age: 6 hours
        hot: { quiet: 1 minute, max-files: 40 }
        budget: { bytes: 10 GiB, time: 10 minutes, cores: 25% }
        rate: 512 KiB
        lease: 12 hours
        z-order: [user_id, city]
        maintenance: inline
        cold:
          after: 30 days
          location: s3://cold/tables/
          compression-level: 19
          row-group-size: 64 MiB
          target-file-size: 128 MiB
        """);

    assertThat(read())
        .containsExactly(
            new CompactionPolicy(
                EVENT,
                64 * MIB,
                0.5,
                1024 * MIB,
                new Due(3, 0.025, 4, 6, 50, Duration.ofHours(6)),
                new Hot(Duration.ofMinutes(1), 40),
                new Budget(10L << 30, Duration.ofMinutes(10), 0.25),
                512 << 10,
                Duration.ofHours(12),
                List.of("user_id", "city"),
                Maintenance.INLINE,
                new Cold(Duration.ofDays(30), "s3://cold/tables", 19, 64 * MIB, 128 * MIB)));
  }

  @Test
  void aColdLocationIsEnoughToHaveTheOtherDefaults() throws IOException {
    write("event", "table: dwd.event\ncold: { after: 90 days, location: /cold }\n");
    UUID uuid = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");

    Cold cold = read().get(0).cold();

    assertThat(cold).isEqualTo(new Cold(Duration.ofDays(90), "/cold", 12, 256 * MIB, 512 * MIB));
    assertThat(cold.folderOf(EVENT, uuid)).isEqualTo("/cold/dwd/event/" + uuid);
  }

  @Test
  void whatCouldNotBeColdIsRefused() throws IOException {
    write("a", "table: dwd.a\ncold: { location: cold, compression-level: 23 }\n");
    write("b", "table: dwd.b\ncold: { after: 1 day, location: '/a,b', row-group-size: 2 GiB }\n");
    write("c", "table: dwd.c\ncold: { after: 1 day, location: /c, target-file-size: 128 MiB }\n");
    write("d", "table: dwd.d\ngroup-size: 256 MiB\ncold: { after: 1 day, location: 'file:/d/' }\n");

    assertThat(read()).isEmpty();

    assertThat(problems.list())
        .extracting(problem -> problem.file() + " " + problem.text())
        .containsExactlyInAnyOrder(
            "conf/compaction/a.yml line 2: cold.after is missing; write 'after: ...' (duration, more"
                + " than 0)",
            "conf/compaction/a.yml line 2: cold.location: 'cold' is no location; write a URI with"
                + " its scheme, as s3://bucket/cold, or an absolute path, without a comma",
            "conf/compaction/a.yml line 2: cold.compression-level: '23' is no level of zstd; write a"
                + " whole number from 1 (fast) to 22 (small)",
            "conf/compaction/b.yml line 2: cold.location: '/a,b' is no location; write a URI with"
                + " its scheme, as s3://bucket/cold, or an absolute path, without a comma",
            "conf/compaction/b.yml line 2: cold.row-group-size: '2 GiB' is too large for Parquet;"
                + " write less than 2 GiB",
            "conf/compaction/c.yml line 2: cold.target-file-size: '128 MiB' makes row-group-size"
                + " larger than target-file-size, so that no file could have one; write a"
                + " row-group-size of at most the target",
            "conf/compaction/c.yml line 2: cold.target-file-size: '128 MiB' makes"
                + " cold.target-file-size smaller than target-file-size, so that cold files would be"
                + " small ones; write a cold.target-file-size of at least as much",
            "conf/compaction/d.yml line 2: group-size: '256 MiB' makes cold.target-file-size larger"
                + " than group-size, so that no group would make a good cold file; write a group-size"
                + " of at least as much");
  }

  @Test
  void everyProblemOfEveryFileIsListed() throws IOException {
    write(
        "event",
        """
        table: dwd.event
        target-file-size: 256 MB
        due: { small-file: 3, deletes: 0% }
        budget: { cores: 0%, time: 0 minutes }
        strategy: sort
        """);
    write("order", "target-file-size: 4 GiB\n");
    write("twice", "table: dwd.twice\n");
    write("twice_more", "table: dwd.twice\n");

    read();

    assertThat(problems.list())
        .extracting(problem -> problem.file() + " " + problem.text())
        .containsExactlyInAnyOrder(
            "conf/compaction/event.yml line 2: target-file-size: '256 MB' is not a size; write a"
                + " whole number from 1 and a unit (KiB, MiB, GiB, TiB), such as 256 MiB",
            "conf/compaction/event.yml line 3: due.small-file is not a key; did you mean"
                + " 'small-files'?",
            "conf/compaction/event.yml line 3: due.deletes: '0%' is nothing; write more than 0%",
            "conf/compaction/event.yml line 4: budget.time: '0 minutes' is no time at all; write"
                + " more than 0",
            "conf/compaction/event.yml line 4: budget.cores: '0%' is nothing; write more than 0%",
            "conf/compaction/event.yml line 5: strategy is not a key; the keys here are table,"
                + " target-file-size, small-file, group-size, due, hot, budget, rate, lease,"
                + " z-order, maintenance, cold",
            "conf/compaction/order.yml table is missing; write 'table: ...' (layer.table)",
            "conf/compaction/order.yml line 1: target-file-size: '4 GiB' makes group-size smaller"
                + " than target-file-size, so that no group would make a good file; write a"
                + " group-size of at least the target",
            "conf/compaction/twice_more.yml line 1: table: 'dwd.twice' has a policy in another file"
                + " too; keep one of them");
  }

  @Test
  void aTableWithoutAFileHasTheDefaults() throws IOException {
    write("event", "table: dwd.event\nrate: 1 MiB\n");
    Policies policies = new Policies(read());
    TableName other = TableName.parse("dwd.other");

    assertThat(policies.of(EVENT).rate()).isEqualTo(MIB);
    assertThat(policies.of(other)).isEqualTo(CompactionPolicy.defaultFor(other));
    assertThat(policies.withoutTable(List.of(other))).containsExactly(EVENT);
    assertThat(PolicyReader.read(root.resolve("nowhere"), problems)).isEmpty();
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve("conf/compaction/" + name + ".yml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private List<CompactionPolicy> read() {
    return PolicyReader.read(root.resolve("conf"), problems);
  }
}
