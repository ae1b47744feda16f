package io.tidemark.jobs.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tidemark.jobs.decode.Change.LogPosition;
import io.tidemark.jobs.decode.Change.Operation;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.jobs.spec.PayloadSpec;
import io.tidemark.jobs.spec.PayloadSpec.Format;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Makes changes of the images of a row that a message carries. Fields that are not declared are
 * skipped, so that a column added at the source disturbs nothing.
 */
final class RowImages implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What Debezium writes for a value that was stored apart and did not change. */
  private static final String UNAVAILABLE = "__debezium_unavailable_value";

  private static final String UNAVAILABLE_BYTES =
      Base64.getEncoder().encodeToString(UNAVAILABLE.getBytes(StandardCharsets.UTF_8));

  /** The same as an hstore, as an array of UUIDs, and as an array of whole numbers. */
  private static final String UNAVAILABLE_MAP = "{\"" + UNAVAILABLE + "\":\"" + UNAVAILABLE + "\"}";

  private static final String UNAVAILABLE_UUID =
      UUID.nameUUIDFromBytes(UNAVAILABLE.getBytes(StandardCharsets.UTF_8)).toString();

  private static final ArrayNode UNAVAILABLE_NUMBERS = JsonNodeFactory.instance.arrayNode();

  static {
    for (byte character : UNAVAILABLE.getBytes(StandardCharsets.UTF_8)) {
      UNAVAILABLE_NUMBERS.add((int) character);
    }
  }

  private final ColumnSpec[] columns;
  private final boolean[] isKey;
  private final boolean hasKey;
  private final ChangeValues values;

  /** Whether an update that leaves a column out left it as it was. */
  private final boolean absentIsUnchanged;

  /** Whether {@link #UNAVAILABLE} stands for a value. */
  private final boolean hasPlaceholder;

  RowImages(PayloadSpec payload, List<ColumnSpec> columns) {
    this.columns = columns.toArray(new ColumnSpec[0]);
    this.isKey = new boolean[this.columns.length];
    for (int i = 0; i < isKey.length; i++) {
      isKey[i] = payload.key().contains(this.columns[i].name());
    }
    this.hasKey = !payload.key().isEmpty();
    this.values = new ChangeValues(payload);
    this.hasPlaceholder = payload.format() == Format.DEBEZIUM_JSON;
    this.absentIsUnchanged = !hasPlaceholder;
  }

  /**
   * The change of a row to what {@code image} shows; before it comes the delete of the old key,
   * when the key changed, and without a key always that of the old row.
   *
   * @param old the row before, or as much of it as the message has; may be {@code null}
   */
  List<Change> changed(
      Operation operation,
      JsonNode image,
      JsonNode old,
      LogPosition position,
      Map<String, ConnectType> types)
      throws BadMessageException {
    Object[] row = new Object[columns.length];
    List<String> unchanged = new ArrayList<>();
    Decoded.Rejected worst = null;
    for (int i = 0; i < columns.length; i++) {
      JsonNode value = image.get(columns[i].path());
      JsonNode before = old == null ? null : old.get(columns[i].path());
      if (isUnavailable(value, columns[i]) && !isKey[i]) {
        value = before != null && !isUnavailable(before, columns[i]) ? before : null;
        if (value == null || value.isNull()) {
          unchanged.add(columns[i].name());
        }
      } else if (value == null
          && before == null
          && absentIsUnchanged
          && operation == Operation.UPDATE) {
        unchanged.add(columns[i].name());
      }
      row[i] = read(value, i, types);
      worst = worse(worst, fault(row[i], value, i, types));
    }
    throwIfAny(worst);
    List<Change> changes = new ArrayList<>();
    Object[] oldKey = old == null ? null : oldKey(row, old, types);
    if (operation == Operation.UPDATE && old != null && !hasKey) {
      changes.add(deleted(old, position, types));
    } else if (operation == Operation.UPDATE && oldKey != null) {
      changes.add(new Change(Operation.DELETE, oldKey, position, List.of()));
    }
    changes.add(new Change(operation, row, position, unchanged));
    return changes;
  }

  /** The end of the row that {@code image} shows, at least by its key. */
  Change deleted(JsonNode image, LogPosition position, Map<String, ConnectType> types)
      throws BadMessageException {
    Object[] row = new Object[columns.length];
    Decoded.Rejected worst = null;
    for (int i = 0; i < columns.length; i++) {
      JsonNode value = image.get(columns[i].path());
      value = isUnavailable(value, columns[i]) && !isKey[i] ? null : value;
      row[i] = read(value, i, types);
      worst = worse(worst, fault(row[i], value, i, types));
    }
    throwIfAny(worst);
    return new Change(Operation.DELETE, row, position, List.of());
  }

  /** The key before an update in a row without other values, or {@code null} if it is the same. */
  private Object[] oldKey(Object[] row, JsonNode old, Map<String, ConnectType> types)
      throws BadMessageException {
    Object[] key = new Object[columns.length];
    boolean differs = false;
    for (int i = 0; i < columns.length; i++) {
      if (isKey[i]) {
        JsonNode before = old.get(columns[i].path());
        boolean known = before != null && !before.isNull();
        key[i] = known ? read(before, i, types) : row[i];
        throwIfAny(fault(key[i], before, i, types));
        differs |= !Objects.equals(key[i], row[i]);
      }
    }
    return differs ? key : null;
  }

  private Object read(JsonNode value, int column, Map<String, ConnectType> types) {
    return value == null || value.isNull()
        ? null
        : values.read(value, columns[column], types.get(columns[column].path()));
  }

  private Decoded.Rejected fault(
      Object value, JsonNode written, int column, Map<String, ConnectType> types) {
    ColumnSpec spec = columns[column];
    if (value == Scalars.WRONG_TYPE) {
      return RowReader.rejected(
          Reason.WRONG_TYPE,
          spec.path(),
          Excerpt.of(written.toString()),
          values.expected(written, spec, types.get(spec.path())));
    }
    if (value == Scalars.NO_SQL_TIME) {
      return RowReader.rejected(
          Reason.IMPOSSIBLE_TIME,
          spec.path(),
          Excerpt.of(written.toString()),
          "a time of years 1 to 9999");
    }
    return isKey[column] && value == null
        ? RowReader.rejected(
            Reason.MISSING_FIELD, spec.path(), "null or nothing", Scalars.expected(spec))
        : null;
  }

  private static Decoded.Rejected worse(Decoded.Rejected one, Decoded.Rejected other) {
    return one == null || other != null && other.reason().compareTo(one.reason()) < 0 ? other : one;
  }

  private static void throwIfAny(Decoded.Rejected fault) throws BadMessageException {
    if (fault != null) {
      throw new BadMessageException(fault);
    }
  }

  /** Only types that a database may store apart have the placeholder; elsewhere it is a fault. */
  private boolean isUnavailable(JsonNode value, ColumnSpec column) {
    ColumnType.Base base = column.type().base();
    if (!hasPlaceholder
        || value == null
        || base != ColumnType.Base.STRING && base != ColumnType.Base.DECIMAL) {
      return false;
    }
    if (value.isArray()) {
      JsonNode first = value.path(0);
      return value.size() == 1
          ? isPlaceholder(first.textValue()) || UNAVAILABLE_UUID.equals(first.textValue())
          : value.size() == UNAVAILABLE_NUMBERS.size() && value.equals(UNAVAILABLE_NUMBERS);
    }
    return isPlaceholder(value.textValue());
  }

  private static boolean isPlaceholder(String text) {
    return UNAVAILABLE.equals(text)
        || UNAVAILABLE_BYTES.equals(text)
        || UNAVAILABLE_MAP.equals(text);
  }
}
