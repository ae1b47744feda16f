package io.tidemark.tags.build;

import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.table.HistoryTables;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.SerializableTable;
import org.apache.iceberg.Table;

/** The tables of a history as its tasks read and write them. */
final class BucketTables implements Serializable {
  private static final long serialVersionUID = 1L;

  final Table directory;
  final String directoryName;
  final Table blocks;
  final String blocksName;
  final Table users;
  final ArrayList<String> metrics;
  final ArrayList<MetricType> types;
  final ArrayList<String> inputs;
  final int blockUsers;

  /** First day that is kept, since 1970-01-01. */
  final int windowStart;

  /**
   * The tables as they are.
   *
   * @param inputs their tables, in order, as messages name them
   */
  BucketTables(HistorySpec spec, HistoryTables tables, List<String> inputs, int windowStart) {
    directory = SerializableTable.copyOf(tables.directory());
    directoryName = spec.directoryTable().toString();
    blocks = SerializableTable.copyOf(tables.blocks());
    blocksName = spec.blocksTable().toString();
    users = SerializableTable.copyOf(tables.users());
    metrics = new ArrayList<>(spec.metrics().keySet());
    types = new ArrayList<>(spec.metrics().values());
    this.inputs = new ArrayList<>(inputs);
    blockUsers = spec.layout().blockUsers();
    this.windowStart = windowStart;
  }
}
