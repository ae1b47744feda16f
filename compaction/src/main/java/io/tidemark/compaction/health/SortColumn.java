package io.tidemark.compaction.health;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.SortField;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;

/** The column that a table's files are sorted by first, with its values as numbers. */
final class SortColumn {
  /** Bytes of a text that count; more do not fit into a number. */
  private static final int TEXT_BYTES = 6;

  private final int id;
  private final Type type;

  private SortColumn(int id, Type type) {
    this.id = id;
    this.type = type;
  }

  /** The column; nothing without a sort order, or where it begins with a function of a column. */
  static Optional<SortColumn> of(Table table) {
    if (table.sortOrder().isUnsorted()) {
      return Optional.empty();
    }
    SortField first = table.sortOrder().fields().get(0);
    Type type = table.schema().findType(first.sourceId());
    return first.transform().isIdentity() && isMeasured(type)
        ? Optional.of(new SortColumn(first.sourceId(), type))
        : Optional.empty();
  }

  private static boolean isMeasured(Type type) {
    return switch (type.typeId()) {
      case INTEGER, LONG, FLOAT, DOUBLE, DECIMAL, DATE, TIME, TIMESTAMP, STRING -> true;
      default -> false;
    };
  }

  /** The smallest value in a file; NaN where the file does not say. */
  double lower(DataFile file) {
    return number(file.lowerBounds());
  }

  /** The largest value in a file, at least; NaN where the file does not say. */
  double upper(DataFile file) {
    return number(file.upperBounds());
  }

  private double number(Map<Integer, ByteBuffer> bounds) {
    ByteBuffer bound = bounds == null ? null : bounds.get(id);
    if (bound == null) {
      return Double.NaN;
    }
    Object value = Conversions.fromByteBuffer(type, bound);
    if (value instanceof BigDecimal decimal) {
      return decimal.doubleValue();
    }
    return value instanceof Number number ? number.doubleValue() : text(value.toString());
  }

  private static double text(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    double number = 0;
    for (int i = 0; i < TEXT_BYTES; i++) {
      number = number * 256 + (i < bytes.length ? bytes[i] & 0xFF : 0);
    }
    return number;
  }
}
