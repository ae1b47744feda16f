package io.tidemark.tags.attribute;

import io.tidemark.tags.attribute.plan.TagChunk;
import io.tidemark.tags.attribute.plan.TagChunkBuilder;
import io.tidemark.tags.history.LongNumbers;
import io.tidemark.tags.spec.TagTable.Tag;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Tuple2;

/**
 * Gathers tag rows by bucket: the bucket, the user, the tags. A task passes on what it has of each
 * bucket at its end, and whenever it has many rows.
 */
final class TagChunks implements PairFlatMapFunction<Iterator<InternalRow>, Integer, TagChunk> {
  private static final long serialVersionUID = 1L;

  private static final int MOST_ROWS = 1 << 20;
  private static final int BUCKET = 0;
  private static final int USER = 1;
  private static final int FIRST_TAG = 2;

  private final int buckets;
  private final boolean textUsers;
  private final ArrayList<Tag> tags;

  /**
   * @param buckets how many there are
   * @param textUsers whether a user is known by a text
   * @param tags the tags, in the order of the rows' columns
   */
  TagChunks(int buckets, boolean textUsers, List<Tag> tags) {
    this.buckets = buckets;
    this.textUsers = textUsers;
    this.tags = new ArrayList<>(tags);
  }

  @Override
  public Iterator<Tuple2<Integer, TagChunk>> call(Iterator<InternalRow> rows) {
    return new Chunks(rows);
  }

  private final class Chunks implements Iterator<Tuple2<Integer, TagChunk>> {
    private final Iterator<InternalRow> rows;
    private Iterator<Tuple2<Integer, TagChunk>> ready = Collections.emptyIterator();

    Chunks(Iterator<InternalRow> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      if (!ready.hasNext() && rows.hasNext()) {
        ready = gather();
      }
      return ready.hasNext();
    }

    @Override
    public Tuple2<Integer, TagChunk> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.next();
    }

    private Iterator<Tuple2<Integer, TagChunk>> gather() {
      List<Values> values = tags.stream().map(Values::new).toList();
      boolean[] multiple = new boolean[tags.size()];
      for (int tag = 0; tag < multiple.length; tag++) {
        multiple[tag] = tags.get(tag).multiple();
      }
      TagChunkBuilder[] builders = new TagChunkBuilder[buckets];
      for (int count = 0; count < MOST_ROWS && rows.hasNext(); count++) {
        InternalRow row = rows.next();
        TagChunkBuilder bucket = builders[row.getInt(BUCKET)];
        if (bucket == null) {
          bucket = new TagChunkBuilder(textUsers, multiple);
          builders[row.getInt(BUCKET)] = bucket;
        }
        if (textUsers) {
          bucket.user(row.getUTF8String(USER).getBytes());
        } else {
          bucket.user(row.getLong(USER));
        }
        for (int tag = 0; tag < multiple.length; tag++) {
          values.get(tag).take(row, FIRST_TAG + tag, bucket, tag);
        }
      }
      List<ArrayList<Object>> lists = values.stream().map(each -> each.shown).toList();
      return IntStream.range(0, buckets)
          .filter(bucket -> builders[bucket] != null)
          .mapToObj(bucket -> new Tuple2<>(bucket, builders[bucket].build(lists)))
          .iterator();
    }
  }

  /** The values of a tag that have come, numbered from 1. */
  private static final class Values {
    private final Tag tag;
    private final DataType type;
    private final Map<Object, Integer> known = new HashMap<>();

    /** Short texts by what they are made of, as most tags' values are. */
    private final LongNumbers knownTexts = new LongNumbers();

    private final ArrayList<Object> shown = new ArrayList<>();

    Values(Tag tag) {
      this.tag = tag;
      this.type = type(tag);
    }

    void take(InternalRow row, int column, TagChunkBuilder bucket, int place) {
      if (row.isNullAt(column)) {
        bucket.value(place, 0);
      } else if (tag.multiple()) {
        takeAll(row.getArray(column), bucket, place);
      } else if (type == DataTypes.StringType) {
        bucket.value(place, id(row.getUTF8String(column)));
      } else {
        bucket.value(place, id(row.get(column, type)));
      }
    }

    private void takeAll(ArrayData array, TagChunkBuilder bucket, int place) {
      // NULLs and repetitions among them count for nothing.
      TreeSet<Integer> distinct = new TreeSet<>();
      for (int i = 0; i < array.numElements(); i++) {
        if (!array.isNullAt(i)) {
          distinct.add(id(array.get(i, type)));
        }
      }
      if (distinct.isEmpty()) {
        bucket.value(place, 0);
      }
      distinct.forEach(id -> bucket.value(place, id));
    }

    private int id(Object value) {
      if (value instanceof UTF8String text && text.numBytes() < Long.BYTES) {
        // At most seven bytes and how many they are.
        long whole = text.getPrefix() | text.numBytes();
        int number = knownTexts.get(whole);
        if (number < 0) {
          number = next(value);
          knownTexts.put(whole, number);
        }
        return number;
      }
      Integer id = known.get(value);
      if (id == null) {
        id = next(value);
        // A row's texts are of memory that the next row uses again.
        known.put(value instanceof UTF8String text ? text.copy() : value, id);
      }
      return id;
    }

    private int next(Object value) {
      shown.add(shown(value));
      return shown.size();
    }

    private Object shown(Object value) {
      return switch (tag.type().base()) {
        case STRING -> value.toString();
        case DATE -> LocalDate.ofEpochDay((Integer) value);
        default -> value;
      };
    }

    private static DataType type(Tag tag) {
      return switch (tag.type().base()) {
        case STRING -> DataTypes.StringType;
        case BOOLEAN -> DataTypes.BooleanType;
        case INT -> DataTypes.IntegerType;
        case BIGINT -> DataTypes.LongType;
        case DATE -> DataTypes.DateType;
        default -> throw new IllegalArgumentException("no type of a tag: " + tag.type());
      };
    }
  }
}
