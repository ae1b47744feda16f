package io.tidemark.jobs.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.NamingRules;
import io.tidemark.jobs.database.DatabaseTable.Column;
import io.tidemark.jobs.database.DatabaseTable.Identity;
import io.tidemark.jobs.database.DatabaseTable.UniqueKey;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.Project;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written for a database, and that it passes. */
class DatabaseDraftTest {
  private static final ConnectorDraft CONNECTOR =
      new ConnectorDraft(
          "shop",
          DatabaseAddress.parse("jdbc:postgresql://db:5433/shop?sslmode=require").orElseThrow(),
          "cdc",
          "SHOP_PASSWORD",
          "one:9092");

  private static final String SIGNAL =
      "message on shop.signal, once the connector runs with them";

  @TempDir private Path folder;
  private Project project;

  @BeforeEach
  void writeProject() {
    project = new Project(folder);
  }

  @Test
  void aTableBecomesItsChangesAndItsMirror() {
    Declarations declared =
        write(
            table("orders", Identity.DEFAULT, List.of(primary("tenant", "id")), "id", "tenant"),
            table("Order Lines", Identity.DEFAULT, List.of(primary("id")), "id"),
            table("mirror", Identity.DEFAULT, List.of(primary("id")), "id"));

    IngestSpec orders = (IngestSpec) declared.jobs().job("ods_shop_orders_change");
    assertThat(orders.topic()).isEqualTo("shop.public.orders");
    assertThat(orders.payload().key()).containsExactly("tenant", "id");
    assertThat(orders.payload().table()).isEqualTo("public.orders");
    assertThat(((MirrorSpec) declared.jobs().job("dwd_shop_orders")).buckets()).isEqualTo(1);
    IngestSpec lines = (IngestSpec) declared.jobs().job("ods_shop_order_lines_change");
    assertThat(lines.topic()).isEqualTo("shop.public.Order_Lines");
    assertThat(lines.payload().table()).isEqualTo("public.Order Lines");
    assertThat(declared.topics())
        .extracting(topic -> topic.name())
        .containsExactly(
            "shop.public.orders",
            "shop.public.Order_Lines",
            "shop.public.mirror",
            "shop.signal",
            "__debezium-heartbeat.shop");
  }

  @Test
  void namesThatTidemarkOrYamlWouldTakeOtherwiseAreSaved() {
    Declarations declared =
        write(
            table(
                "t",
                Identity.DEFAULT,
                List.of(primary("dt")),
                "dt",
                "log_offset",
                "event_time",
                "camelCase",
                "camel_case",
                "no",
                "1st",
                "a: b",
                "x\ny",
                "with.dot"));

    assertThat(((IngestSpec) declared.jobs().job("ods_shop_t_change")).columns())
        .extracting(column -> column.name() + "=" + column.path())
        .containsExactly(
            "source_dt=dt",
            "source_log_offset=log_offset",
            "source_event_time=event_time",
            "camel_case=camelCase",
            "camel_case_2=camel_case",
            "no=no",
            "c_1st=1st",
            "a_b=a: b");
  }

  @Test
  void longNamesAreCutAndStayApart() {
    String longName = "a_table_whose_name_is_longer_than_the_layer_allows";
    Declarations declared =
        write(
            table(longName + "_1", Identity.DEFAULT, List.of(primary("id")), "id"),
            table(longName + "_2", Identity.DEFAULT, List.of(primary("id")), "id"));

    assertThat(declared.jobs().jobs().stream().filter(MirrorSpec.class::isInstance))
        .hasSize(2)
        .allSatisfy(job -> assertThat(job.output().name()).hasSizeLessThanOrEqualTo(40));
  }

