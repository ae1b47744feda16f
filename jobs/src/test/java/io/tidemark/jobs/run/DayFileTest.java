package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.commit.StagedFiles;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.types.Types;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A day of results is written whole, or not at all. */
@Tag("any-zone")
class DayFileTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 14);
  private static final StructType COLUMNS =
      new StructType().add("dt", DataTypes.DateType).add("job", DataTypes.StringType);

  private Table table;

  /** Remembers the names it has given. */
  public static final class Names implements LocationProvider {
    private static final Set<String> GIVEN = ConcurrentHashMap.newKeySet();

    @Override
    public String newDataLocation(String filename) {
      String location = "memory://day-file/" + filename;
      GIVEN.add(location);
      return location;
    }

    @Override
    public String newDataLocation(PartitionSpec spec, StructLike partition, String filename) {
      return newDataLocation(filename);
    }
  }

  @BeforeEach
  void create() {
    Names.GIVEN.clear();
    InMemoryCatalog catalog = new InMemoryCatalog();
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("ops"));
    Schema schema =
        new Schema(
            Types.NestedField.optional(1, "dt", Types.DateType.get()),
            Types.NestedField.optional(2, "job", Types.StringType.get()));
    table =
        catalog.createTable(
            TableIdentifier.of("ops", "result"),
            schema,
            PartitionSpec.builderFor(schema).identity("dt").build(),
            Map.of(TableProperties.WRITE_LOCATION_PROVIDER_IMPL, Names.class.getName()));
  }

  @Test
  void aFileThatCouldNotBeFinishedIsDeleted() {
    List<Row> rows = List.of(RowFactory.create(DAY, "a"), RowFactory.create(DAY, "b"));
    StagedFiles first = new DayFile(table, DAY).write(row -> true, rows, COLUMNS);
    AppendFiles append = table.newAppend();
    first.files().forEach(append::appendFile);
    append.commit();
    assertThat(first.rows()).isEqualTo(2);
    Set<String> whole = there();
    assertThat(whole).hasSize(1);

    assertThatThrownBy(
            () ->
                new DayFile(table, DAY)
                    .write(
                        row -> {
                          if (row.getField("job").equals("b")) {
                            throw new IllegalStateException("it cannot be read");
                          }
                          return true;
                        },
                        rows,
                        COLUMNS))
        .hasMessage("it cannot be read");
    assertThat(there()).isEqualTo(whole);

    assertThatThrownBy(
            () ->
                new DayFile(table, DAY)
                    .write(row -> true, List.of(RowFactory.create(DAY, 7)), COLUMNS))
        .isInstanceOf(ClassCastException.class);
    assertThat(Names.GIVEN).as("files that were begun").hasSize(3);
    assertThat(there()).isEqualTo(whole);

    assertThat(new DayFile(table, DAY).write(row -> false, List.of(), COLUMNS).files()).isEmpty();
    assertThat(there()).isEqualTo(whole);
  }

  private Set<String> there() {
    InMemoryFileIO files = (InMemoryFileIO) table.io();
    return Names.GIVEN.stream().filter(files::fileExists).collect(Collectors.toSet());
  }
}
