package io.tidemark.tags.attribute;

import io.tidemark.tags.attribute.plan.ResultShape;
import io.tidemark.tags.attribute.plan.RowHash;
import io.tidemark.tags.table.TaskFiles;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.SerializableTable;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types.NestedField;

/** Writes parts of results as data files of their tables, which no commit names yet. */
final class ServingFiles implements RowSinks<ServingFiles.Written> {
  private static final long serialVersionUID = 1L;

  /**
   * What became of a part.
   *
   * @param set the set's place
   * @param file the file; {@code null} where there was no row
   * @param rows its rows
   * @param hash the sum of their hashes
   */
  record Written(int set, DataFile file, long rows, long hash) implements Serializable {}

  private final ArrayList<Table> tables = new ArrayList<>();

  /** By set, where the table has each column of a row. */
  private final ArrayList<int[]> places = new ArrayList<>();

  /** The files of results, by set, and their tables, in the same order. */
  ServingFiles(List<ResultShape> shapes, List<Table> tables) {
    for (int set = 0; set < tables.size(); set++) {
      Table table = tables.get(set);
      this.tables.add(SerializableTable.copyOf(table));
      List<String> columns = table.schema().columns().stream().map(NestedField::name).toList();
      places.add(shapes.get(set).columns().keySet().stream().mapToInt(columns::indexOf).toArray());
    }
  }

  @Override
  public Sink<Written> open(int set) {
    return new FileSink(tables.get(set), places.get(set), set);
  }

  private static final class FileSink implements Sink<Written> {
    private final int[] places;
    private final int set;
    private final Record record;
    private final TaskFiles files = new TaskFiles();
    private final TaskFiles.PartFile<Record> file;
    private long rows;
    private long hash;

    FileSink(Table table, int[] places, int set) {
      this.places = places;
      this.set = set;
      this.record = GenericRecord.create(table.schema());
      this.file = files.begin(table);
    }

    @Override
    public void take(Object[] row) {
      for (int i = 0; i < row.length; i++) {
        record.set(places[i], row[i]);
      }
      file.add(record);
      rows++;
      hash += RowHash.of(row);
    }

    @Override
    public Written finish() {
      List<DataFile> written = new ArrayList<>();
      file.finish(written);
      files.keep();
      return new Written(set, rows == 0 ? null : written.get(0), rows, hash);
    }

    @Override
    public void close() {
      files.close();
    }
  }
}