  @Test
  void whatTellsRowsApartIsPutIntoTheLog() {
    UniqueKey index = new UniqueKey("by_code", List.of("code"), false, false);
    DatabaseTable keyless = table("bare", Identity.DEFAULT, List.of(), "id");
    DatabaseTable indexed = table("indexed", Identity.DEFAULT, List.of(index), "id", "code");
    DatabaseTable nothing = table("hidden", Identity.NOTHING, List.of(primary("id")), "id");
    DatabaseTable full = table("whole", Identity.FULL, List.of(index), "id", "code");
    DatabaseTable other =
        table(
            "other",
            Identity.INDEX,
            List.of(primary("id"), new UniqueKey("by_code", List.of("code"), false, true)),
            "id",
            "code");

    Declarations declared = write(keyless, indexed, nothing, full, other);

    assertThat(key(declared, "bare")).isEmpty();
    assertThat(key(declared, "indexed")).containsExactly("code");
    assertThat(key(declared, "hidden")).containsExactly("id");
    assertThat(key(declared, "whole")).containsExactly("code");
    assertThat(key(declared, "other")).containsExactly("code");
    assertThat(declared.jobs().jobs().stream().filter(MirrorSpec.class::isInstance)).hasSize(4);
    assertThat(
            draft(keyless, indexed, nothing, full, other).files(CONNECTOR).get("connect/shop.sql"))
        .contains("ALTER TABLE \"public\".\"bare\" REPLICA IDENTITY FULL;")
        .contains("ALTER TABLE \"public\".\"indexed\" REPLICA IDENTITY USING INDEX \"by_code\";")
        .contains("ALTER TABLE \"public\".\"hidden\" REPLICA IDENTITY DEFAULT;")
        .doesNotContain("ALTER TABLE \"public\".\"whole\"")
        .doesNotContain("ALTER TABLE \"public\".\"other\"");
  }

  @Test
  void theConnectorIsTheOneThatTheJobsCountOn() throws Exception {
    Properties connector = new Properties();
    connector.load(
        new StringReader(
            draft(
                    table("orders", Identity.DEFAULT, List.of(primary("id")), "id"),
                    table("Order Lines", Identity.DEFAULT, List.of(primary("id")), "id"))
                .files(CONNECTOR)
                .get("connect/shop.properties")));

    assertThat(connector)
        .containsEntry("database.hostname", "db")
        .containsEntry("database.port", "5433")
        .containsEntry("database.sslmode", "require")
        .containsEntry("database.password", "${env:SHOP_PASSWORD}")
        .containsEntry("decimal.handling.mode", "string")
        .containsEntry("skipped.operations", "none")
        .containsEntry("publication.autocreate.mode", "disabled")
        .containsEntry("table.include.list", "public.orders,public.Order.Lines");
  }

  @Test
  void whatIsDeclaredIsLeftAndWhatItLacksIsSaid() {
    DatabaseTable before = table("orders", Identity.DEFAULT, List.of(primary("id")), "id");
    Declarations declared = write(before);
    DatabaseTable after = table("orders", Identity.DEFAULT, List.of(primary("id")), "id", "note");
    DatabaseTable added = table("added", Identity.DEFAULT, List.of(), "id");
    DatabaseDraft again = draft(declared, after, added);

    assertThat(again.files(CONNECTOR)).doesNotContainKey("jobs/ods/shop/shop_orders_change.yml");
    assertThat(again.files(CONNECTOR)).containsKey("jobs/ods/shop/shop_added_change.yml");
    assertThat(again.missing(draft(before).files(CONNECTOR)))
        .isEqualTo(
            Map.of(
                "columns of job ods_shop_orders_change",
                List.of("note: string"),
                "topics in conf/topics/shop.yml",
                List.of("shop.public.added: { partitions: 1 }"),
                "table.include.list in conf/connect/shop.properties",
                List.of("public.added"),
                "SQL for the owner of the tables",
                List.of(
                    "ALTER TABLE \"public\".\"added\" REPLICA IDENTITY FULL;",
                    "ALTER PUBLICATION \"tidemark_shop\" ADD TABLE \"public\".\"added\";"),
                SIGNAL + ", while nobody writes to them: no key",
                List.of(signal("public.added"))));
  }

