package io.tidemark.tags.build;

import io.tidemark.tags.history.Block;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.UserDays;
import io.tidemark.tags.table.HistoryColumns;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.parquet.ParquetValueWriter;
import org.apache.iceberg.parquet.TripleWriter;
import org.apache.iceberg.shaded.org.apache.parquet.column.ColumnDescriptor;
import org.apache.iceberg.shaded.org.apache.parquet.column.ColumnWriteStore;
import org.apache.iceberg.shaded.org.apache.parquet.column.ColumnWriter;
import org.apache.iceberg.shaded.org.apache.parquet.io.api.Binary;
import org.apache.iceberg.shaded.org.apache.parquet.schema.MessageType;
import org.apache.iceberg.shaded.org.apache.parquet.schema.PrimitiveType;
import org.apache.iceberg.shaded.org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.iceberg.shaded.org.apache.parquet.schema.Type.Repetition;

/**
 * Writes users' rows as Parquet, right from the arrays of blocks: an object for each value would be
 * most of the work.
 */
final class UserRowWriter implements ParquetValueWriter<UserRow> {
  private final List<String> metrics;
  private final List<MetricType> types;
  private final Map<String, ColumnDescriptor> columns = new HashMap<>();
  private final Map<String, Leaf> leaves = new HashMap<>();

  /**
   * A writer.
   *
   * @param file the columns of the file
   */
  UserRowWriter(MessageType file, List<String> metrics, List<MetricType> types) {
    this.metrics = metrics;
    this.types = types;
    file.getColumns().forEach(column -> columns.put(column.getPath()[0], column));
  }

  @Override
  public List<TripleWriter<?>> columns() {
    return List.of();
  }

  @Override
  public void setColumnStore(ColumnWriteStore store) {
    columns.forEach((name, column) -> leaves.put(name, new Leaf(column, store)));
  }

  @Override
  public void write(int repetition, UserRow row) {
    Block block = row.block();
    Object id = row.id();
    if (id instanceof Long number) {
      leaves.get(HistoryColumns.USER_ID).whole(0, number);
    } else {
      leaves.get(HistoryColumns.USER_ID).binary(Binary.fromString((String) id));
    }
    leaves.get(HistoryColumns.LEVEL).binary(Binary.fromString(block.piece().level().text()));
    leaves.get(HistoryColumns.FIRST_DAY).whole(0, block.piece().firstDay());
    leaves.get(HistoryColumns.LAST_DAY).whole(0, block.piece().lastDay());
    days(leaves.get(HistoryColumns.DAYS), block.days(), row.user());
    days(leaves.get(HistoryColumns.REMOVED), block.removed(), row.user());
    int from = block.days().starts()[row.user()];
    int to = block.days().starts()[row.user() + 1];
    for (int i = 0; i < metrics.size(); i++) {
      values(leaves.get(metrics.get(i)), types.get(i), block.metrics().get(i), from, to);
    }
  }

  private static void days(Leaf leaf, UserDays days, int user) {
    int from = days == null ? 0 : days.starts()[user];
    int to = days == null ? 0 : days.starts()[user + 1];
    if (from == to) {
      leaf.empty();
    }
    for (int i = from; i < to; i++) {
      leaf.whole(i == from ? 0 : 1, days.firstDay() + (long) days.days()[i]);
    }
  }

  private static void values(Leaf leaf, MetricType type, MetricValues values, int from, int to) {
    if (from == to) {
      leaf.empty();
    }
    for (int i = from; i < to; i++) {
      int repetition = i == from ? 0 : 1;
      if (values.nulls().get(i)) {
        leaf.missing(repetition);
      } else if (values instanceof MetricValues.Whole whole) {
        leaf.whole(repetition, whole.values()[i]);
      } else if (values instanceof MetricValues.Doubles doubles) {
        leaf.floating(repetition, doubles.values()[i]);
      } else {
        leaf.wide(repetition, (BigDecimal) values.value(type, i));
      }
    }
  }

  /** A column of the file: a value of the row, or of the array that the row has there. */
  private static final class Leaf {
    private final ColumnWriter writer;
    private final PrimitiveType type;

    /** Levels of a value, and of an array that is there and has none. */
    private final int present;

    private final int empty;

    Leaf(ColumnDescriptor column, ColumnWriteStore store) {
      writer = store.getColumnWriter(column);
      type = column.getPrimitiveType();
      present = column.getMaxDefinitionLevel();
      empty = present - (type.isRepetition(Repetition.OPTIONAL) ? 2 : 1);
    }

    void whole(int repetition, long value) {
      if (type.getPrimitiveTypeName() == PrimitiveTypeName.INT32) {
        writer.write(Math.toIntExact(value), repetition, present);
      } else if (type.getPrimitiveTypeName() == PrimitiveTypeName.INT64) {
        writer.write(value, repetition, present);
      } else {
        wide(repetition, BigDecimal.valueOf(value));
      }
    }

    void floating(int repetition, double value) {
      writer.write(value, repetition, present);
    }

    void wide(int repetition, BigDecimal value) {
      byte[] digits = value.unscaledValue().toByteArray();
      byte[] bytes = new byte[type.getTypeLength()];
      Arrays.fill(bytes, (byte) (digits[0] < 0 ? -1 : 0));
      System.arraycopy(digits, 0, bytes, bytes.length - digits.length, digits.length);
      writer.write(Binary.fromConstantByteArray(bytes), repetition, present);
    }

    void binary(Binary value) {
      writer.write(value, 0, present);
    }

    void missing(int repetition) {
      writer.writeNull(repetition, present - 1);
    }

    void empty() {
      writer.writeNull(0, empty);
    }
  }
}
