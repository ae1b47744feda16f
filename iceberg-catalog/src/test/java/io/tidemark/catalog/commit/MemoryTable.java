package io.tidemark.catalog.commit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.types.Types;

/**
 * A table in memory, as several processes see it, each through a handle of its own, and whose
 * commits go wrong when a test says so.
 */
public final class MemoryTable {
  private static final TableIdentifier NAME = TableIdentifier.of("ods", "event");

  private final InMemoryCatalog catalog = new InMemoryCatalog();

  /** A table without partitions. */
  public MemoryTable() {
    this(
        new Schema(Types.NestedField.required(1, "id", Types.LongType.get())),
        PartitionSpec.unpartitioned());
  }

  private MemoryTable(Schema schema, PartitionSpec spec) {
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("ods"));
    catalog.createTable(
        NAME,
        schema,
        spec,
        Map.of(
            TableProperties.COMMIT_MIN_RETRY_WAIT_MS,
            "1",
            TableProperties.COMMIT_NUM_RETRIES,
            "50"));
  }

  /** A table of business days. */
  public static MemoryTable ofDays() {
    Schema schema =
        new Schema(
            Types.NestedField.optional(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "dt", Types.DateType.get()));
    return new MemoryTable(schema, PartitionSpec.builderFor(schema).identity("dt").build());
  }

  /** What happens in place of a commit, or around it. */
  @FunctionalInterface
  public interface Fault {
    /** Commits, or not. */
    void instead(Runnable commit);

    /** It lands, and the answer is lost. */
    static Fault landsUnanswered() {
      return commit -> {
        commit.run();
        throw new CommitStateUnknownException(new IOException("connection lost"));
      };
    }

    /** It never lands, and nobody says so. */
    static Fault vanishes() {
      return commit -> {
        throw new CommitStateUnknownException(new IOException("connection lost"));
      };
    }

    /** Somebody else does something in the last moment before it. */
    static Fault comesAfter(Runnable other) {
      return commit -> {
        other.run();
        commit.run();
      };
    }

    /** The process ends. */
    static Fault killed() {
      return commit -> {
        throw new Killed();
      };
    }
  }

  /** The end of a process. */
  public static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** A process's view of the table, whose first commits meet the faults, one each. */
  public Table handle(Fault... faults) {
    return unreliable(catalog.loadTable(NAME), new ArrayDeque<>(Arrays.asList(faults)));
  }

  /** A table whose next commits meet the faults, one each. */
  public static Table unreliable(Table table, Deque<Fault> faults) {
    return new BaseTable(new Unreliable(((BaseTable) table).operations(), faults), table.name());
  }

  /** A data file that is there, with so many rows. */
  public static StagedFiles staged(Table table, long rows) {
    String path = table.location() + "/data/" + UUID.randomUUID() + ".parquet";
    try (PositionOutputStream out = table.io().newOutputFile(path).create()) {
      out.write(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    DataFile file =
        DataFiles.builder(table.spec())
            .withPath(path)
            .withFileSizeInBytes(1)
            .withRecordCount(rows)
            .build();
    return new StagedFiles(table, Set.of(file));
  }

  /** A data file of a day that nobody opens. */
  public static DataFile file(Table table, LocalDate day, long rows) {
    return DataFiles.builder(table.spec())
        .withPath(table.location() + "/data/" + UUID.randomUUID() + ".parquet")
        .withPartitionPath("dt=" + day)
        .withFileSizeInBytes(1)
        .withRecordCount(rows)
        .build();
  }

  /** A commit of somebody who knows nothing of Tidemark. */
  public static void foreignAppend(Table table, long rows) {
    var append = table.newAppend();
    staged(table, rows).files().forEach(append::appendFile);
    append.commit();
  }

  /** Whether the staged files are still there. */
  public static boolean exist(StagedFiles staged) {
    try {
      return staged.files().stream()
          .allMatch(file -> staged.table().io().newInputFile(file.location()).exists());
    } catch (NotFoundException gone) {
      return false;
    }
  }

  private record Unreliable(TableOperations real, Deque<Fault> faults) implements TableOperations {
    @Override
    public TableMetadata current() {
      return real.current();
    }

    @Override
    public TableMetadata refresh() {
      return real.refresh();
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
      Fault fault = faults.poll();
      if (fault == null) {
        real.commit(base, metadata);
      } else {
        fault.instead(() -> real.commit(base, metadata));
      }
    }

    @Override
    public FileIO io() {
      return real.io();
    }

    @Override
    public String metadataFileLocation(String fileName) {
      return real.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
      return real.locationProvider();
    }
  }
}
