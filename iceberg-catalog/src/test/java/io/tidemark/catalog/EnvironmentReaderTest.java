package io.tidemark.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.SecretReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EnvironmentReaderTest {
  private static final String SMALLEST =
      """
      time-zone: UTC
      catalog: { type: embedded, warehouse: w }
      checkpoints: c
      kafka: { bootstrap-servers: "one:9092" }
      """;

  @TempDir Path root;
  private Path conf;

  @BeforeEach
  void makeDirectories() throws IOException {
    conf = root.resolve("conf");
    Files.createDirectories(conf.resolve("env"));
    Files.writeString(root.resolve("secret"), "hush\n");
    Files.writeString(root.resolve("empty"), "\n");
  }

  @Test
  void hasDefaults() {
    assertThat(read(SMALLEST, Map.of()))
        .isEqualTo(
            new Environment(
                "test",
                ZoneId.of("UTC"),
                CatalogSettings.embedded("tidemark", root.resolve("w").toString()),
                root.resolve("c"),
                new KafkaSettings("one:9092", false, null, Map.of()),
                new StreamSettings(Duration.ofSeconds(10), 500_000, 2_000_000),
                Map.of()));
  }

  @Test
  void aCatalogBesideTheOwnMayBeginLikeIt() {
    String setting = "spark.sql.catalog.tidemark_old.type";

    assertThat(read(SMALLEST + "spark: { " + setting + ": hive }", Map.of()).spark())
        .containsEntry(setting, "hive");
  }

  @Test
  void readsEveryKey() {
    String yaml =
        """
        time-zone: Asia/Shanghai
        catalog:
          name: lake
          type: jdbc
          uri: jdbc:postgresql://db:5432/lake
          warehouse: s3a://bucket/lake
          user: tidemark
          password: ${file:secret}
          properties: { s3.endpoint: "http://minio:9000", s3.secret-access-key: "${file:secret}" }
        checkpoints: /mnt/checkpoints
        kafka:
          bootstrap-servers: localhost:9092
          embedded: true
          data: k
          properties: { security.protocol: SSL, ssl.key.password: "${file:secret}" }
          schema-registry:
            url: https://one:8081,http://two:8081/api/
            user: ann
            password: ${file:secret}
            timeout: 3 seconds
        stream:
          trigger: 1 minute
          max-messages-per-micro-batch: 10
          max-rows-per-micro-batch: 20
          restart: { times: 0, backoff: 2 minutes, longest-backoff: 3 minutes }
        spark:
          spark.sql.shuffle.partitions: 4
        """;
    assertThat(read(yaml, Map.of()))
        .isEqualTo(
            new Environment(
                "test",
                ZoneId.of("Asia/Shanghai"),
                new CatalogSettings(
                    "lake",
                    CatalogSettings.Type.JDBC,
                    "jdbc:postgresql://db:5432/lake",
                    "s3a://bucket/lake",
                    "tidemark",
                    "hush",
                    Map.of("s3.endpoint", "http://minio:9000", "s3.secret-access-key", "hush")),
                Path.of("/mnt/checkpoints"),
                new KafkaSettings(
                    "localhost:9092",
                    true,
                    root.resolve("k"),
                    Map.of("security.protocol", "SSL", "ssl.key.password", "hush"),
                    new SchemaRegistrySettings(
                        List.of(URI.create("https://one:8081"), URI.create("http://two:8081/api")),
                        "ann",
                        "hush",
                        Duration.ofSeconds(3))),
                new StreamSettings(
                    Duration.ofMinutes(1),
                    10,
                    20,
                    new RestartSettings(0L, Duration.ofMinutes(2), Duration.ofMinutes(3))),
                Map.of("spark.sql.shuffle.partitions", "4")));
  }

  @Test
  void databasesHaveDefaultsAndLookUpTheirPasswordLate() {
    String yaml =
        SMALLEST
            + """
            databases:
              shop: { url: "jdbc:postgresql://db/shop" }
              till:
                url: jdbc:postgresql://db:5433/till?sslmode=require
                user: ann
                password: ${file:not-there}
                topics: pos.
                capture-lag: 1 minute
            """;

    Map<String, DatabaseSettings> databases = read(yaml, Map.of()).databases();

    assertThat(databases.get("shop"))
        .isEqualTo(
            new DatabaseSettings(
                "shop",
                "jdbc:postgresql://db/shop",
                null,
                null,
                root,
                "shop.",
                Duration.ofSeconds(30)));
    DatabaseSettings till = databases.get("till");
    assertThat(till)
        .isEqualTo(
            new DatabaseSettings(
                "till",
                "jdbc:postgresql://db:5433/till?sslmode=require",
                "ann",
                new SecretReference("file", "not-there"),
                root,
                "pos.",
                Duration.ofMinutes(1)));
    assertThatThrownBy(till::resolvedPassword)
        .hasMessageContaining("databases.till.password is taken from the file not-there");
    assertThat(till).asString().doesNotContain("not-there");
  }

  @Test
  void connectionsTellTheirKindByTheirAddress() {
    String yaml =
        SMALLEST
            + """
            connections:
              pg: { url: "jdbc:postgresql://db/serving" }
              my: { url: "jdbc:mysql://db:3306/serving?sslMode=verify-full" }
              cache:
                url: rediss://cache:6380/3
                user: ann
                password: ${file:not-there}
                retry-for: 10 seconds
            """;

    Map<String, ConnectionSettings> connections = read(yaml, Map.of()).connections();

    assertThat(connections.get("pg"))
        .isEqualTo(
            new ConnectionSettings(
                "pg",
                ConnectionSettings.Kind.POSTGRESQL,
                "jdbc:postgresql://db/serving",
                null,
                null,
                root,
                Duration.ofMinutes(1)));
    assertThat(connections.get("my").kind()).isEqualTo(ConnectionSettings.Kind.MYSQL);
    ConnectionSettings cache = connections.get("cache");
    assertThat(cache)
        .isEqualTo(
            new ConnectionSettings(
                "cache",
                ConnectionSettings.Kind.REDIS,
                "rediss://cache:6380/3",
                "ann",
                new SecretReference("file", "not-there"),
                root,
                Duration.ofSeconds(10)));
    assertThatThrownBy(cache::resolvedPassword)
        .hasMessageContaining("connections.cache.password is taken from the file not-there");
    assertThat(cache).asString().doesNotContain("not-there");
  }

  @Test
  void aConnectionWithoutAProperAddressIsRefused() {
    String yaml =
        SMALLEST
            + """
            connections:
              a: { url: "jdbc:oracle:thin:db" }
              b: { url: "jdbc:postgresql://db/serving?password=hush" }
              c: { url: "redis://:hush@cache" }
              d: { user: ann }
            """;

    assertThat(String.join("\n", problems(yaml, Map.of())))
        .containsPattern("connections.a.url.*is no address of a server that sinks write to")
        .containsPattern("connections.b.url.*holds a user or a password")
        .containsPattern("connections.c.url.*holds a user or a password")
        .containsPattern("connections.d.url.*is missing")
        .doesNotContain("hush");
  }

  @Test
  void receiversOfAlertsAreMailAWebhookOrACommand() {
    String yaml =
        SMALLEST
            + """
            mail: { host: smtp.example.com, from: t@example.com, recipients: { default: [a@example.com] } }
            alerts:
              every: 30 seconds
              receivers:
                night: { mail: [night@example.com, day@example.com] }
                hook:
                  webhook: https://hooks.example.com/x?sig=hush
                  headers: { Authorization: "${env:HUSH}", X-Team: data }
                  timeout: 3 seconds
                pager: { command: [./page, "--now"] }
            """;

    AlertSettings alerts = read(yaml, Map.of()).alerts();

    assertThat(alerts)
        .isEqualTo(
            new AlertSettings(
                Map.of(
                    "night",
                    new ReceiverSettings.Mail(List.of("night@example.com", "day@example.com")),
                    "hook",
                    new ReceiverSettings.Webhook(
                        "https://hooks.example.com/x?sig=hush",
                        Map.of("Authorization", "${env:HUSH}", "X-Team", "data"),
                        Duration.ofSeconds(3)),
                    "pager",
                    new ReceiverSettings.Command(
                        List.of("./page", "--now"), Duration.ofSeconds(10))),
                Duration.ofSeconds(30),
                root));
    assertThat(alerts).asString().doesNotContain("hush").doesNotContain("HUSH");
    assertThat(read(SMALLEST, Map.of()).alerts()).isEqualTo(AlertSettings.NONE);
  }

  @Test
  void aReceiverThatCannotBeToldIsRefused() {
    String yaml =
        SMALLEST
            + """
            alerts:
              receivers:
                a: { mail: [night@example.com] }
                b: { webhook: "ftp://hush@hooks" }
                c: { webhook: "https://hooks/x", headers: { Authorization: hush, Host: x } }
                d: { webhook: "https://hooks/x", command: [page] }
                e: { timeout: 1 second }
                f: { command: [] }
                G: { command: [page] }
                h: { command: [page], headers: { a: b } }
                i: { command: [page], timeout: 121 seconds }
            """;

    assertThat(String.join("\n", problems(yaml, Map.of())))
        .containsPattern("receivers.a.mail.* goes with a mail server")
        .containsPattern("receivers.b.webhook is no address")
        .containsPattern("receivers.c.headers.Authorization is a secret")
        .containsPattern("receivers.c.headers.Host is a header that Tidemark sets itself")
        .containsPattern("receivers.d is 2 kinds of receiver")
        .containsPattern("receivers.e is 0 kinds of receiver")
        .containsPattern("receivers.f has an empty command")
        .containsPattern("receivers.G is not a name")
        .containsPattern("receivers.h.headers.* is for a webhook")
        .containsPattern("receivers.i.timeout.* is more than 2 minutes")
        .doesNotContain("hush");
  }

  @Test
  void aDatabaseWithoutAProperAddressIsRefused() {
    String yaml =
        SMALLEST
            + """
            databases:
              a: { url: "jdbc:mysql://db/shop" }
              b: { url: "jdbc:postgresql://db/shop?password=hush" }
              c: { url: "jdbc:postgresql://db/shop", password: hush }
              d: { user: ann }
            """;

    assertThat(String.join("\n", problems(yaml, Map.of())))
        .containsPattern("databases.a.url.*is no address of a PostgreSQL server")
        .containsPattern("databases.b.url.*holds a password")
        .containsPattern("databases.c.password.*is a secret")
        .containsPattern("databases.d.url.*is missing")
        .doesNotContain("hush");
  }

  @Test
  void prefersTheCommandLine() {
    Environment environment =
        read(
            SMALLEST + "spark: { spark.a: 1 }\n",
            Map.of(
                "catalog.name", "other",
                "stream.trigger", "2 seconds",
                "kafka.properties.security.protocol", "SSL",
                "spark.spark.a", "2"));
    assertThat(environment.catalog().name()).isEqualTo("other");
    assertThat(environment.stream().trigger()).isEqualTo(Duration.ofSeconds(2));
    assertThat(environment.kafka().properties()).isEqualTo(Map.of("security.protocol", "SSL"));
    assertThat(environment.spark()).isEqualTo(Map.of("spark.a", "2"));
  }

  @ParameterizedTest
  @MethodSource
  void refusesOverrides(String key, String value, String problem) {
    assertThat(problems(SMALLEST, Map.of(key, value))).containsExactly("--set > " + problem);
  }

  static Stream<Arguments> refusesOverrides() {
    return Stream.of(
        Arguments.of(
            "catalog.nam", "x", "catalog.nam is no known key; did you mean 'catalog.name'?"),
        Arguments.of(
            "catalog",
            "x",
            "catalog cannot be set as a whole; set one key below it, catalog.KEY=VALUE"),
        Arguments.of(
            "kafka.embedded",
            "yes",
            "kafka.embedded: 'yes' is neither true nor false; write one of them"),
        Arguments.of("time-zone.x", "y", "time-zone.x is no known key; did you mean 'time-zone'?"));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(String written, String instead, String problem) {
    assertThat(SMALLEST).contains(written);
    assertThat(problems(SMALLEST.replace(written, instead), Map.of()))
        .containsExactly("conf/env/test.yml > " + problem);
  }

  static Stream<Arguments> refuses() {
    return Stream.of(
        Arguments.of(
            "time-zone: UTC", "", "time-zone is missing; write 'time-zone: ...' (time zone)"),
        Arguments.of("UTC", "", "line 1: time-zone has no value; write one or remove the key"),
        Arguments.of(
            "UTC",
            "Mars/Base",
            "line 1: time-zone: 'Mars/Base' is not a time zone; write a region such as"
                + " Asia/Shanghai"),
        Arguments.of(
            "UTC", "[UTC]", "line 1: time-zone is not a single value; write one (time zone)"),
        Arguments.of(
            "embedded",
            "memory",
            "line 2: catalog.type: 'memory' is not one of embedded, hive, rest, jdbc"),
        Arguments.of(
            "warehouse: w",
            "warehouse: w, nam: x",
            "line 2: catalog.nam is not a key; did you mean 'name'?"),
        Arguments.of(
            "catalog: { type: embedded, warehouse: w }",
            "catalog: embedded",
            "line 2: catalog: 'embedded' is not a group of keys; write below it: name, type,"
                + " uri, warehouse, user, password, properties"),
        Arguments.of(
            "warehouse: w",
            "warehouse: w, name: My-Lake",
            "line 2: catalog.name: 'My-Lake' is not a name; use lower-case letters, digits and"
                + " underscores"),
        Arguments.of(
            "checkpoints: c",
            "checkpoints: s3://bucket/c",
            "line 3: checkpoints: 's3://bucket/c' is a URI; write a directory of a file system that"
                + " every machine mounts"),
        Arguments.of(
            "one:9092",
            "one",
            "line 4: kafka.bootstrap-servers: 'one' is not a list of servers; write host:port,"
                + " several with commas and no spaces"),
        Arguments.of(
            "\"one:9092\"",
            "one:9092, embedded: yes",
            "line 4: kafka.embedded: 'yes' is neither true nor false; write one of them"),
        Arguments.of(
            "\"one:9092\"",
            "one:9092, embedded: true",
            "line 4: kafka has no data directory, which an embedded broker needs; write 'data:"
                + " .tidemark/kafka'"),
        Arguments.of(
            "\"one:9092\"",
            "one:9092, data: k",
            "line 4: kafka has a data directory, which only an embedded broker uses; remove it or"
                + " write 'embedded: true'"),
        Arguments.of(
            "\"one:9092\"",
            "\"one:1,two:2\", embedded: true, data: k",
            "line 4: kafka has several bootstrap-servers, and an embedded broker is one; write one"
                + " host:port"),
        Arguments.of(
            "\"one:9092\"",
            "one:9092, embedded: true, data: k",
            "line 4: kafka has bootstrap-servers one:9092, and an embedded broker is on this"
                + " machine; write localhost and a port"),
        Arguments.of(
            "\"one:9092\"",
            "one:9092, properties: x",
            "line 4: kafka.properties: 'x' is not a map; write 'name: value' lines below it"),
        Arguments.of(
            "checkpoints: c",
            "checkpoints: c\nstream: { trigger: 0 seconds }",
            "line 4: stream.trigger: '0 seconds' is no time at all; write more than 0"),
        Arguments.of(
            "checkpoints: c",
            "checkpoints: c\nstream: { max-rows-per-micro-batch: -5 }",
            "line 4: stream.max-rows-per-micro-batch: '-5' is not a whole number from 1; write"
                + " digits only, such as 500000"),
        Arguments.of(
            "\"one:9092\" }",
            "\"one:9092\", properties: { ssl.key.password: \"${file:gone}\" } }",
            "line 4: kafka.properties.ssl.key.password is taken from the file gone, which cannot be"
                + " read; create it, or correct its path"),
        Arguments.of(
            "checkpoints: c",
            "checkpoints: c\nspark: { sql.ansi.enabled: true }",
            "file sets 'sql.ansi.enabled' below spark, which Spark ignores; write"
                + " 'spark.sql.ansi.enabled'"),
        Arguments.of(
            "checkpoints: c",
            "checkpoints: c\nspark: { spark.sql.session.timeZone: UTC }",
            "file sets 'spark.sql.session.timeZone' below spark, which Tidemark sets itself; set"
                + " 'time-zone' instead"),
        Arguments.of(
            "checkpoints: c",
            "checkpoints: c\nspark: { spark.sql.datetime.java8API.enabled: false }",
            "file sets 'spark.sql.datetime.java8API.enabled' below spark, which Tidemark sets"
                + " itself; remove it"),
        Arguments.of(
            "checkpoints: c",
            "checkpoints: c\nspark: { spark.serializer: x }",
            "file sets 'spark.serializer' below spark, which Tidemark sets itself; remove it"),
        Arguments.of(
            "checkpoints: c",
            "checkpoints: c\nspark: { spark.sql.catalog.tidemark.uri: x }",
            "file sets 'spark.sql.catalog.tidemark.uri' below spark; write it among"
                + " catalog.properties instead"),
        Arguments.of(
            "checkpoints: c",
            "checkpoints: c\nspark: { spark.hadoop.iceberg.engine.hive.lock-enabled: false }",
            "file sets 'spark.hadoop.iceberg.engine.hive.lock-enabled' below spark, which turns off"
                + " the lock by which a Hive Metastore tells two writers apart, and commits would be"
                + " lost; remove it"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          url: "one:8081"               | .url: 'one:8081' is no address of a schema registry; write http:// or https://, host and port, several with commas and no spaces
          url: "http://a:1, http://b:1" | .url: 'http://a:1, http://b:1' is no address of a schema registry; write http:// or https://, host and port, several with commas and no spaces
          url: "http://ann:hush@a:1"    | .url holds a user or a password; write them as 'user:' and 'password:'
          url: "http://a:1", user: ann  | has a user without a password; write 'password: ${env:NAME}'
          url: "http://a:1", password: hush | .password: '(hidden)' is a secret, which does not stand in a file or on a command line; write ${env:NAME} or ${file:PATH}
          url: "http://a:1", password: "${file:none}" | .password is taken from the file none, which cannot be read; create it, or correct its path
          user: ann                     | .user goes with a registry; write its 'url:' too, or remove this
          url: "http://a:1", timeout: 0 seconds | .timeout: '0 seconds' is no time at all; write more than 0
          """)
  void refusesRegistries(String registry, String problem) {
    String yaml =
        SMALLEST.replace("\"one:9092\"", "\"one:9092\", schema-registry: { " + registry + " }");
    assertThat(problems(yaml, Map.of()))
        .singleElement()
        .asString()
        .startsWith("conf/env/test.yml > line 4: kafka.schema-registry")
        .endsWith(problem);
  }

  @Test
  void passwordsOfRegistriesAreHidden() {
    String yaml =
        SMALLEST.replace(
            "\"one:9092\"",
            "\"one:9092\", schema-registry: { url: \"http://a\", password: \"${file:secret}\" }");
    assertThat(read(yaml, Map.of()).toString()).contains("http://a").doesNotContain("hush");
  }

  @ParameterizedTest
  @MethodSource
  void refusesCatalogs(String catalog, List<String> expected) {
    String yaml = SMALLEST.replace("type: embedded, warehouse: w", catalog);
    assertThat(problems(yaml, Map.of()))
        .containsExactlyElementsOf(
            expected.stream().map(each -> "conf/env/test.yml > line 2: catalog" + each).toList());
  }

  static Stream<Arguments> refusesCatalogs() {
    String hive = "type: hive, uri: \"thrift://m:9083\", warehouse: /w";
    String rest = "type: rest, uri: \"https://c/api\"";
    String jdbc = "type: jdbc, uri: \"jdbc:postgresql://h/d\", warehouse: /w";
    return Stream.of(
        broken(
            "type: embedded",
            ".warehouse is missing, which type embedded needs; write 'warehouse:"
                + " .tidemark/warehouse'"),
        broken(
            "type: embedded, warehouse: \"s3a://b/w\"",
            ".warehouse: 's3a://b/w' is a URI; an embedded catalog is in a directory of this"
                + " machine"),
        broken(
            "type: embedded, warehouse: w, uri: x, user: u, properties: {a: b}",
            ".uri is nothing that type embedded uses; remove it",
            ".user is nothing that type embedded uses; remove it",
            ".properties is nothing that type embedded uses; remove it"),
        broken(
            "type: hive",
            ".uri is missing, which type hive needs; write 'uri: thrift://host:9083'",
            ".warehouse is missing, which type hive needs; write 'warehouse:"
                + " s3a://bucket/warehouse'"),
        broken(
            hive.replace("thrift://m:9083", "m:9083"),
            ".uri: 'm:9083' is no address of a Hive Metastore; write thrift://host:port, several"
                + " with commas and no spaces"),
        broken(
            hive.replace("/w", "w") + ", user: u",
            ".user is nothing that type hive uses; remove it",
            ".warehouse: 'w' is relative; write a location that every machine opens alike, such as"
                + " s3a://bucket/warehouse or a mounted /lake/warehouse"),
        broken(
            hive + ", properties: { hadoop.iceberg.engine.hive.lock-enabled: false }",
            ".properties.hadoop.iceberg.engine.hive.lock-enabled turns off the lock by which a Hive"
                + " Metastore tells two writers apart, and commits would be lost; remove it"),
        broken(
            rest.replace("https://c/api", "c:8181"),
            ".uri: 'c:8181' is no address of a REST catalog; write http:// or https://, host and"
                + " path"),
        broken(rest + ", user: u", ".user: 'u' has no password; write 'password: ${env:NAME}'"),
        broken(
            rest + ", properties: { token: hush, type: hive, cache-enabled: true, uri: x }",
            ".properties.token is no property to set here; set 'catalog.password', and no user,"
                + " instead",
            ".properties.type is no property to set here; set 'catalog.type' instead",
            ".properties.cache-enabled is no property to set here; remove it, Tidemark sets it"
                + " itself",
            ".properties.uri is no property to set here; set 'catalog.uri' instead"),
        broken(
            jdbc.replace("postgresql", "sqlite"),
            ".uri: 'jdbc:sqlite://h/d' is no PostgreSQL database; write"
                + " jdbc:postgresql://host:5432/database"),
        broken(
            jdbc.replace("h/d", "h/d?user=u&password=hush"),
            ".uri holds a user or a password; write them as 'user:' and 'password:'"),
        broken(
            jdbc.replace("h/d", "h/d?ssl=true&sslPassword=hush"),
            ".uri holds a user or a password; write them as 'user:' and 'password:'"),
        broken(
            jdbc + ", user: u, password: hush",
            ".password: '(hidden)' is a secret, which does not stand in a file or on a command"
                + " line; write ${env:NAME} or ${file:PATH}"),
        broken(
            jdbc + ", password: \"${file:secret}\"",
            ".password is nobody's; write the 'user:' it belongs to"),
        broken(
            jdbc + ", user: u, password: \"${env:TIDEMARK_NOT_SET}\"",
            ".password is taken from the environment variable TIDEMARK_NOT_SET, which is not set;"
                + " export it"),
        broken(
            jdbc + ", user: u, password: \"${file:empty}\", properties: { a: \"${file:gone}\" }",
            ".password is taken from the file empty, which is empty; write the secret into it",
            ".properties.a is taken from the file gone, which cannot be read; create it, or correct"
                + " its path"));
  }

  private static Arguments broken(String catalog, String... problems) {
    return Arguments.of(catalog, List.of(problems));
  }

  @Test
  void takesSecretsFromTheEnvironment() {
    String yaml =
        SMALLEST.replace(
            "type: embedded, warehouse: w",
            "type: rest, uri: \"http://c:1\", password: \"${env:PATH}\"");
    assertThat(read(yaml, Map.of()).catalog().password()).isEqualTo(System.getenv("PATH"));
  }

  @Test
  void namesTheEnvironmentsThereAre() throws IOException {
    Files.writeString(conf.resolve("env/local.yml"), SMALLEST);
    Problems problems = new Problems();
    EnvironmentReader.read(conf, "locl", Map.of(), problems);
    EnvironmentReader.read(conf, "../env/local", Map.of(), problems);
    assertThat(problems.list())
        .extracting(Problem::remedy)
        .containsExactly(
            "does not exist; did you mean 'local'?", "does not exist; the environments are: local");
  }

  @Test
  void reportsEveryProblemInOneMessage() {
    Problems problems = new Problems();
    write("time-zone: Mars\nkafka: { embedded: maybe }\n");
    EnvironmentReader.read(conf, "test", Map.of("stream.trigger", "soon"), problems);
    assertThat(new ConfigurationException(problems.list()))
        .hasMessage(
            """
            6 problems in the configuration:
            --set
              stream.trigger: 'soon' is not a duration; write a whole number and a unit (milliseconds, seconds, minutes, hours, days), such as 2 hours
            conf/env/test.yml
              line 1: time-zone: 'Mars' is not a time zone; write a region such as Asia/Shanghai
              catalog is missing; write 'catalog: ...' (group)
              checkpoints is missing; write 'checkpoints: ...' (path)
              line 2: kafka.bootstrap-servers is missing; write 'bootstrap-servers: ...' (host:port, several with commas)
              line 2: kafka.embedded: 'maybe' is neither true nor false; write one of them\
            """);
  }

  @Test
  void hidesSecretsWhenPrinted() {
    String yaml =
        """
        time-zone: UTC
        catalog:
          type: rest
          uri: http://catalog:8181
          password: ${file:secret}
          properties: { rest.Token: hush-1, rest.credential: hush-6, s3.access-key-id: hush-7 }
        checkpoints: c
        kafka: { bootstrap-servers: one:1, properties: { sasl.jaas.config: hush-2, ssl.key.password: hush-3, ssl.keystore.key: hush-5 } }
        spark: { spark.hadoop.fs.s3a.secret.key: hush-4, spark.a: shown }
        """;
    assertThat(read(yaml, Map.of()).toString()).doesNotContain("hush").contains("shown");
  }

  private Environment read(String yaml, Map<String, String> overrides) {
    Problems problems = new Problems();
    write(yaml);
    Optional<Environment> environment = EnvironmentReader.read(conf, "test", overrides, problems);
    assertThat(problems.list()).isEmpty();
    return environment.orElseThrow();
  }

  private List<String> problems(String yaml, Map<String, String> overrides) {
    Problems problems = new Problems();
    write(yaml);
    assertThat(EnvironmentReader.read(conf, "test", overrides, problems)).isEmpty();
    return problems.list().stream().map(p -> p.file() + " > " + p.text()).toList();
  }

  private void write(String yaml) {
    try {
      Files.writeString(conf.resolve("env/test.yml"), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void readsWhereReportsGoAndWhoGetsThem() {
    Environment environment =
        read(
            SMALLEST
                + """
                report: { folder: r }
                mail:
                  host: smtp.example.com
                  port: 2525
                  security: smtps
                  user: ann
                  password: ${file:secret}
                  trusted-certificates: secret
                  timeout: 3 seconds
                  attempts: 5
                  pause: 1 second
                  from: tidemark@example.com
                  reply-to: help@example.com
                  recipients: { default: [a@example.com], reading-team: [b@example.com, c@d.e] }
                """,
            Map.of());

    assertThat(environment.report()).isEqualTo(new ReportSettings(root.resolve("r")));
    assertThat(environment.mail())
        .isEqualTo(
            new MailSettings(
                "smtp.example.com",
                2525,
                MailSettings.Security.SMTPS,
                "ann",
                new SecretReference("file", root.resolve("secret").toString()),
                root.resolve("secret"),
                Duration.ofSeconds(3),
                5,
                Duration.ofSeconds(1),
                "tidemark@example.com",
                "help@example.com",
                Map.of(
                    "default", List.of("a@example.com"),
                    "reading-team", List.of("b@example.com", "c@d.e"))));
    assertThat(environment.toString()).doesNotContain("hush");
  }

  @Test
  void mailHasDefaults() {
    MailSettings mail =
        read(
                SMALLEST + "mail: { host: h, from: t@e.f, recipients: { default: [a@b.c] } }",
                Map.of())
            .mail();

    assertThat(mail.security()).isEqualTo(MailSettings.Security.STARTTLS);
    assertThat(mail.port()).isEqualTo(587);
    assertThat(mail.attempts()).isEqualTo(3);
    assertThat(mail.timeout()).isEqualTo(Duration.ofSeconds(20));
    assertThat(read(SMALLEST, Map.of()).mail()).isNull();
    assertThat(read(SMALLEST, Map.of()).report()).isNull();
  }

  @Test
  void aPasswordOfMailIsLookedUpWhenMailIsSent() {
    String yaml =
        SMALLEST
            + "mail: { host: h, from: t@e.f, user: u, password: \"${env:NOT_SET_ANYWHERE}\","
            + " recipients: { default: [a@b.c] } }";

    assertThat(read(yaml, Map.of()).mail().password().name()).isEqualTo("NOT_SET_ANYWHERE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          from: t@e.f                                  | .from goes with a server; write its 'host:' too, or remove this
          host: h, recipients: { default: [a@b.c] }    | .from is missing; write 'from: tidemark@example.com'
          host: h, from: "t@e.f\\nBcc: x@y.z", recipients: { default: [a@b.c] } | is no mail address; write name@example.com
          host: h, from: t@e.f                         | has no recipients, so nobody would get mail; write 'recipients: { default: [address] }'
          host: h, from: t@e.f, recipients: { default: [Ann] } | .recipients.default[0]: 'Ann' is no mail address; write name@example.com
          host: "smtp://h", from: t@e.f                | .host: 'smtp://h' is no host name; write it without a scheme and a port, such as smtp.example.com
          host: h, port: 70000, from: t@e.f, recipients: { default: [a@b.c] } | .port: '70000' is no port; ports end at 65535
          host: h, attempts: 11, from: t@e.f, recipients: { default: [a@b.c] } | .attempts: '11' is more than 10; the next report sends what is kept
          host: h, timeout: 121 seconds, from: t@e.f, recipients: { default: [a@b.c] } | .timeout: '121 seconds' is more than 2 minutes, in which nobody else gets mail; write less: what a server does not take is sent again
          host: h, from: t@e.f, user: u, recipients: { default: [a@b.c] } | has a user without a password; write 'password: ${env:NAME}'
          host: h, from: t@e.f, security: none, user: u, password: "${file:secret}", recipients: { default: [a@b.c] } | would send a password in the clear; write 'security: starttls' or 'security: smtps'
          host: h, from: t@e.f, password: hush         | .password: '(hidden)' is a secret, which does not stand in a file or on a command line; write ${env:NAME} or ${file:PATH}
          host: h, from: t@e.f, trusted-certificates: gone, recipients: { default: [a@b.c] } | .trusted-certificates: 'gone' is no file that can be read; correct the path
          """)
  void refusesMail(String mail, String problem) {
    assertThat(problems(SMALLEST + "mail: { " + mail + " }", Map.of()))
        .singleElement()
        .asString()
        .startsWith("conf/env/test.yml > line 5: mail")
        .endsWith(problem);
  }

  @Test
  void metricsAreServedWhereAPortIsGiven() {
    assertThat(read(SMALLEST, Map.of()).metrics()).isNull();
    assertThat(read(SMALLEST + "metrics: { port: 9464 }", Map.of()).metrics())
        .isEqualTo(new MetricsSettings(9464));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          metrics: { port: 70000 }                 | metrics.port: '70000' is no port; ports end at 65535
          metrics: { port: 0 }                     | metrics.port: '0' is not a whole number from 1; write digits only, such as 500000
          stream: { restart: { times: often } }    | stream.restart.times: 'often' is not a whole number; write digits only
          stream: { restart: { backoff: 30 } }     | stream.restart.backoff: '30' is not a duration; write a whole number and a unit (milliseconds, seconds, minutes, hours, days), such as 2 hours
          """)
  void refusesOperation(String written, String problem) {
    assertThat(problems(SMALLEST + written, Map.of()))
        .containsExactly("conf/env/test.yml > line 5: " + problem);
  }
}
