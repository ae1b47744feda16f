package io.tidemark.catalog.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.table.TableChange.Consent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a plan says of each kind of difference. */
class TablePlannerTest {
  private static final String COLUMNS =
      """
      dt: date
      id: string
      n: int
      price: decimal(10,2)
      place: struct<city:string,zip:int>
      points: array<struct<x:int>>
      counts: map<string,int>
      """;

  private final MemoryStore store = new MemoryStore();
  private final TableApply apply = new TableApply(store);

  @BeforeEach
  void create() {
    apply.apply(
        Declared.ofJob(COLUMNS, "sort: [id]\nproperties: { read.split.size: 1000 }"), List.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          id: string | id: string\\nv: bigint | add column v bigint
          zip:int | zip:int,street:string | add column place.street string
          x:int | x:int,y:int | add column points.element.y int
          n: int | n: bigint | widen column n from int to bigint
          price: decimal(10,2) | price: decimal(18,2) | widen column price from decimal(10,2) to decimal(18,2)
          zip:int | zip:bigint | widen column place.zip from int to bigint
          x:int | x:bigint | widen column points.element.x from int to bigint
          map<string,int> | map<string,bigint> | widen column counts.value from int to bigint
          """)
  void whatLosesNothingIsPlain(String written, String instead, String text) {
    TableChange change = only(columns(written, instead));

    assertThat(change.text()).isEqualTo(text);
    assertThat(change.consent()).isEqualTo(Consent.NONE);
    assertThat(change.stopsJob()).isEqualTo(text.startsWith("widen"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          n: int | n: string | make column n of int string: Iceberg does not read one as the other; give the new column another name, or declare it int
          price: decimal(10,2) | price: decimal(18,4) | make column price of decimal(10,2) decimal(18,4): Iceberg does not read one as the other; give the new column another name, or declare it decimal(10,2)
          price: decimal(10,2) | price: decimal(8,2) | narrow column price from decimal(10,2) to decimal(8,2): its values may not fit; declare it decimal(10,2)
          place: struct<city:string,zip:int> | place: string | make column place of struct<city:string,zip:int> string: Iceberg does not read one as the other; give the new column another name, or declare it struct<city:string,zip:int>
          map<string,int> | map<int,int> | make column counts of map<string,int> map<int,int>: Iceberg does not read one as the other; give the new column another name, or declare it map<string,int>
          """)
  void whatIcebergCannotDoIsRefusedWithWhatToDo(String written, String instead, String text) {
    TableChange change = only(columns(written, instead));

    assertThat(change.text()).isEqualTo(text);
    assertThat(change.consent()).isEqualTo(Consent.IMPOSSIBLE);
    assertThat(change.stopsJob()).isEqualTo(!text.startsWith("narrow"));
  }

  @Test
  void aDroppedColumnNeedsAFlagThatNamesIt() {
    TablePlan plan = columns("price: decimal(10,2)\n", "");
    TableChange change = only(plan);

    assertThat(change.text()).isEqualTo("drop column price decimal(10,2) and the values it has");
    assertThat(change.id()).isEqualTo("drop-column:dwd.event.price");
    assertThat(plan.refused(List.of())).containsExactly(change);
    assertThat(plan.refused(List.of("drop-column:dwd.event.id"))).containsExactly(change);
    assertThat(plan.refused(List.of(change.id()))).isEmpty();
    assertThat(only(columns(",zip:int", "")).id()).isEqualTo("drop-column:dwd.event.place.zip");
  }

  @Test
  void aColumnThatFilesArePartitionedByIsNotDropped() {
    apply.apply(Declared.ofJob(COLUMNS, "partitions: [dt, 'bucket(4, id)']"), List.of());
    apply.apply(Declared.ofJob(COLUMNS, ""), List.of("drop-partition:dwd.event.id_bucket_4"));

    TableChange change = only(plan(Declared.ofJob(COLUMNS.replace("id: string\n", ""), "")));

    assertThat(change.consent()).isEqualTo(Consent.IMPOSSIBLE);
    assertThat(change.text()).contains("partitioned by it", "keep the column");
  }

  @Test
  void aRenamedColumnKeepsItsIdAndIsDoneOnce() {
    int id = store.table(Declared.EVENT).schema().findField("n").fieldId();
    DeclaredTable renamed =
        same(
            COLUMNS.replace("n: int", "amount: bigint").replace("zip:int", "code:int"),
            """
            columns:
              amount: { renamed-from: n, comment: How many }
              place.code: { renamed-from: zip }
            """);

    assertThat(texts(plan(renamed)))
        .containsExactly(
            "rename column n to amount",
            "rename column place.zip to code",
            "widen column amount from int to bigint",
            "comment column amount: How many");
    apply.apply(renamed, List.of());
    assertThat(plan(renamed).isEmpty()).isTrue();
    assertThat(store.table(Declared.EVENT).schema().findField("amount").fieldId()).isEqualTo(id);
  }

  @Test
  void aNameThatWasGivenUpIsNotTakenForANewColumnByMistake() {
    apply.apply(
        same(COLUMNS.replace("n: int", "m: int"), "columns: { m: { renamed-from: n } }"),
        List.of());

    TablePlan old = plan(same(COLUMNS, ""));

    assertThat(texts(old))
        .containsExactly(
            "add column n int, a new one: the column that had this name is now m and keeps its rows",
            "drop column m int and the values it has");
    assertThat(old.changes().get(0).consent()).isEqualTo(Consent.NAMED);
    assertThat(old.changes().get(0).stopsJob()).isTrue();
  }

  @Test
  void commentsThatAreNotDeclaredAreLeftAlone() {
    apply.apply(same(COLUMNS, "columns: { n: { comment: old } }"), List.of());

    assertThat(plan(same(COLUMNS, "")).isEmpty()).isTrue();
    assertThat(texts(plan(same(COLUMNS, "columns: { n: { comment: new } }"))))
        .containsExactly("comment column n: new");
    assertThat(texts(plan(same(COLUMNS, "columns: { n: { comment: '' } }"))))
        .containsExactly("remove the comment of column n");
  }

  @Test
  void onlyPropertiesThatWereDeclaredAreTakenAway() {
    store.table(Declared.EVENT).updateProperties().set("by.hand", "1").commit();

    TablePlan plan =
        plan(
            Declared.ofJob(
                COLUMNS,
                """
                retention: 30 days
                freshness: 1 hour
                distribution: hash
                properties: { by.hand: 2 }
                """));

    assertThat(texts(plan))
        .containsExactlyInAnyOrder(
            "sort new files no longer",
            "set property tidemark.retention to '30 days'",
            "set property tidemark.freshness to '1 hour'",
            "set property write.distribution-mode to 'hash'",
            "set property by.hand to '2', which was '1'",
            "remove property read.split.size, which was '1000'");
    assertThat(plan.refused(List.of())).isEmpty();
  }

  @Test
  void partitionsAreAddedAndDroppedByName() {
    DeclaredTable more = same(COLUMNS, "partitions: [dt, 'bucket(4, id)', 'truncate(10, n)']");
    assertThat(texts(plan(more)))
        .containsExactly(
            "partition new files by bucket(4, id) too; those that are there stay as they are",
            "partition new files by truncate(10, n) too; those that are there stay as they are");
    apply.apply(more, List.of());
    assertThat(plan(more).isEmpty()).isTrue();

    TablePlan back = plan(same(COLUMNS, "partitions: [dt, 'bucket(4, id)']"));

    assertThat(only(back).id()).isEqualTo("drop-partition:dwd.event.n_trunc_10");
    assertThat(back.refused(List.of())).hasSize(1);
  }

  @Test
  void aTableThatTidemarkDidNotMakeIsNotTakenOver() {
    MemoryStore other = new MemoryStore();
    other.create(Declared.alone("columns: { x: int }"));

    TablePlan plan = new TableApply(other).plan(Declared.ofJob(COLUMNS, ""));

    assertThat(plan.refused(List.of("drop-column:dwd.event.x")))
        .extracting(TableChange::text)
        .singleElement()
        .asString()
        .contains("partition by dt: the table was not created by Tidemark");
  }

  @Test
  void aTableThatStandsAloneMayBePartitionedByTheDayLater() {
    MemoryStore other = new MemoryStore();
    other.create(Declared.alone("columns: { dt: date }"));
    TableApply changes = new TableApply(other);
    DeclaredTable byDay = Declared.alone("columns: { dt: date }\npartitions: [dt]");

    assertThat(texts(changes.plan(byDay)))
        .containsExactly("partition new files by dt too; those that are there stay as they are");
    changes.apply(byDay, List.of());
    assertThat(changes.plan(byDay).isEmpty()).isTrue();
  }

  @Test
  void requiredColumnsCannotComeLaterButMayGoOptional() {
    MemoryStore other = new MemoryStore();
    TableApply changes = new TableApply(other);
    changes.apply(
        Declared.alone("columns: { a: { type: int, required: true }, b: int }"), List.of());

    TablePlan plan =
        changes.plan(
            Declared.alone(
                """
                columns:
                  a: int
                  b: { type: int, required: true }
                  c: { type: int, required: true }
                """));

    assertThat(texts(plan))
        .containsExactly(
            "add column c int, required: the rows that are there have no value for it; declare it"
                + " without 'required'",
            "let column a be NULL",
            "require column b: rows that are there may have no value for it; declare it without"
                + " 'required'");
    assertThat(plan.refused(List.of())).hasSize(2);
  }

  @Test
  void aTableThatIsNotThereIsCreatedAsDeclared() {
    MemoryStore other = new MemoryStore();
    DeclaredTable declared =
        Declared.alone(
            """
            description: Channels
            owner: us
            columns:
              id: { type: string, required: true, comment: The key }
              name: { type: string, comment: As people call it }
              since: timestamp
            keys: [id]
            partitions: ['bucket(4, id)']
            sort: [name, since desc]
            """);

    assertThat(texts(new TableApply(other).plan(declared)))
        .containsExactly(
            "create table dwd.event: 3 columns, partitioned by bucket(4, id), sorted by name, since"
                + " desc");
    new TableApply(other).apply(declared, List.of());

    assertThat(new TableApply(other).plan(declared).isEmpty()).isTrue();
    var table = other.table(Declared.EVENT);
    assertThat(table.schema().findField("id").doc()).isEqualTo("The key");
    assertThat(table.schema().findField("id").isRequired()).isTrue();
    assertThat(table.properties())
        .containsAllEntriesOf(
            Map.of("comment", "Channels", "tidemark.owner", "us", "tidemark.keys", "id"));
  }

  /** The job's columns with a part written otherwise; the file as it was. */
  private TablePlan columns(String written, String instead) {
    String columns = COLUMNS.replace(written, instead.replace("\\n", "\n"));
    assertThat(columns).isNotEqualTo(COLUMNS);
    return plan(same(columns, ""));
  }

  /** A declaration with the sort order and the properties that the table has. */
  private static DeclaredTable same(String columns, String yaml) {
    return Declared.ofJob(columns, "sort: [id]\nproperties: { read.split.size: 1000 }\n" + yaml);
  }

  private TablePlan plan(DeclaredTable declared) {
    return apply.plan(declared);
  }

  private static TableChange only(TablePlan plan) {
    assertThat(plan.changes()).as(plan.toString()).hasSize(1);
    return plan.changes().get(0);
  }

  private static List<String> texts(TablePlan plan) {
    return plan.changes().stream().map(TableChange::text).toList();
  }
}
