package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;

import io.tidemark.catalog.KnownTable;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.cut.InputPositions;
import io.tidemark.catalog.cut.InputRange;
import io.tidemark.jobs.plan.CorrectionSql;
import io.tidemark.jobs.plan.TransformSql;
import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.TransformSpec;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;

/** The rows of a transform that changes of its histories correct, and those that had to wait. */
final class Corrections {
  private final JobSession session;
  private final TransformSpec spec;
  private final TransformSql sql;
  private final Map<TableName, KnownTable> inputs;
  private final Histories histories;
  private final Lookups lookups;

  Corrections(
      JobSession session,
      TransformSpec spec,
      Map<TableName, KnownTable> inputs,
      Histories histories,
      Lookups lookups) {
    this.session = session;
    this.spec = spec;
    this.sql = new TransformSql(spec);
    this.inputs = inputs;
    this.histories = histories;
    this.lookups = lookups;
  }

  /**
   * Rows that are written anew.
   *
   * @param rows they and those that they take back, in the columns of the table
   * @param kept what Spark keeps until the rows are written
   * @param count how many are taken back
   * @param days their business days
   */
  record Corrected(Dataset<Row> rows, Dataset<Row> kept, long count, List<LocalDate> days) {}

  /**
   * What a micro-batch corrects; nothing where nothing comes out otherwise.
   *
   * @param written the table so far
   * @param replaced rows of the table that the micro-batch takes back for another reason
   * @param waiting rows of the table that are looked up again
   */
  Optional<Corrected> of(
      Map<TableName, InputRange> ranges,
      InputPositions upTo,
      Dataset<Row> written,
      Optional<Dataset<Row>> replaced,
      Optional<WaitingRows.Due> waiting) {
    Map<LookupSpec, Set<LocalDate>> changed = new LinkedHashMap<>();
    Instant earliest = null;
    for (LookupSpec lookup : spec.lookups()) {
      InputRange range = lookup.asOf() ? ranges.get(lookup.table()) : null;
      if (range != null) {
        Dataset<Row> keys =
            session.over(
                Map.of("changes", inputs.get(lookup.table()).read(range)),
                CorrectionSql.changedKeys(lookup));
        keys.createOrReplaceTempView(CorrectionSql.changed(lookup));
        Instant from = keys.agg(min(col(CorrectionSql.FROM))).head().getAs(0);
        if (from != null) {
          earliest = earliest == null || from.isBefore(earliest) ? from : earliest;
          changed.put(lookup, histories.sealedBefore(lookup.table(), range, day(from)));
        }
      }
    }
    if (changed.isEmpty() && waiting.isEmpty()) {
      return Optional.empty();
    }
    Column near = lit(false);
    if (earliest != null) {
      near = col(SystemColumns.DT).geq(lit(day(earliest)));
    }
    if (waiting.isPresent()) {
      waiting.get().rows().createOrReplaceTempView("waiting");
      near = near.or(col(SystemColumns.DT).geq(lit(waiting.get().from())));
    }
    // What waits may have no event time.
    Column inInputs =
        waiting.isPresent() ? near : near.and(col(SystemColumns.EVENT_TIME).geq(lit(earliest)));
    Map<TableName, Dataset<Row>> affected =
        affected(CorrectionSql.affected(changed, waiting.isPresent()), inInputs, upTo);
    return affected.isEmpty()
        ? Optional.empty()
        : madeAgain(affected, written.where(near), replaced);
  }

  /** Of each input that was read, the rows that are made again. */
  private Map<TableName, Dataset<Row>> affected(String sql, Column near, InputPositions upTo) {
    Map<TableName, Dataset<Row>> affected = new HashMap<>();
    for (TableName input : spec.tables()) {
      Long position = upTo.of(input.toString());
      if (position != null) {
        Dataset<Row> rows = CountingRows.of(inputs.get(input).readAsOf(position)).where(near);
        affected.put(input, session.over(Map.of("raw", rows), sql));
      }
    }
    return affected;
  }

  private Optional<Corrected> madeAgain(
      Map<TableName, Dataset<Row>> affected,
      Dataset<Row> written,
      Optional<Dataset<Row>> replaced) {
    Dataset<Row> standing = session.standing(sql, written);
    if (replaced.isPresent()) {
      standing =
          session.over(
              Map.of("standing", standing, "replaced", replaced.get()),
              CorrectionSql.notReplaced());
    }
    lookups.prepare(affected.values());
    Dataset<Row> made = session.transformed(sql, affected);
    List<String> compared =
        Arrays.stream(made.schema().fields())
            .filter(field -> !field.dataType().sql().contains("MAP<"))
            .map(StructField::name)
            .toList();
    Dataset<Row> anew =
        session
            .over(Map.of("made", made, "standing", standing), CorrectionSql.writtenAnew(compared))
            .persist();
    Row facts = anew.agg(count(lit(1)), collect_set(col(SystemColumns.DT))).head();
    if (facts.getLong(0) == 0) {
      anew.unpersist();
      return Optional.empty();
    }
    Dataset<Row> takenBack =
        session.over(Map.of("anew", anew, "standing", standing), CorrectionSql.takenBack());
    return Optional.of(
        new Corrected(
            JobSession.Correction.withMark(anew, false)
                .unionByName(JobSession.Correction.withMark(takenBack, true)),
            anew,
            facts.getLong(0),
            facts.<LocalDate>getList(1)));
  }

  private LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, session.lake().environment().timeZone());
  }
}
