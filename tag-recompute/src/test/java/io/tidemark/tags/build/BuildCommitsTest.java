package io.tidemark.tags.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.tags.plan.BuildRecord;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-zone")
class BuildCommitsTest {
  private static final TableIdentifier NAME = TableIdentifier.of("dws", "reading_block_td");
  private static final BuildRecord OURS = record(1, "ours");

  private final InMemoryCatalog catalog = new InMemoryCatalog();

  @BeforeEach
  void create() {
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("dws"));
    catalog.createTable(
        NAME, new Schema(Types.NestedField.optional(1, "bucket", Types.IntegerType.get())));
  }

  @Test
  void whatComesTooLateLeavesNoFile() throws IOException {
    StagedFiles staged = staged(catalog.loadTable(NAME));

    assertThatThrownBy(
            () ->
                BuildCommits.commit(
                    staged,
                    OURS,
                    Optional.empty(),
                    table -> {
                      if (table.currentSnapshot() == null) {
                        commit(record(1, "other"), Optional.empty());
                      }
                      return List.of();
                    },
                    List.of()))
        .isInstanceOf(BuildOvertakenException.class);

    assertThat(isThere(staged)).isFalse();
  }

  /** Its files are the table's: the other build stands on it. */
  @Test
  void aCommitThatLandedUnheardKeepsItsFiles() throws IOException {
    StagedFiles staged =
        staged(
            unheard(catalog.loadTable(NAME), () -> commit(record(2, "other"), Optional.of(OURS))));

    assertThatThrownBy(
            () ->
                BuildCommits.commit(staged, OURS, Optional.empty(), table -> List.of(), List.of()))
        .isInstanceOf(BuildOvertakenException.class);

    assertThat(isThere(staged)).isTrue();
    Table table = catalog.loadTable(NAME);
    assertThat(table.newScan().planFiles())
        .extracting(task -> task.file().location())
        .containsExactly(staged.files().iterator().next().location());
  }

  private void commit(BuildRecord record, Optional<BuildRecord> before) {
    BuildCommits.commit(
        StagedFiles.none(catalog.loadTable(NAME)), record, before, table -> List.of(), List.of());
  }

  /** A table whose commits land, and whose answers are lost after something else has happened. */
  private static Table unheard(Table table, Runnable meanwhile) {
    TableOperations real = ((BaseTable) table).operations();
    TableOperations unheard =
        (TableOperations)
            Proxy.newProxyInstance(
                BuildCommitsTest.class.getClassLoader(),
                new Class<?>[] {TableOperations.class},
                (proxy, method, args) -> {
                  try {
                    Object result = method.invoke(real, args);
                    if (method.getName().equals("commit")) {
                      meanwhile.run();
                      throw new CommitStateUnknownException(new IOException("connection lost"));
                    }
                    return result;
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return new BaseTable(unheard, table.name());
  }

  private static StagedFiles staged(Table table) throws IOException {
    String location = table.location() + "/data/" + UUID.randomUUID() + ".parquet";
    try (PositionOutputStream out = table.io().newOutputFile(location).create()) {
      out.write(1);
    }
    DataFile file =
        DataFiles.builder(PartitionSpec.unpartitioned())
            .withPath(location)
            .withFileSizeInBytes(1)
            .withRecordCount(1)
            .build();
    return new StagedFiles(table, Set.of(file));
  }

  private static boolean isThere(StagedFiles staged) {
    try {
      return staged.table().io().newInputFile(staged.files().iterator().next().location()).exists();
    } catch (NotFoundException gone) {
      return false;
    }
  }

  private static BuildRecord record(long number, String attempt) {
    return new BuildRecord(
        "reading", number, attempt, false, "2026-01-01", 0, 0, List.of(4, 8, 128), List.of());
  }
}
