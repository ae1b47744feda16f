package io.tidemark.tags.attribute;

import io.tidemark.tags.attribute.plan.CellShape;
import io.tidemark.tags.attribute.plan.CellSums;
import io.tidemark.tags.attribute.plan.Dictionary;
import io.tidemark.tags.attribute.plan.ResultShape;
import io.tidemark.tags.attribute.plan.RowHash;
import io.tidemark.tags.attribute.plan.StaleDays;
import java.io.Serializable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * Turns the rows of a result that is there into cells again, those of days that are not stale, and
 * counts them all. Rows lie in the order of groups, so that the cells of a chunk come together.
 */
final class OldRows implements FlatMapFunction<Iterator<Row>, OldRows.Part> {
  private static final long serialVersionUID = 1L;

  /** Before the cells of any task. */
  private static final int FIRST = -1;

  /**
   * Cells, or what was counted.
   *
   * @param key whose cells they are
   * @param cells the cells; empty in the one that says what was counted
   * @param rows rows that were read
   * @param hash the sum of their hashes
   */
  record Part(CellKey key, byte[] cells, long rows, long hash) implements Serializable {}

  private final int set;
  private final ResultShape shape;
  private final ArrayList<Dictionary> dictionaries;
  private final int groups;
  private final StaleDays stale;
  private final RunMeter meter;

  /**
   * @param set the set's place
   * @param dictionaries of its tags
   * @param groups how many groups it has
   */
  OldRows(
      int set,
      ResultShape shape,
      List<Dictionary> dictionaries,
      int groups,
      StaleDays stale,
      RunMeter meter) {
    this.set = set;
    this.shape = shape;
    this.dictionaries = new ArrayList<>(dictionaries);
    this.groups = groups;
    this.stale = stale;
    this.meter = meter;
  }

  @Override
  public Iterator<Part> call(Iterator<Row> rows) {
    long begun = System.nanoTime();
    Parts parts = new Parts();
    while (rows.hasNext()) {
      parts.add(rows.next());
    }
    parts.close();
    meter.old().add(System.nanoTime() - begun);
    return parts.done.iterator();
  }

  private final class Parts {
    private final CellShape cells = shape.cells();
    private final int dayAt = dictionaries.size();
    private final List<Part> done = new ArrayList<>();
    private final Object[] values = new Object[shape.columns().size()];
    private CellSums sums;
    private int chunk;
    private long count;
    private long hash;

    void add(Row row) {
      for (int i = 0; i < values.length; i++) {
        values[i] = row.get(i);
      }
      count++;
      hash += RowHash.of(values);
      if (values[dayAt] == null) {
        return;
      }
      int day = Math.toIntExact(((LocalDate) values[dayAt]).toEpochDay());
      int group = group();
      // A group that nobody can be in is none of ours: the hashes will tell.
      if (group >= 0 && stale.isKept(day)) {
        open(group / cells.chunkGroups());
        int first = chunk * cells.chunkGroups();
        sums.add(group - first, day - cells.window().firstDay(), values, dayAt + 1);
      }
    }

    private int group() {
      int group = 0;
      for (int tag = 0; tag < dictionaries.size(); tag++) {
        int own = dictionaries.get(tag).group(values[tag]);
        if (own < 0) {
          return -1;
        }
        group = group * dictionaries.get(tag).size() + own;
      }
      return group;
    }

    private void open(int next) {
      if (sums == null || next != chunk) {
        flush();
        chunk = next;
        sums =
            new CellSums(cells, Math.min(cells.chunkGroups(), groups - next * cells.chunkGroups()));
      }
    }

    private void flush() {
      if (sums != null) {
        done.add(new Part(new CellKey(set, chunk, FIRST), sums.toBytes(), 0, 0));
        sums = null;
      }
    }

    void close() {
      flush();
      done.add(new Part(new CellKey(set, 0, FIRST), new byte[0], count, hash));
    }
  }
}
