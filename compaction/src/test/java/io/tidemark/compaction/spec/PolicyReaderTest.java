package io.tidemark.compaction.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Problems;
import io.tidemark.compaction.spec.CompactionPolicy.Budget;
import io.tidemark.compaction.spec.CompactionPolicy.Due;
import io.tidemark.compaction.spec.CompactionPolicy.Hot;
import io.tidemark.compaction.spec.CompactionPolicy.Maintenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
                Maintenance.APART))
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
                Maintenance.INLINE));
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
                + " target-file-size, small-file, group-size, due, hot, budget, rate, lease, z-order, maintenance",
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
