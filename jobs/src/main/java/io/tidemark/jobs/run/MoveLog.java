package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.jobs.source.SkippedRanges;
import io.tidemark.jobs.spec.SystemColumns;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The table {@code ops.offset_move}: a row per partition and move of a job's position. A move is
 * one commit of the ODS table, whose summary says everything; this table keeps it when that
 * snapshot has expired, and is completed from the summaries whenever a move is made.
 */
final class MoveLog {
  static final TableName TABLE = TableName.parse("ops.offset_move");
  static final String PROPERTY = "tidemark.offset-move";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TABLE_UUID = "table_uuid";
  private static final String EPOCH = "epoch";
  private static final StructType SCHEMA =
      new StructType()
          .add(SystemColumns.DT, DataTypes.DateType)
          .add("moved_at", DataTypes.TimestampType)
          .add("job", DataTypes.StringType)
          .add(SystemColumns.TOPIC, DataTypes.StringType)
          .add(SystemColumns.PARTITION, DataTypes.IntegerType)
          .add("from_offset", DataTypes.LongType)
          .add("to_offset", DataTypes.LongType)
          .add("skipped", DataTypes.LongType)
          .add("lost", DataTypes.LongType)
          .add("reason", DataTypes.StringType)
          .add("moved_by", DataTypes.StringType)
          .add(TABLE_UUID, DataTypes.StringType)
          .add(EPOCH, DataTypes.LongType);

  /**
   * A move as the summary has it.
   *
   * @param partitions partition to from, to, and how much of it was lost
   */
  record Move(
      @JsonProperty("job") String job,
      @JsonProperty("topic") String topic,
      @JsonProperty("epoch") long epoch,
      @JsonProperty("at") String at,
      @JsonProperty("by") String by,
      @JsonProperty("reason") String reason,
      @JsonProperty("partitions") SortedMap<Integer, List<Long>> partitions) {
    Map<String, String> facts() {
      try {
        return Map.of(PROPERTY, JSON.writeValueAsString(this));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a move of " + job + " cannot be written", e);
      }
    }

    static Move parse(String json) {
      try {
        return JSON.readValue(json, Move.class);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a recorded move cannot be read: " + json, e);
      }
    }
  }

  private final Lakehouse lake;
  private final Table ods;

  MoveLog(Lakehouse lake, Table ods) {
    this.lake = lake;
    this.ods = ods;
  }

  /** Writes down the moves that only the summaries know. */
  void complete() {
    ods.refresh();
    List<Move> moves = new ArrayList<>();
    for (Snapshot snapshot : ods.snapshots()) {
      String json = snapshot.summary().get(PROPERTY);
      if (json != null) {
        moves.add(Move.parse(json));
      }
    }
    if (moves.isEmpty()) {
      return;
    }
    Table log = lake.ensure(TABLE, SCHEMA, Map.of());
    Set<Long> known = new HashSet<>();
    rows().forEach(row -> known.add(row.getAs(EPOCH)));
    List<Row> missing =
        moves.stream()
            .filter(move -> !known.contains(move.epoch()))
            .flatMap(move -> rows(move).stream())
            .toList();
    if (!missing.isEmpty()) {
      StagedFiles staged =
          StagedFiles.write(
              log, lake.spark().createDataFrame(missing, SCHEMA).coalesce(1), Layout.AS_THEY_COME);
      AppendFiles append = log.newAppend();
      staged.files().forEach(append::appendFile);
      append.commit();
    }
  }

  /** The commits of moves that are not written down here yet. */
  Set<Long> unwritten() {
    Map<Long, Long> moves = new HashMap<>();
    for (Snapshot snapshot : ods.snapshots()) {
      String json = snapshot.summary().get(PROPERTY);
      if (json != null) {
        moves.put(snapshot.snapshotId(), Move.parse(json).epoch());
      }
    }
    if (!moves.isEmpty()) {
      Set<Long> known = new HashSet<>();
      rows().forEach(row -> known.add(row.getAs(EPOCH)));
      moves.values().removeAll(known);
    }
    return moves.keySet();
  }

  private List<Row> rows(Move move) {
    Instant at = Instant.parse(move.at());
    LocalDate day = LocalDate.ofInstant(at, lake.environment().timeZone());
    List<Row> rows = new ArrayList<>();
    move.partitions()
        .forEach(
            (partition, numbers) ->
                rows.add(
                    RowFactory.create(
                        day,
                        at,
                        move.job(),
                        move.topic(),
                        partition,
                        numbers.get(0),
                        numbers.get(1),
                        Math.max(0, numbers.get(1) - numbers.get(0)),
                        numbers.get(2),
                        move.reason(),
                        move.by(),
                        ods.uuid().toString(),
                        move.epoch())));
    return rows;
  }

  /** What this table, as it is now, has been moved past. */
  Map<Integer, SkippedRanges> skipped() {
    Map<Integer, SkippedRanges> skipped = new TreeMap<>();
    for (Row row : rows()) {
      skipped
          .computeIfAbsent(row.getAs(SystemColumns.PARTITION), partition -> new SkippedRanges())
          .moved(row.getAs("from_offset"), row.getAs("to_offset"));
    }
    return skipped;
  }

  /** The recorded moves of this very table; one that was dropped and made anew has read it all. */
  private List<Row> rows() {
    if (!lake.exists(TABLE)) {
      return List.of();
    }
    return lake.spark()
        .table(lake.identifier(TABLE))
        .where(col(TABLE_UUID).equalTo(ods.uuid().toString()))
        .orderBy(col(EPOCH))
        .collectAsList();
  }
}
