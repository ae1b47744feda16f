package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.UserError;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.Project;
import io.tidemark.jobs.spec.Split;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routes of topic {@code app}: {@code ods_click} and the split's own {@code ods_app}. */
class RouteChangeTest {
  private static final String HERE = "{\"app\":{\"0\":7,\"1\":3}}";
  private static final String BACK = "{\"app\":{\"0\":2,\"1\":3}}";
  private static final String AHEAD = "{\"app\":{\"0\":9,\"1\":3}}";

  @TempDir Path root;
  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private Split split;
  private RouteChange change;

  @BeforeEach
  void declare() {
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("ods"));
    JobCatalog jobs =
        new Project(root)
            .with(
                "jobs/app.yml",
                """
                job: ods_app
                topic: app
                split: type
                columns:
                  type: string
                  event_time: { type: timestamp, required: true }
                event-time: { column: event_time }
                output: ods.app
                """)
            .with(
                "jobs/click.yml",
                "job: ods_click\nextends: ods_app\nroute: [click]\noutput: ods.click\n")
            .read()
            .jobs();
    split = jobs.splitOf((IngestSpec) jobs.job("ods_app")).orElseThrow();
    change = new RouteChange(split.rest(), KafkaOffsets.parse("app", HERE), this::find);
  }

  @Test
  void tablesThatStandTogetherLetRoutesChange() {
    Table click = standing("ods.click", "ods_click", HERE);

    change.requireTogether(SplitRoutes.of(split));
    change.requireNoneFromBefore(SplitRoutes.of(split));

    assertThat(TableState.of(refreshed(click)).marker("ods_click").orElseThrow().epoch())
        .as("whoever ran with the old routes is stopped")
        .isEqualTo(2);
  }

  @Test
  void aTableThatIsNotThereOrWasNeverReadIntoHoldsNothingBack() {
    assertThatCode(() -> requireBoth()).doesNotThrowAnyException();
    create("ods.click");
    assertThatCode(() -> requireBoth()).doesNotThrowAnyException();
  }

  @Test
  void routesDoNotChangeWhileOneOfThemStandsElsewhere() {
    standing("ods.click", "ods_click", AHEAD);

    assertThatThrownBy(() -> change.requireTogether(SplitRoutes.of(split)))
        .isInstanceOf(SplitRefusedException.class)
        .hasMessageContaining("changed while its tables stand apart")
        .hasMessageContaining("ods.app at " + HERE)
        .hasMessageContaining("ods.click at " + AHEAD);
  }

  @Test
  void routesDoNotChangeWhereDeadLettersOfAMicroBatchAreThereWithoutItsRows() {
    standing("ods.click", "ods_click", HERE);
    standing("ods.click_dead_letter", "ods_click", BACK);
    standing("ods.app_dead_letter", "ods_app", HERE);
    assertThatCode(() -> requireBoth()).doesNotThrowAnyException();

    catalog.dropTable(TableIdentifier.of("ods", "click_dead_letter"));
    standing("ods.click_dead_letter", "ods_click", AHEAD);
    assertThatThrownBy(() -> change.requireTogether(SplitRoutes.of(split)))
        .hasMessageContaining("ods.click_dead_letter at " + AHEAD);

    catalog.dropTable(TableIdentifier.of("ods", "click_dead_letter"));
    catalog.dropTable(TableIdentifier.of("ods", "app_dead_letter"));
    standing("ods.app_dead_letter", "ods_app", AHEAD);
    assertThatThrownBy(() -> change.requireTogether(SplitRoutes.of(split)))
        .hasMessageContaining("but ods.app_dead_letter at " + AHEAD);
  }

  /** Its messages since are in other tables: read again, they would be in two. */
  @Test
  void aRouteThatComesBackDoesNotReadWhatOthersHave() {
    standing("ods.click", "ods_click", BACK);

    assertThatThrownBy(() -> change.requireNoneFromBefore(SplitRoutes.of(split)))
        .isInstanceOf(SplitRefusedException.class)
        .hasMessageContaining("ods.click at " + BACK)
        .hasMessageContaining("ods.app at " + HERE)
        .extracting(refusal -> ((UserError) refusal).nextStep())
        .asString()
        .contains("./tidemark offsets ods_click --move-to 0:7,1:3 ");
  }

  private void requireBoth() {
    change.requireTogether(SplitRoutes.of(split));
    change.requireNoneFromBefore(SplitRoutes.of(split));
  }

  private Table standing(String name, String job, String position) {
    Table table = create(name);
    Commits.takeOver(table, job, "none", position);
    return table;
  }

  private Table create(String name) {
    return catalog.createTable(
        id(TableName.parse(name)),
        new Schema(Types.NestedField.optional(1, "type", Types.StringType.get())));
  }

  private Optional<Table> find(TableName name) {
    return catalog.tableExists(id(name))
        ? Optional.of(catalog.loadTable(id(name)))
        : Optional.empty();
  }

  private static TableIdentifier id(TableName name) {
    return TableIdentifier.parse(name.toString());
  }

  private static Table refreshed(Table table) {
    table.refresh();
    return table;
  }
}
