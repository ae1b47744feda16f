package io.tidemark.tags.attribute;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.SchemaMismatchException;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.table.DeclaredTable;
import io.tidemark.catalog.table.SortTerm;
import io.tidemark.tags.attribute.plan.RecomputeRecord;
import io.tidemark.tags.attribute.plan.ResultShape;
import io.tidemark.tags.attribute.plan.ServingView;
import io.tidemark.tags.spec.HistorySpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * The table that the result of a dimension set is served from, sorted by tags and day, and its
 * view. A new result takes the place of the old one in one commit.
 */
final class ServingTable {
  /** Small enough that a value of a tag is in a few pages of one file. */
  private static final Map<String, String> PROPERTIES =
      Map.of(
          TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
          Integer.toString(4 << 20),
          TableProperties.PARQUET_PAGE_SIZE_BYTES,
          Integer.toString(64 << 10),
          TableProperties.PARQUET_PAGE_ROW_LIMIT,
          "2000");

  private final Lakehouse lake;
  private final HistorySpec spec;
  private final ResultShape shape;

  ServingTable(Lakehouse lake, HistorySpec spec, ResultShape shape) {
    this.lake = lake;
    this.spec = spec;
    this.shape = shape;
  }

  /** The table's name. */
  TableName name() {
    return spec.servingTable(shape.set());
  }

  /** The columns. */
  StructType columns() {
    return columns(shape);
  }

  static StructType columns(ResultShape shape) {
    StructType columns = new StructType();
    for (Map.Entry<String, String> column : shape.columns().entrySet()) {
      columns = columns.add(column.getKey(), DataType.fromDDL(column.getValue()), true);
    }
    return columns;
  }

  /**
   * The table, created with its view when it is not there.
   *
   * @throws TagsRefusedException when it is there with other columns
   */
  Table ensure() {
    try {
      return made();
    } catch (SchemaMismatchException e) {
      throw new TagsRefusedException(
          "%s. It holds results alone, which are made again: DROP TABLE %s (./tidemark sql takes it), and recompute"
              .formatted(e.getMessage(), name()),
          e);
    }
  }

  private Table made() {
    List<SortTerm> order =
        shape.order().stream().map(column -> new SortTerm(column, false)).toList();
    Table table =
        lake.ensure(
            new DeclaredTable(
                    name(),
                    SparkSchemaUtil.convert(columns()),
                    Map.of(),
                    List.of(),
                    order,
                    Map.of(),
                    properties(),
                    false)
                .described(
                    "History %s by %s, a row a day, by the latest tags."
                        .formatted(spec.name(), String.join(", ", shape.tags().keySet())),
                    spec.owner(),
                    shape.order()));
    ServingView view = new ServingView(shape);
    String relation = lake.identifier(name());
    lake.ensureView(name().withSuffix("_v"), view.inSpark(relation), view.inTrino(relation));
    return table;
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>(PROPERTIES);
    properties.put(Lakehouse.HISTORY, spec.name());
    return properties;
  }

  /**
   * A result that is there.
   *
   * @param record what it says of itself
   * @param snapshot the snapshot that holds it
   */
  record Served(RecomputeRecord record, long snapshot) {}

  /** The result that is there; nothing when there is none, or somebody else has changed it. */
  Optional<Served> served() {
    Table table = lake.load(name());
    return newest(table).map(record -> new Served(record, table.currentSnapshot().snapshotId()));
  }

  /**
   * What the result that is there says of itself; nothing when there is none, or somebody else has
   * changed it.
   */
  Optional<RecomputeRecord> newest() {
    return lake.exists(name()) ? newest(lake.load(name())) : Optional.empty();
  }

  private static Optional<RecomputeRecord> newest(Table table) {
    return Optional.ofNullable(table.currentSnapshot())
        .map(head -> head.summary().get(TableState.TAG_RECOMPUTE))
        .map(RecomputeRecord::parse);
  }

  /**
   * Puts a result in the place of what is there, unless that is of a later build.
   *
   * @return whether it is there now
   */
  boolean replace(StagedFiles staged, RecomputeRecord record) {
    Table table = staged.table();
    boolean made =
        Commits.overwrite(
            table,
            Map.of(TableState.TAG_RECOMPUTE, record.toJson()),
            () ->
                newest(table).filter(record::givesWayTo).isPresent()
                    ? Optional.empty()
                    : Optional.of(overwrite(table, staged)));
    if (!made) {
      staged.discard();
    }
    return newest(lake.load(name())).filter(record::equals).isPresent();
  }

  private static OverwriteFiles overwrite(Table table, StagedFiles staged) {
    OverwriteFiles overwrite = table.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue());
    staged.files().forEach(overwrite::addFile);
    return overwrite;
  }
}
