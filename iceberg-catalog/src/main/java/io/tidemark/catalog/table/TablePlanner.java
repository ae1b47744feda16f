package io.tidemark.catalog.table;

import io.tidemark.catalog.table.TableChange.Consent;
import io.tidemark.catalog.table.TableChange.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.Table;

/**
 * Compares a declared table with the one in the catalog. It asks nothing but Iceberg's metadata, so
 * a plan that was interrupted half-way is simply made again.
 */
public final class TablePlanner {
  private final DeclaredTable declared;
  private final Table table;
  private final SchemaPlanner schema;
  private final List<TableChange> changes = new ArrayList<>();

  private TablePlanner(DeclaredTable declared, Table table) {
    this.declared = declared;
    this.table = table;
    this.schema = new SchemaPlanner(declared, table);
  }

  /** The plan that makes a table that is not there. */
  public static TablePlan create(DeclaredTable declared) {
    String partitions =
        declared.partitions().isEmpty()
            ? ", not partitioned"
            : ", partitioned by " + text(declared.partitions());
    String sort = declared.sort().isEmpty() ? "" : ", sorted by " + text(declared.sort());
    return new TablePlan(
        declared.name(),
        List.of(
            new TableChange(
                Kind.CREATE_TABLE,
                declared.name(),
                "",
                "",
                "create table %s: %d columns%s%s"
                    .formatted(
                        declared.name(), declared.schema().columns().size(), partitions, sort),
                Consent.NONE,
                false)));
  }

  /**
   * The plan that makes a table what it should be.
   *
   * @param table the table; it has just been loaded or refreshed
   */
  public static TablePlan plan(DeclaredTable declared, Table table) {
    return new TablePlanner(declared, table).plan();
  }

  private TablePlan plan() {
    changes.addAll(schema.changes());
    branch();
    partitions();
    sort();
    properties();
    return new TablePlan(declared.name(), changes);
  }

  private void branch() {
    if (declared.offline() && table.refs().get(DeclaredTable.OFFLINE) == null) {
      boolean empty = table.currentSnapshot() == null;
      change(
          Kind.CREATE_BRANCH,
          DeclaredTable.OFFLINE,
          "create branch '%s'%s"
              .formatted(
                  DeclaredTable.OFFLINE,
                  empty
                      ? ""
                      : ": the table has rows, so it was not created by Tidemark, or the branch was"
                          + " dropped; drop the table and run its job, or give the job another"
                          + " output"),
          empty ? Consent.NONE : Consent.IMPOSSIBLE,
          !empty);
    }
  }

  private void partitions() {
    Map<PartitionTerm, PartitionField> actual = new LinkedHashMap<>();
    table.spec().fields().stream()
        .filter(field -> !field.transform().isVoid())
        .forEach(
            field ->
                actual.put(
                    PartitionTerm.of(
                        field,
                        schema.nameAfterwards(table.schema().findColumnName(field.sourceId()))),
                    field));
    for (PartitionTerm term : declared.partitions()) {
      if (!actual.containsKey(term)) {
        addPartition(term);
      }
    }
    actual.forEach(
        (term, field) -> {
          if (!declared.partitions().contains(term)) {
            change(
                Kind.DROP_PARTITION,
                field.name(),
                "partition no longer by %s: readers that ask for it read more".formatted(term),
                Consent.NAMED,
                false);
          }
        });
  }

  private void addPartition(PartitionTerm term) {
    // By its first field jobs replace what they have written.
    boolean ofJob = declared.offline() && term.equals(declared.partitions().get(0));
    change(
        Kind.ADD_PARTITION,
        term.toString(),
        ofJob
            ? "partition by %s: the table was not created by Tidemark, whose tables are; drop it, or take another name"
                .formatted(term)
            : "partition new files by %s too; those that are there stay as they are"
                .formatted(term),
        ofJob ? Consent.IMPOSSIBLE : Consent.NONE,
        ofJob);
  }

  private void sort() {
    List<SortTerm> actual =
        table.sortOrder().fields().stream()
            .map(
                field ->
                    new SortTerm(
                        schema.nameAfterwards(table.schema().findColumnName(field.sourceId())),
                        field.direction() == SortDirection.DESC))
            .toList();
    boolean ours = managed().contains(DeclaredTable.SORT);
    if (!actual.equals(declared.sort()) && (ours || !declared.sort().isEmpty())) {
      change(
          Kind.SORT,
          "",
          declared.sort().isEmpty()
              ? "sort new files no longer"
              : "sort new files by " + text(declared.sort()),
          Consent.NONE,
          false);
    }
  }

  private void properties() {
    Map<String, String> actual = table.properties();
    declared
        .properties()
        .forEach(
            (name, value) -> {
              String was = actual.get(name);
              if (!value.equals(was)) {
                change(
                    Kind.SET_PROPERTY,
                    name,
                    "set property %s to '%s'%s"
                        .formatted(name, value, was == null ? "" : ", which was '" + was + "'"),
                    Consent.NONE,
                    false);
              }
            });
    for (String name : managed()) {
      if (actual.containsKey(name) && !declared.properties().containsKey(name)) {
        change(
            Kind.REMOVE_PROPERTY,
            name,
            "remove property %s, which was '%s'".formatted(name, actual.get(name)),
            Consent.NONE,
            false);
      }
    }
  }

  /** What only declarations have set, so that a declaration may take it away. */
  private Set<String> managed() {
    return new TreeSet<>(
        Arrays.asList(table.properties().getOrDefault(DeclaredTable.MANAGED, "").split(",")));
  }

  private static String text(List<?> terms) {
    return terms.stream().map(Object::toString).collect(Collectors.joining(", "));
  }

  private void change(Kind kind, String subject, String text, Consent consent, boolean stopsJob) {
    changes.add(new TableChange(kind, declared.name(), subject, "", text, consent, stopsJob));
  }
}
