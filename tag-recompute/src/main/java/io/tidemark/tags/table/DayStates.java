package io.tidemark.tags.table;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.table.DeclaredTable;
import io.tidemark.catalog.table.PartitionTerm;
import io.tidemark.catalog.table.PartitionTerm.Function;
import io.tidemark.tags.plan.DayState;
import io.tidemark.tags.plan.DayState.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The table {@code ops.tag_day}: a row for each history and day that a build has looked at, and how
 * large the history was when the day was its latest. A history's rows are one file, which each
 * build replaces. What a crash has kept from being written is in the record of the newest build,
 * and is written by the next one.
 */
public final class DayStates {
  /** The table. */
  public static final TableName NAME = TableName.parse("ops.tag_day");

  private static final int MAX_ATTEMPTS = 50;
  private static final String HISTORY = "history";
  private static final StructType SCHEMA =
      new StructType()
          .add(HISTORY, DataTypes.StringType)
          .add("dt", DataTypes.DateType)
          .add("state", DataTypes.StringType)
          .add("inputs", DataTypes.createMapType(DataTypes.StringType, DataTypes.LongType, false))
          .add("rows", DataTypes.LongType)
          .add("user_days", DataTypes.LongType)
          .add("build", DataTypes.LongType)
          .add("users", DataTypes.LongType)
          .add("block_bytes", DataTypes.LongType)
          .add("user_bytes", DataTypes.LongType)
          .add("directory_bytes", DataTypes.LongType)
          .add("written_bytes", DataTypes.LongType);

  /** A history's rows. Sizes are known of days that were the latest. */
  private record Rows(SortedMap<LocalDate, DayState> states, Map<LocalDate, HistorySizes> sizes) {}

  private final Lakehouse lake;

  public DayStates(Lakehouse lake) {
    this.lake = lake;
  }

  /** The table, created when it is not there. */
  public Table ensure() {
    return lake.ensure(
        new DeclaredTable(
                NAME,
                SparkSchemaUtil.convert(SCHEMA),
                Map.of(),
                List.of(new PartitionTerm(Function.IDENTITY, 0, HISTORY)),
                List.of(),
                Map.of(),
                Map.of(),
                false)
            .described("What histories know of each day.", "", List.of(HISTORY, "dt")));
  }

  /** What is known of a history's days; nothing before the first build. */
  public SortedMap<LocalDate, DayState> of(String history) {
    if (!lake.exists(NAME)) {
      return new TreeMap<>();
    }
    Table table = lake.load(NAME);
    return read(table, table.currentSnapshot(), history).states();
  }

  /** Few rows of one file: without the engine, which takes longer to plan them than to read. */
  private static Rows read(Table table, Snapshot snapshot, String history) {
    Rows rows = new Rows(new TreeMap<>(), new HashMap<>());
    if (snapshot == null) {
      return rows;
    }
    try (CloseableIterable<Record> found =
        IcebergGenerics.read(table)
            .useSnapshot(snapshot.snapshotId())
            .where(Expressions.equal(HISTORY, history))
            .build()) {
      for (Record row : found) {
        DayState state = state(row);
        rows.states().put(state.date(), state);
        sizes(row).ifPresent(sizes -> rows.sizes().put(state.date(), sizes));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + NAME, e);
    }
    return rows;
  }

  /**
   * Changes what is known of a history's days.
   *
   * @param change makes what is to be known of what is; asked again when another history's rows
   *     came first
   * @return what is known then
   */
  public SortedMap<LocalDate, DayState> update(
      String history, UnaryOperator<SortedMap<LocalDate, DayState>> change) {
    return update(history, change, Map.of());
  }

  /**
   * Changes what is known of a history's days.
   *
   * @param change likewise
   * @param sizes how large the history is, by the day that is its latest
   * @return what is known of days then
   */
  public SortedMap<LocalDate, DayState> update(
      String history,
      UnaryOperator<SortedMap<LocalDate, DayState>> change,
      Map<LocalDate, HistorySizes> sizes) {
    Table table = lake.load(NAME);
    for (int attempt = 1; ; attempt++) {
      Snapshot base = table.currentSnapshot();
      Rows there = read(table, base, history);
      Rows next =
          new Rows(change.apply(new TreeMap<>(there.states())), new HashMap<>(there.sizes()));
      sizes.forEach((day, own) -> next.sizes().merge(day, own, (old, now) -> now.after(old)));
      next.sizes().keySet().retainAll(next.states().keySet());
      if (next.equals(there)) {
        return next.states();
      }
      StagedFiles staged = write(table, history, next);
      try {
        replace(table, base, history, staged);
        return next.states();
      } catch (ValidationException | CommitFailedException e) {
        staged.discard();
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
      } catch (CommitStateUnknownException | UncheckedSQLException e) {
        // It may have landed, so its files stay; the next turn finds out.
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
      table.refresh();
    }
  }

  private static StagedFiles write(Table table, String history, Rows known) {
    List<DataFile> written = new ArrayList<>();
    try (TaskFiles files = new TaskFiles()) {
      TaskFiles.PartFile<Record> file = files.begin(table);
      for (DayState state : known.states().values()) {
        file.add(row(table, history, state, known.sizes().get(state.date())));
      }
      file.finish(written);
      files.keep();
    }
    return new StagedFiles(table, Set.copyOf(written));
  }

  private static Record row(Table table, String history, DayState state, HistorySizes sizes) {
    Record row = GenericRecord.create(table.schema());
    row.setField(HISTORY, history);
    row.setField("dt", state.date());
    row.setField("state", state.state().text());
    row.setField("inputs", state.inputs());
    row.setField("rows", state.rows());
    row.setField("user_days", state.userDays());
    row.setField("build", state.build());
    if (sizes != null) {
      row.setField("users", sizes.users());
      row.setField("block_bytes", sizes.blocks());
      row.setField("user_bytes", sizes.userPieces());
      row.setField("directory_bytes", sizes.directory());
      row.setField("written_bytes", sizes.written());
    }
    return row;
  }

  private static void replace(Table table, Snapshot base, String history, StagedFiles staged) {
    Expression ofHistory = Expressions.equal(HISTORY, history);
    OverwriteFiles overwrite =
        table
            .newOverwrite()
            .overwriteByRowFilter(ofHistory)
            .conflictDetectionFilter(ofHistory)
            .validateNoConflictingData()
            .validateNoConflictingDeletes();
    if (base != null) {
      overwrite.validateFromSnapshot(base.snapshotId());
    }
    staged.files().forEach(overwrite::addFile);
    overwrite.commit();
  }

  /** Nothing, too, where the table is of a version that has no sizes. */
  private static Optional<HistorySizes> sizes(Record row) {
    boolean known =
        row.struct().field("written_bytes") != null && row.getField("written_bytes") != null;
    return known
        ? Optional.of(
            new HistorySizes(
                number(row, "users"),
                number(row, "block_bytes"),
                number(row, "user_bytes"),
                number(row, "directory_bytes"),
                number(row, "written_bytes")))
        : Optional.empty();
  }

  @SuppressWarnings("unchecked") // The type of the column.
  private static DayState state(Record row) {
    return new DayState(
        row.getField("dt").toString(),
        State.valueOf(row.getField("state").toString().toUpperCase(Locale.ROOT)),
        (Map<String, Long>) row.getField("inputs"),
        number(row, "rows"),
        number(row, "user_days"),
        number(row, "build"));
  }

  private static long number(Record row, String column) {
    return (Long) row.getField(column);
  }
}
