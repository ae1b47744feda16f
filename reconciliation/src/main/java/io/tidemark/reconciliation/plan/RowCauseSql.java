package io.tidemark.reconciliation.plan;

import static io.tidemark.reconciliation.plan.SqlText.literal;

import io.tidemark.jobs.plan.Sql;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.ArrayList;
import java.util.List;

/**
 * Why rows of a transform differ, as SQL. Each place in Kafka is looked at by itself, on four
 * sides: what the batch made, what the stream wrote, and what became of both since. Three steps
 * lead from the batch's rows to the stream's, and what a step adds or takes away has one cause; so
 * the parts of the causes add up to the difference.
 *
 * @param rows how the job's rows are identified and compared
 * @param definitions by which definition the stream wrote, where it was not today's; of the job and
 *     of the jobs between ODS and it
 * @param dimensions in which versions it looked up, where they are not the batch's
 * @param lookedUp columns that a looked-up value goes into
 * @param rowsLookedUp whether a looked-up value decides which rows there are
 * @param mainChanges evidence of commits by others on {@code main}; empty when there is none
 * @param offlineChanges the same of {@code offline}
 */
public record RowCauseSql(
    TransformComparison rows,
    List<WrittenBy> definitions,
    WrittenBy dimensions,
    List<String> lookedUp,
    boolean rowsLookedUp,
    String mainChanges,
    String offlineChanges) {
  /** What {@link #upstream} needs of {@link #differences}. */
  public static final List<String> UPSTREAM =
      List.of("topic__", "partition__", "offset__", "cause__", "sentence__");

  private static final String PLACE = "topic__, partition__, offset__";
  private static final String AT =
      "CONCAT(COALESCE(topic__, '?'), '[', COALESCE(partition__, '?'), ']@', COALESCE(offset__, '?'))";

  public RowCauseSql {
    definitions = List.copyOf(definitions);
    lookedUp = List.copyOf(lookedUp);
  }

  /** What identifies a row. */
  public List<String> keys() {
    return List.copyOf(rows.identity().keySet());
  }

  /**
   * How often each place in Kafka is on each side, for the keys that differ.
   *
   * @param differing view of these keys
   */
  public String places(RowSides sides, String differing) {
    List<String> scans = new ArrayList<>();
    for (String view : sides.views()) {
      scans.add(
          "SELECT %s, %s AS topic__, %s AS partition__, %s AS offset__, CAST(%s AS DECIMAL(20, 0)) AS hash__, CAST(%s AS DECIMAL(20, 0)) AS plain__, %d AS scan__ FROM %s"
              .formatted(
                  SqlText.joined(
                      rows.identity().entrySet(),
                      ", ",
                      id -> id.getValue() + " AS " + Sql.name(id.getKey())),
                  SystemColumns.TOPIC,
                  SystemColumns.PARTITION,
                  SystemColumns.OFFSET,
                  rows.hash(),
                  lookedUp.isEmpty() ? "0" : rows.hashWithout(lookedUp),
                  scans.size(),
                  view));
    }
    return "SELECT %1$s, %2$s,%n  %3$s,%n  %4$s,%n  %5$s,%n  %6$s%nFROM (%7$s) r LEFT SEMI JOIN %8$s k ON %9$s%nGROUP BY %1$s, %2$s"
        .formatted(
            Sql.names(keys()),
            PLACE,
            side("made", sides.views().indexOf(sides.made())),
            side("offline", sides.views().indexOf(sides.offline())),
            side("written", sides.views().indexOf(sides.written())),
            side("main", sides.views().indexOf(sides.main())),
            String.join("\nUNION ALL ", scans),
            differing,
            Sql.sameKey(keys(), "r", "k"));
  }

  private static String side(String name, int scan) {
    return "COUNT_IF(scan__ = %2$d) AS %1$s__, SUM(CASE WHEN scan__ = %2$d THEN hash__ END) AS %1$s_hash__, SUM(CASE WHEN scan__ = %2$d THEN plain__ END) AS %1$s_plain__"
        .formatted(name, scan);
  }

  /** Of a view of messages in ODS those that stand where {@link #places} has a row. */
  public static String messages(String ods, String places) {
    return """
        SELECT %1$s AS topic__, %2$s AS partition__, %3$s AS offset__,
          BOOL_AND(COALESCE(%4$s, FALSE)) AS pending__, MIN(%5$s) AS received__,
          MIN(%6$s) AS event__, MIN(%7$s) AS arrived__
        FROM %8$s o LEFT SEMI JOIN (SELECT DISTINCT %9$s FROM %10$s) p
          ON o.%1$s = p.topic__ AND o.%2$s = p.partition__ AND o.%3$s = p.offset__
        GROUP BY 1, 2, 3"""
        .formatted(
            SystemColumns.TOPIC,
            SystemColumns.PARTITION,
            SystemColumns.OFFSET,
            SystemColumns.PENDING,
            SystemColumns.INGEST_BATCH,
            SystemColumns.EVENT_TIME,
            SystemColumns.KAFKA_TIME,
            ods,
            PLACE,
            places);
  }

  /** Of a dead-letter table those that stand where {@link #places} has a row. */
  public static String letters(String deadLetters, String places) {
    return """
        SELECT %1$s AS topic__, %2$s AS partition__, %3$s AS offset__, MIN(reason) AS reason__
        FROM %4$s o LEFT SEMI JOIN (SELECT DISTINCT %5$s FROM %6$s) p
          ON o.%1$s = p.topic__ AND o.%2$s = p.partition__ AND o.%3$s = p.offset__
        GROUP BY 1, 2, 3"""
        .formatted(
            SystemColumns.TOPIC,
            SystemColumns.PARTITION,
            SystemColumns.OFFSET,
            deadLetters,
            PLACE,
            places);
  }

  /** Of {@link #differences} of a job's input what they say of each place. */
  public static String upstream(String differences) {
    return "SELECT %1$s, MIN(cause__) AS upstream__, MIN_BY(sentence__, cause__) AS upstream_sentence__ FROM %2$s GROUP BY %1$s"
        .formatted(PLACE, differences);
  }

  /** The same where the input does not differ, or is ODS. */
  public static String noUpstream() {
    return "SELECT '' AS topic__, 0 AS partition__, 0L AS offset__, '' AS upstream__, '' AS upstream_sentence__ WHERE FALSE";
  }

  /**
   * The places with up to three causes: of what the stream wrote, of what became of it since, and
   * of what became of the batch's rows.
   *
   * @param upstream view of {@link #upstream}
   */
  public String judged(String places, String messages, String letters, String upstream) {
    String ids = Sql.names(keys());
    return """
        SELECT *,
          CASE WHEN main__ = made__ AND main_hash__ <=> made_hash__ THEN NULL ELSE %1$s END AS written_cause__,
          CASE WHEN main__ = made__ AND main_hash__ <=> made_hash__ THEN NULL ELSE %2$s END AS main_cause__,
          %3$s AS offline_cause__
        FROM (
          SELECT c.*, m.topic__ IS NOT NULL AS delivered__, COALESCE(m.pending__, FALSE) AS pending__,
            m.event__, m.arrived__, l.reason__, u.upstream__, u.upstream_sentence__, %4$s AS definition__, %5$s AS dimension__
          FROM (
            SELECT *, %6$s AS at__,
              SUM(made__) OVER (PARTITION BY %7$s) AS key_made__,
              SUM(written__) OVER (PARTITION BY %7$s) AS key_written__,
              MIN(CASE WHEN made__ > 0 THEN %6$s END) OVER (PARTITION BY %7$s) AS made_at__,
              MIN(CASE WHEN made__ = 0 THEN %6$s END) OVER (PARTITION BY %7$s) AS other_at__,
              SUM(made__) OVER (PARTITION BY %8$s) AS at_made__,
              SUM(written__) OVER (PARTITION BY %8$s) AS at_written__,
              SUM(main__) OVER (PARTITION BY %8$s) AS at_main__,
              SUM(offline__) OVER (PARTITION BY %8$s) AS at_offline__
            FROM %9$s) c
          LEFT JOIN %10$s m ON c.topic__ = m.topic__ AND c.partition__ = m.partition__ AND c.offset__ = m.offset__
          LEFT JOIN %11$s l ON c.topic__ = l.topic__ AND c.partition__ = l.partition__ AND c.offset__ = l.offset__
          LEFT JOIN %12$s u ON c.topic__ = u.topic__ AND c.partition__ = u.partition__ AND c.offset__ = u.offset__)"""
        .formatted(
            writtenCause(),
            changedCause("main", "written"),
            changedCause("offline", "made"),
            "COALESCE(%s)"
                .formatted(SqlText.joined(definitions, ", ", by -> by.said("m.received__"))),
            dimensions.said("m.received__"),
            AT,
            ids,
            PLACE,
            places,
            messages,
            letters,
            upstream);
  }

  /** What the stream wrote against what the batch made. */
  private String writtenCause() {
    return """
        CASE
          WHEN written__ = made__ AND written_hash__ <=> made_hash__ THEN NULL
          WHEN upstream__ IS NOT NULL THEN upstream__
          WHEN made__ > 0 AND written__ > made__ THEN %1$s
          WHEN written__ < made__ THEN CASE
            WHEN pending__ AND reason__ IS NOT NULL THEN %2$s
            WHEN pending__ THEN %3$s
            WHEN definition__ IS NOT NULL THEN %4$s
            WHEN key_written__ > written__ THEN %5$s
            WHEN dimension__ IS NOT NULL AND %11$s THEN %6$s
            WHEN at_written__ > written__ THEN %7$s
            ELSE %8$s END
          WHEN written__ > made__ THEN CASE
            WHEN NOT delivered__ THEN %9$s
            WHEN definition__ IS NOT NULL THEN %4$s
            WHEN key_made__ > 0 THEN %5$s
            WHEN dimension__ IS NOT NULL AND %11$s THEN %6$s
            WHEN at_made__ > 0 THEN %7$s
            ELSE %9$s END
          WHEN dimension__ IS NOT NULL AND %10$s THEN %6$s
          WHEN definition__ IS NOT NULL THEN %4$s
          ELSE %7$s END"""
        .formatted(
            literal(Cause.DOUBLED.text()),
            literal(Cause.DEAD_LETTER.text()),
            literal(Cause.IN_FLIGHT.text()),
            literal(Cause.DEFINITION.text()),
            literal(Cause.DUPLICATE.text()),
            literal(Cause.DIMENSION.text()),
            literal(Cause.ALTERED.text()),
            literal(Cause.LOST.text()),
            literal(Cause.FOREIGN.text()),
            lookedUp.isEmpty() ? "FALSE" : "written_plain__ <=> made_plain__",
            rowsLookedUp ? "TRUE" : "FALSE");
  }

  /** What became of rows that were written: no job of Tidemark changes a row. */
  private static String changedCause(String now, String before) {
    return """
        CASE
          WHEN %1$s__ = %2$s__ AND %1$s_hash__ <=> %2$s_hash__ THEN NULL
          WHEN %2$s__ > 0 AND %1$s__ > %2$s__ THEN %3$s
          WHEN %1$s__ < %2$s__ THEN CASE WHEN at_%1$s__ > %1$s__ THEN %4$s ELSE %5$s END
          WHEN %1$s__ > %2$s__ THEN CASE
            WHEN NOT delivered__ THEN %6$s
            WHEN at_%2$s__ > 0 THEN %4$s
            WHEN key_made__ > made__ THEN %7$s
            ELSE %6$s END
          ELSE %4$s END"""
        .formatted(
            now,
            before,
            literal(Cause.DOUBLED.text()),
            literal(Cause.ALTERED.text()),
            literal(Cause.LOST.text()),
            literal(Cause.FOREIGN.text()),
            literal(Cause.DUPLICATE.text()));
  }

  /** The events of the keys, from a view of {@link #judged}. */
  public String events(String judged) {
    return """
        SELECT %1$s, cause__, rank__, %2$s AS sentence__, part__0, TRUE AS changed__0, 0L AS part__1, TRUE AS changed__1
        FROM (
          SELECT *, CASE rank__ WHEN 1 THEN offline_cause__ WHEN 2 THEN written_cause__ ELSE main_cause__ END AS cause__,
            CASE rank__ WHEN 1 THEN offline__ - made__ WHEN 2 THEN made__ - written__ ELSE written__ - main__ END AS part__0
          FROM %3$s LATERAL VIEW EXPLODE(ARRAY(1, 2, 3)) e AS rank__)
        WHERE cause__ IS NOT NULL"""
        .formatted(Sql.names(keys()), sentence(), judged);
  }

  /**
   * The places whose rows were appended to {@code main} otherwise than the batch made them: the
   * key, the place, and the cause.
   */
  public String differences(String judged) {
    return """
        SELECT %1$s, %2$s, cause__, %3$s AS sentence__ FROM (
          SELECT *, COALESCE(written_cause__, main_cause__) AS cause__,
            CASE WHEN written_cause__ IS NOT NULL THEN 2 ELSE 3 END AS rank__
          FROM %4$s)
        WHERE cause__ IS NOT NULL"""
        .formatted(Sql.names(keys()), PLACE, sentence(), judged);
  }

  /**
   * The rows of the input of an aggregate, each with its cause where stream and batch have it
   * differently: the batch's rows, and beside them the stream's version of those that differ.
   *
   * @param columns what the aggregate needs of its input
   * @param batch view of the batch's rows
   * @param stream view of the rows that were appended for the stream
   * @param differences view of {@link #differences}
   */
  public String tagged(List<String> columns, String batch, String stream, String differences) {
    return "SELECT %1$s, d.cause__ AS row_cause__, TRUE AS is_batch__, d.sentence__ AS row_sentence__ FROM (%2$s) r LEFT JOIN %4$s d ON %5$s%nUNION ALL SELECT %1$s, d.cause__, FALSE, d.sentence__ FROM (%3$s) r JOIN %4$s d ON %5$s"
        .formatted(
            Sql.list(columns, column -> "r." + Sql.name(column)),
            identified(batch),
            identified(stream),
            differences,
            samePlace());
  }

  private String identified(String view) {
    List<String> ids = new ArrayList<>();
    rows.identity().values().forEach(value -> ids.add(value + " AS id__" + ids.size()));
    return "SELECT *, " + String.join(", ", ids) + " FROM " + view;
  }

  private String samePlace() {
    List<String> same =
        new ArrayList<>(
            List.of(
                "r.%s <=> d.topic__".formatted(SystemColumns.TOPIC),
                "r.%s <=> d.partition__".formatted(SystemColumns.PARTITION),
                "r.%s <=> d.offset__".formatted(SystemColumns.OFFSET)));
    List<String> keys = keys();
    for (int i = 0; i < keys.size(); i++) {
      same.add("r.id__%d <=> d.%s".formatted(i, Sql.name(keys.get(i))));
    }
    return String.join(" AND ", same);
  }

  /** The evidence of a cause, told of the step that it stands in. */
  private String sentence() {
    return """
        CONCAT(CASE WHEN rank__ = 2 AND upstream__ IS NOT NULL THEN upstream_sentence__ ELSE CASE cause__
          WHEN %1$s THEN CONCAT('Message ', at__, %10$s, ' was a dead letter (', reason__, ') when the stream passed it and is repaired since, behind the seal of its day.')
          WHEN %2$s THEN CONCAT('Message ', at__, %10$s, ' came behind the seal of its day; the stream leaves it to the batch.')
          WHEN %3$s THEN CONCAT('The stream wrote message ', at__, ' by ', definition__, '.')
          WHEN %4$s THEN CONCAT('The stream looked message ', at__, ' up in ', dimension__, '.')
          WHEN %5$s THEN CONCAT('One event was delivered twice, as ', COALESCE(made_at__, at__), ' and ', COALESCE(other_at__, at__), ': the batch keeps ', COALESCE(made_at__, 'neither'), ', ', %11$s, ' has the other.')
          WHEN %6$s THEN CONCAT('Message ', at__, %10$s, ' was read, and ', %11$s, ' has no row of it.')
          WHEN %7$s THEN CONCAT('Message ', at__, %10$s, ' came once, and ', %11$s, ' has ', CASE rank__ WHEN 1 THEN offline__ WHEN 2 THEN written__ ELSE main__ END, ' rows of it.')
          WHEN %8$s THEN CONCAT(%11$s, ' has a row at ', at__, ', and no message there gives it.')
          WHEN %9$s THEN CONCAT(%11$s, ' has other values of message ', at__, %10$s, ' than the message gives.')
          END END, CASE rank__ WHEN 1 THEN %12$s WHEN 3 THEN %13$s ELSE '' END)"""
        .formatted(
            literal(Cause.DEAD_LETTER.text()),
            literal(Cause.IN_FLIGHT.text()),
            literal(Cause.DEFINITION.text()),
            literal(Cause.DIMENSION.text()),
            literal(Cause.DUPLICATE.text()),
            literal(Cause.LOST.text()),
            literal(Cause.DOUBLED.text()),
            literal(Cause.FOREIGN.text()),
            literal(Cause.ALTERED.text()),
            "COALESCE(CONCAT(' (event time ', event__, ', received ', arrived__, ')'), '')",
            "CASE rank__ WHEN 1 THEN 'offline' ELSE 'main' END",
            literal(offlineChanges.isEmpty() ? "" : " " + offlineChanges),
            literal(mainChanges.isEmpty() ? "" : " " + mainChanges));
  }
}
