package io.tidemark.tags.build;

import io.tidemark.tags.history.Block;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.Piece;
import io.tidemark.tags.history.UserDays;
import io.tidemark.tags.table.BlockRows;
import io.tidemark.tags.table.HistoryColumns;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Makes a row for each user and piece, of rows that come by bucket: first those of the directory,
 * then those of blocks, piece by piece. A piece is held decoded, and its users' rows are made one
 * by one.
 */
final class PieceUsers implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  /** The data file a block lies in. */
  static final String FILE = "file";

  /** Columns before the metrics: user, level, first day, last day, days, removed. */
  private static final int METRICS = 6;

  private final BlockRows rows;
  private final ArrayList<MetricType> types;
  private final String table;

  PieceUsers(BlockRows rows, List<MetricType> types, String table) {
    this.rows = rows;
    this.types = new ArrayList<>(types);
    this.table = table;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> input) {
    return new Flow(input);
  }

  private final class Flow extends RowFlow {
    private int bucket = -1;
    private Object[] ids = new Object[16];
    private Piece piece;
    private List<Block> blocks = new ArrayList<>();

    Flow(Iterator<Row> input) {
      super(input);
    }

    @Override
    void take(Row row) {
      int next = row.<Integer>getAs(HistoryColumns.BUCKET);
      if (next != bucket) {
        end();
        bucket = next;
        Arrays.fill(ids, null);
      }
      if (row.getAs(HistoryColumns.LEVEL) == null) {
        number(row.<Integer>getAs(HistoryColumns.NUMBER), row.getAs(HistoryColumns.USER_ID));
        return;
      }
      Piece of = BlockRows.piece(row);
      if (!of.equals(piece)) {
        end();
        piece = of;
      }
      blocks.add(rows.block(row).decode(types, table, row.getAs(FILE)));
    }

    private void number(int number, Object id) {
      if (number >= ids.length) {
        ids = Arrays.copyOf(ids, Math.max(number + 1, 2 * ids.length));
      }
      ids[number] = id;
    }

    private Object id(int number) {
      return number < ids.length ? ids[number] : null;
    }

    @Override
    void end() {
      if (piece != null) {
        emit(UserRow.of(blocks, this::id, table).stream().map(PieceUsers.this::row).iterator());
        blocks = new ArrayList<>();
        piece = null;
      }
    }
  }

  private Row row(UserRow user) {
    Block block = user.block();
    Object[] values = new Object[METRICS + types.size() + 1];
    values[0] = user.id();
    values[1] = block.piece().level().text();
    values[2] = LocalDate.ofEpochDay(block.piece().firstDay());
    values[3] = LocalDate.ofEpochDay(block.piece().lastDay());
    LocalDate[] days = days(block.days(), user.user());
    values[4] = days;
    values[5] = days(block.removed(), user.user());
    int from = block.days().starts()[user.user()];
    for (int i = 0; i < types.size(); i++) {
      Object[] ofUser = new Object[days.length];
      for (int day = 0; day < ofUser.length; day++) {
        ofUser[day] = block.metrics().get(i).value(types.get(i), from + day);
      }
      values[METRICS + i] = ofUser;
    }
    values[METRICS + types.size()] = block.bucket();
    return RowFactory.create(values);
  }

  private static LocalDate[] days(UserDays days, int user) {
    if (days == null) {
      return new LocalDate[0];
    }
    return Arrays.stream(days.days(), days.starts()[user], days.starts()[user + 1])
        .mapToObj(day -> LocalDate.ofEpochDay(days.firstDay() + day))
        .toArray(LocalDate[]::new);
  }
}