  @Test
  void whatTheConnectorLacksIsSaidUntilItHasIt() {
    List<UniqueKey> id = List.of(primary("id"));
    DatabaseTable orders = table("orders", Identity.DEFAULT, id, "id");
    DatabaseTable lines = table("Order Lines", Identity.DEFAULT, id, "id");
    Declarations declared = write(orders, lines);
    Map<String, String> before = draft(orders).files(CONNECTOR);
    DatabaseDraft again = draft(declared, orders, lines);

    assertThat(again.missing(before))
        .containsEntry(
            "table.include.list in conf/connect/shop.properties", List.of("public.Order.Lines"))
        .containsEntry(
            "SQL for the owner of the tables",
            List.of("ALTER PUBLICATION \"tidemark_shop\" ADD TABLE \"public\".\"Order Lines\";"));
    assertThat(again.missing(draft(orders, lines).files(CONNECTOR))).isEmpty();
    for (String list : List.of("PUBLIC\\\\..*", "public.orders, public.order[ ]lines", "")) {
      assertThat(again.missing(connector("table.include.list=" + list))).as(list).isEmpty();
    }
    assertThat(again.missing(connector("slot.name=s"))).isEmpty();
    for (String list : List.of("public.order", "(", "\\u00")) {
      assertThat(again.missing(connector("table.include.list=" + list)))
          .as(list)
          .containsEntry(
              "table.include.list in conf/connect/shop.properties",
              List.of("public.orders", "public.Order.Lines"));
    }
  }

  @Test
  void aPartitionedTableIsPublishedAsOneTable() {
    DatabaseTable orders = table("orders", Identity.DEFAULT, List.of(primary("id")), "id");
    DatabaseTable days = table("public", "days", true, Identity.DEFAULT, List.of(), "id");
    String identity =
        "ALTER TABLE \"public\".\"days\" REPLICA IDENTITY FULL;   -- and the same for each partition,"
            + " by its own index; also for those made later";

    assertThat(draft(orders, days).files(CONNECTOR).get("connect/shop.sql"))
        .contains(identity + "\n")
        .endsWith("  WITH (publish_via_partition_root = true);\n");
    assertThat(draft(write(orders), orders, days).missing(draft(orders).files(CONNECTOR)))
        .containsEntry(
            "SQL for the owner of the tables",
            List.of(
                "ALTER PUBLICATION \"tidemark_shop\" SET (publish_via_partition_root = true);",
                identity,
                "ALTER PUBLICATION \"tidemark_shop\" ADD TABLE \"public\".\"days\";"));
  }

  @Test
  void rowsThatANewTableHasBeforeItIsCapturedAreReadOnASignal() {
    List<UniqueKey> id = List.of(primary("id"));
    DatabaseTable orders = table("orders", Identity.DEFAULT, id, "id");
    Map<String, List<String>> missing =
        draft(
                write(orders),
                orders,
                table("Order Lines", Identity.DEFAULT, id, "id"),
                table("bare", Identity.FULL, List.of(), "id"),
                table("users", Identity.DEFAULT, id, "id"))
            .missing(draft(orders).files(CONNECTOR));

    assertThat(missing.keySet())
        .containsExactly(
            "topics in conf/topics/shop.yml",
            "SQL for the owner of the tables",
            "table.include.list in conf/connect/shop.properties",
            SIGNAL,
            SIGNAL + ", while nobody writes to them: no key");
    assertThat(missing)
        .containsEntry(SIGNAL, List.of(signal("public.Order.Lines\",\"public.users")))
        .containsEntry(
            SIGNAL + ", while nobody writes to them: no key", List.of(signal("public.bare")));
  }

