package io.tidemark.tags.attribute;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.table.DeclaredTable;
import io.tidemark.catalog.table.PartitionTerm;
import io.tidemark.catalog.table.PartitionTerm.Function;
import io.tidemark.tags.attribute.plan.RecomputeRecord;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table {@code ops.tag_run}: a row for each run that has computed results, and its cost, with a
 * number that ascends from run to run.
 */
final class RunLog {
  /** The table. */
  static final TableName NAME = TableName.parse("ops.tag_run");

  private static final Logger LOG = LoggerFactory.getLogger(RunLog.class);
  private static final String NUMBER = "number";
  private static final String HISTORY = "history";
  private static final String SETS = "sets";
  private static final StructType SCHEMA =
      new StructType()
          .add(HISTORY, DataTypes.StringType)
          .add("dt", DataTypes.DateType)
          .add(SETS, DataTypes.createArrayType(DataTypes.StringType, false))
          .add("way", DataTypes.StringType)
          .add("why", DataTypes.StringType)
          .add("seconds", DataTypes.DoubleType)
          .add("bytes", DataTypes.LongType)
          .add("user_days", DataTypes.LongType)
          .add("cells", DataTypes.LongType)
          .add("changed_share", DataTypes.DoubleType)
          .add("tags_snapshot", DataTypes.LongType)
          .add("build", DataTypes.LongType)
          .add(
              "coefficients",
              DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType, false))
          .add(NUMBER, DataTypes.LongType);

  /**
   * A run.
   *
   * @param history the history
   * @param day the last day
   * @param sets the sets that were computed together
   * @param way blocks, incremental, verified, rows or days
   * @param why why that way was taken, and what came of comparing
   * @param seconds how long it took
   * @param bytes bytes of blocks that were read; {@code null} without blocks
   * @param userDays user-days that were added up; {@code null} without blocks
   * @param cells rows of the results
   * @param changed share of the history's users whose groups by these sets are others than in the
   *     results before; {@code null} where those were not brought forward, nor compared
   * @param tags snapshot of the tag table
   * @param build number of the build
   * @param coefficients what it cost
   */
  record Run(
      String history,
      LocalDate day,
      List<String> sets,
      String way,
      String why,
      double seconds,
      Long bytes,
      Long userDays,
      long cells,
      Double changed,
      long tags,
      long build,
      Map<String, Double> coefficients) {
    /** A run by plain SQL. */
    static Run of(RecomputeRecord made, double seconds) {
      return new Run(
          made.history(),
          made.date(),
          List.of(made.set()),
          made.with(),
          "",
          seconds,
          null,
          null,
          made.rows(),
          null,
          made.tags(),
          made.build(),
          Map.of());
    }
  }

  private final Lakehouse lake;

  RunLog(Lakehouse lake) {
    this.lake = lake;
  }

  /**
   * Notes a run. Its results are there by then, so that it cannot be noted is a warning and no
   * failure: the next runs know less of what they cost.
   */
  void add(Run run) {
    try {
      append(run);
    } catch (Exception e) {
      // Spark's are checked in Scala, and so not declared.
      LOG.warn(
          "a run of history {} on {} cannot be noted in {}: {}, {}: {}",
          run.history(),
          run.day(),
          NAME,
          run.way(),
          run.why(),
          e.toString());
    }
  }

  private void append(Run run) {
    Table table =
        lake.ensure(
            new DeclaredTable(
                    NAME,
                    SparkSchemaUtil.convert(SCHEMA),
                    Map.of(),
                    List.of(new PartitionTerm(Function.IDENTITY, 0, HISTORY)),
                    List.of(),
                    Map.of(),
                    Map.of(),
                    false)
                .described("Runs that have computed results.", "", List.of(HISTORY, "dt")));
    Snapshot head = table.currentSnapshot();
    Row row =
        RowFactory.create(
            run.history(),
            run.day(),
            run.sets().toArray(),
            run.way(),
            run.why(),
            run.seconds(),
            run.bytes(),
            run.userDays(),
            run.cells(),
            run.changed(),
            run.tags(),
            run.build(),
            run.coefficients(),
            head == null ? 1 : head.sequenceNumber() + 1);
    StagedFiles staged =
        StagedFiles.write(
            table,
            lake.spark().createDataFrame(List.of(row), SCHEMA).coalesce(1),
            StagedFiles.Layout.AS_THEY_COME);
    AppendFiles append = table.newAppend();
    staged.files().forEach(append::appendFile);
    append.commit();
  }

  /** What runs over blocks have cost that computed these sets together, the newest first. */
  List<Map<String, Double>> costs(String history, List<String> sets) {
    Table table = lake.exists(NAME) ? lake.load(NAME) : null;
    if (table == null
        || table.currentSnapshot() == null
        || table.schema().findField(NUMBER) == null) {
      return List.of();
    }
    return lake
        .readAsOf(NAME, table.currentSnapshot().snapshotId())
        .where(functions.col(HISTORY).equalTo(history))
        .where(functions.size(functions.col("coefficients")).gt(0))
        .where(functions.col(SETS).equalTo(functions.lit(sets.toArray(String[]::new))))
        .orderBy(functions.col(NUMBER).desc())
        .select("coefficients")
        .collectAsList()
        .stream()
        .map(row -> (Map<String, Double>) new HashMap<>(row.<String, Double>getJavaMap(0)))
        .toList();
  }
}
