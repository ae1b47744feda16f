package io.tidemark.jobs.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.jobs.alert.Incident;
import io.tidemark.jobs.alert.Incident.Kind;
import io.tidemark.jobs.alert.IncidentStore;
import io.tidemark.jobs.spec.SystemColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The table {@code ops.alert_incident}: a row for each incident. A change is one commit that puts
 * the days of the changed incidents in place of what was there, and fails when anybody else has
 * written anything meanwhile: then it is planned again. No job of the engine runs.
 */
public final class IncidentTable implements IncidentStore {
  /** Its name. */
  public static final TableName NAME = TableName.parse("ops.alert_incident");

  private static final int MAX_ATTEMPTS = 50;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SETTLED = "settled";

  /** NULL in rows that were written before there was more than one. */
  private static final String KIND = "kind";

  private static final String RESOLVED_AT = "resolved_at";
  private static final String ID = "incident";
  private static final String SEPARATOR = "\n";
  private static final Expression UNSETTLED = Expressions.equal(SETTLED, false);

  private static final StructType SCHEMA =
      new StructType()
          .add(SystemColumns.DT, DataTypes.DateType)
          .add(ID, DataTypes.StringType)
          .add("job", DataTypes.StringType)
          .add("alert", DataTypes.StringType)
          .add("key", DataTypes.StringType)
          .add("condition", DataTypes.StringType)
          .add("window_start", DataTypes.TimestampType)
          .add("value", DataTypes.DoubleType)
          .add("expected", DataTypes.DoubleType)
          .add("opened_at", DataTypes.TimestampType)
          .add(RESOLVED_AT, DataTypes.TimestampType)
          .add("reminders", DataTypes.IntegerType)
          .add("told_at", DataTypes.TimestampType)
          .add("told", DataTypes.StringType)
          .add("told_over", DataTypes.StringType)
          .add("claimed_by", DataTypes.StringType)
          .add("claimed_until", DataTypes.TimestampType)
          .add(SETTLED, DataTypes.BooleanType)
          .add(KIND, DataTypes.StringType);

  private final Lakehouse lake;

  public IncidentTable(Lakehouse lake) {
    this.lake = lake;
  }

  /** The incidents that go on. */
  public List<Incident> open() {
    return lake.exists(NAME)
        ? read(lake.load(NAME), UNSETTLED).stream().filter(Incident::isOpen).toList()
        : List.of();
  }

  @Override
  public List<Incident> change(Instant since, Function<List<Incident>, List<Incident>> plan) {
    if (!lake.exists(NAME) && plan.apply(List.of()).isEmpty()) {
      return List.of();
    }
    Table table = lake.ensure(NAME, SCHEMA, Map.of());
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      Snapshot base = table.currentSnapshot();
      List<Incident> known =
          read(
              table,
              Expressions.or(
                  UNSETTLED,
                  Expressions.greaterThanOrEqual(
                      RESOLVED_AT, since.atOffset(ZoneOffset.UTC).toString())));
      List<Incident> changed = plan.apply(known);
      if (changed.isEmpty()) {
        return known;
      }
      Set<StagedFiles> staged = write(table, changed);
      try {
        commit(table, base, changed, staged);
        return merged(known, changed);
      } catch (ValidationException | CommitFailedException e) {
        staged.forEach(StagedFiles::discard);
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
      } catch (CommitStateUnknownException | UncheckedSQLException e) {
        // It may have landed, so its files stay. Then the same plan finds nothing to change.
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static List<Incident> merged(List<Incident> known, List<Incident> changed) {
    Map<String, Incident> all = new LinkedHashMap<>();
    known.forEach(incident -> all.put(incident.id(), incident));
    changed.forEach(incident -> all.put(incident.id(), incident));
    return List.copyOf(all.values());
  }

  private static Set<StagedFiles> write(Table table, List<Incident> changed) {
    Map<LocalDate, List<Incident>> byDay =
        changed.stream()
            .collect(Collectors.groupingBy(Incident::day, TreeMap::new, Collectors.toList()));
    Set<StagedFiles> staged = new LinkedHashSet<>();
    byDay.forEach(
        (day, incidents) -> {
          Set<String> ids = incidents.stream().map(Incident::id).collect(Collectors.toSet());
          staged.add(
              new DayFile(table, day)
                  .write(
                      row -> !ids.contains((String) row.getField(ID)),
                      incidents.stream().map(IncidentTable::row).toList(),
                      SCHEMA));
        });
    return staged;
  }

  private static void commit(
      Table table, Snapshot base, List<Incident> changed, Set<StagedFiles> staged) {
    Expression days =
        changed.stream()
            .map(incident -> incident.day().toString())
            .distinct()
            .<Expression>map(day -> Expressions.equal(SystemColumns.DT, day))
            .reduce(Expressions.alwaysFalse(), Expressions::or);
    OverwriteFiles overwrite =
        table
            .newOverwrite()
            .overwriteByRowFilter(days)
            .conflictDetectionFilter(Expressions.alwaysTrue())
            .validateNoConflictingData()
            .validateNoConflictingDeletes();
    if (base != null) {
      overwrite.validateFromSnapshot(base.snapshotId());
    }
    staged.forEach(files -> files.files().forEach(overwrite::addFile));
    overwrite.commit();
  }

  private static List<Incident> read(Table table, Expression which) {
    List<Incident> incidents = new ArrayList<>();
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).where(which).build()) {
      for (Record row : rows) {
        incidents.add(incident(row));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return incidents;
  }

  private static Row row(Incident incident) {
    return RowFactory.create(
        incident.day(),
        incident.id(),
        incident.job(),
        incident.alert(),
        json(incident.key()),
        incident.condition(),
        incident.window(),
        incident.value(),
        incident.expected(),
        incident.openedAt(),
        incident.resolvedAt(),
        incident.reminders(),
        incident.toldAt(),
        String.join(SEPARATOR, incident.told()),
        String.join(SEPARATOR, incident.toldOver()),
        incident.claimedBy(),
        incident.claimedUntil(),
        incident.settled(),
        incident.kind().name().toLowerCase(Locale.ROOT));
  }

  private static Incident incident(Record row) {
    return new Incident(
        (String) row.getField(ID),
        (LocalDate) row.getField(SystemColumns.DT),
        (String) row.getField("job"),
        (String) row.getField("alert"),
        key((String) row.getField("key")),
        kind((String) row.getField(KIND)),
        (String) row.getField("condition"),
        instant(row.getField("window_start")),
        (Double) row.getField("value"),
        (Double) row.getField("expected"),
        instant(row.getField("opened_at")),
        instant(row.getField(RESOLVED_AT)),
        (Integer) row.getField("reminders"),
        instant(row.getField("told_at")),
        names((String) row.getField("told")),
        names((String) row.getField("told_over")),
        (String) row.getField("claimed_by"),
        instant(row.getField("claimed_until")),
        (Boolean) row.getField(SETTLED));
  }

  private static Instant instant(Object time) {
    return time == null ? null : ((OffsetDateTime) time).toInstant();
  }

  private static Set<String> names(String text) {
    return text.isEmpty() ? Set.of() : new LinkedHashSet<>(List.of(text.split(SEPARATOR)));
  }

  private static Kind kind(String name) {
    return name == null ? Kind.CONDITION : Kind.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static String json(Map<String, String> key) {
    try {
      return JSON.writeValueAsString(key);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a key cannot be written as JSON: " + key, e);
    }
  }

  private static Map<String, String> key(String json) {
    try {
      return JSON.readValue(json, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "a key in %s is no JSON: '%s'; mend the row".formatted(NAME, json), e);
    }
  }
}