  @Test
  void aNameThatAnotherTableHasIsLeftToIt() {
    List<UniqueKey> id = List.of(primary("id"));
    DatabaseTable lines = table("order_lines", Identity.DEFAULT, id, "id");
    Declarations declared = write(lines, table("users", Identity.DEFAULT, id, "id"));
    DatabaseTable late = table("OrderLines", Identity.DEFAULT, id, "id");
    DatabaseTable users = table("billing", "users", false, Identity.DEFAULT, id, "id");

    DatabaseDraft again = draft(declared, late, lines, users);

    assertThat(again.remarks())
        .hasSize(2)
        .anySatisfy(
            remark ->
                assertThat(remark)
                    .startsWith("public.OrderLines is called shop_order_lines_")
                    .endsWith(", because shop_order_lines is public.order_lines"))
        .anySatisfy(
            remark ->
                assertThat(remark)
                    .startsWith("billing.users is called shop_users_")
                    .endsWith(", because shop_users is public.users"));
    again.files(CONNECTOR).forEach((file, text) -> writeNew(file, text));
    assertThat(project.read().jobs().jobs().stream().filter(IngestSpec.class::isInstance))
        .extracting(job -> ((IngestSpec) job).payload().table())
        .contains("public.OrderLines", "public.order_lines", "public.users", "billing.users");
    assertThat(draft(project.read(), late, lines, users).remarks()).isEmpty();
  }

  @Test
  void anAddressIsReadAndItsSecretsAreSeen() {
    assertThat(DatabaseAddress.parse("jdbc:postgresql://h/d").orElseThrow().port()).isEqualTo(5432);
    assertThat(DatabaseAddress.parse("jdbc:mysql://h/d")).isEmpty();
    assertThat(DatabaseAddress.parse("jdbc:postgresql://a,b/d")).isEmpty();
    assertThat(
            DatabaseAddress.parse("jdbc:postgresql://h/d?user=u&password=x")
                .orElseThrow()
                .holdsSecret())
        .isTrue();
  }

  private List<String> key(Declarations declared, String table) {
    return ((IngestSpec) declared.jobs().job("ods_shop_" + table + "_change")).payload().key();
  }

  /** The project with all files for some tables. */
  private Declarations write(DatabaseTable... tables) {
    draft(tables).files(CONNECTOR).forEach((file, text) -> project.with(file, text));
    return project.read();
  }

  /** As the command does it, a file that is there is left as it is. */
  private void writeNew(String file, String text) {
    if (!Files.exists(folder.resolve("conf").resolve(file))) {
      project.with(file, text);
    }
  }

  private DatabaseDraft draft(DatabaseTable... tables) {
    return new DatabaseDraft(
        "shop", List.of(tables), List.of("public"), NamingRules.standard(), List.of(), List.of());
  }

  private static DatabaseDraft draft(Declarations declared, DatabaseTable... tables) {
    return new DatabaseDraft(
        "shop",
        List.of(tables),
        List.of("public"),
        NamingRules.standard(),
        declared.jobs().jobs().stream()
            .filter(IngestSpec.class::isInstance)
            .map(IngestSpec.class::cast)
            .toList(),
        declared.topics());
  }

  private static String signal(String tables) {
    return "shop;{\"type\":\"execute-snapshot\",\"data\":{\"type\":\"blocking\","
        + "\"data-collections\":[\"%s\"]}}".formatted(tables);
  }

  private static Map<String, String> connector(String text) {
    return Map.of("connect/shop.properties", text);
  }

  private static UniqueKey primary(String... columns) {
    return new UniqueKey("pk", List.of(columns), true, false);
  }

  private static DatabaseTable table(
      String name, Identity identity, List<UniqueKey> keys, String... columns) {
    return table("public", name, false, identity, keys, columns);
  }

  private static DatabaseTable table(
      String schema,
      String name,
      boolean partitioned,
      Identity identity,
      List<UniqueKey> keys,
      String... columns) {
    return new DatabaseTable(
        schema,
        name,
        "",
        8_192,
        partitioned,
        identity,
        List.of(columns).stream()
            .map(column -> new Column(column, "text", false, false, ""))
            .toList(),
        keys);
  }
}
