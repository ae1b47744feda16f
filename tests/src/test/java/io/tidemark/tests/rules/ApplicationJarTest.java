package io.tidemark.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What spark-submit is given: everything of ours, and nothing Spark brings itself. */
class ApplicationJarTest {
  private static final String SERVICES = "META-INF/services/";
  private static JarFile jar;

  @BeforeAll
  static void open() throws IOException {
    Path file = Checkout.root().resolve("app/target/tidemark.jar");
    assertThat(file).as("built by 'mvn verify' or './tidemark build'").exists();
    jar = new JarFile(file.toFile());
  }

  @AfterAll
  static void close() throws IOException {
    jar.close();
  }

  @Test
  void holdsNothingThatSparkBrings() {
    List<String> brought =
        List.of(
            "scala/",
            "io/delta/",
            "org/apache/logging/",
            "org/slf4j/",
            "com/fasterxml/jackson/core/",
            "com/fasterxml/jackson/databind/",
            "com/fasterxml/jackson/annotation/");
    assertThat(classes(jar)).noneMatch(name -> brought.stream().anyMatch(name::startsWith));
  }

  /** Spark brings Avro; of what reads Protobuf it may bring, or be beside, any version. */
  @Test
  void holdsWhatReadsProtobufUnderNamesOfItsOwn() {
    assertThat(classes(jar))
        .contains("io/tidemark/shaded/protobuf/DynamicMessage.class")
        .noneMatch(
            name ->
                Stream.of(
                        "com/google/protobuf/",
                        "com/squareup/",
                        "okio/",
                        "kotlin/",
                        "org/apache/avro/")
                    .anyMatch(name::startsWith));
  }

  /** Whoever has Prometheus beside Spark may have it in any version. */
  @Test
  void holdsWhatServesMetricsUnderANameOfItsOwn() {
    assertThat(classes(jar))
        .contains(
            "io/tidemark/shaded/prometheus/metrics/core/metrics/Counter.class",
            "io/tidemark/shaded/prometheus/metrics/exporter/httpserver/HTTPServer.class",
            "io/tidemark/shaded/prometheus/metrics/expositionformats/PrometheusTextFormatWriter.class")
        .noneMatch(name -> name.startsWith("io/prometheus/"));
  }

  /** Spark distributions bring other versions of what Redis' client has for JSON. */
  @Test
  void holdsTheClientOfRedisWithLibrariesUnderNamesOfItsOwn() {
    assertThat(classes(jar))
        .contains("redis/clients/jedis/Jedis.class")
        .noneMatch(name -> name.startsWith("com/google/gson/") || name.startsWith("org/json/"));
  }

  /** Of that name are only the classes of a Hive Metastore's client, which Hadoop does not have. */
  @Test
  void holdsNothingOfHadoop() throws Exception {
    Set<String> hadoop = classesBeside(org.apache.hadoop.conf.Configuration.class);
    assertThat(hadoop).isNotEmpty();
    assertThat(classes(jar))
        .noneMatch(hadoop::contains)
        .filteredOn(name -> name.startsWith("org/apache/hadoop/"))
        .contains("org/apache/hadoop/hive/metastore/HiveMetaStoreClient.class");
  }

  @Test
  void findsTheDriversOfDatabases() throws IOException {
    assertThat(providers(SERVICES + "java.sql.Driver"))
        .contains("org.sqlite.JDBC", "org.postgresql.Driver", "org.mariadb.jdbc.Driver");
  }

  @Test
  void holdsOfSparkOnlyTheConnectors() throws Exception {
    Set<String> iceberg = classesBeside(org.apache.iceberg.spark.SparkCatalog.class);
    assertThat(classes(jar))
        .filteredOn(name -> name.startsWith("org/apache/spark/"))
        .filteredOn(name -> !iceberg.contains(name))
        .isNotEmpty()
        .allMatch(
            name ->
                name.startsWith("org/apache/spark/sql/kafka010/")
                    || name.startsWith("org/apache/spark/kafka010/"));
  }

  @Test
  void findsEveryServiceOfEveryModule() throws IOException {
    for (Path module : Checkout.modules()) {
      if (module.endsWith("tests")) {
        continue; // its verbs are for this machine only
      }
      for (Path service : services(module)) {
        assertThat(providers(SERVICES + service.getFileName()))
            .as("%s of %s", service.getFileName(), module.getFileName())
            .containsAll(lines(Files.readString(service)));
      }
    }
  }

  @Test
  void findsTheDataSourcesOfBothConnectors() throws IOException {
    assertThat(providers(SERVICES + "org.apache.spark.sql.sources.DataSourceRegister"))
        .contains(
            "org.apache.iceberg.spark.source.IcebergSource",
            "org.apache.spark.sql.kafka010.KafkaSourceProvider");
  }

  @Test
  void startsTheCommandLineWithTheModulesSparkOpens() throws IOException {
    var manifest = jar.getManifest().getMainAttributes();
    assertThat(manifest.getValue("Main-Class")).isEqualTo("io.tidemark.jobs.cli.Tidemark");
    assertThat(manifest.getValue("Add-Opens").split(" ")).containsExactly(opensOfSpark());
  }

  @Test
  void jvmOptionsOfTheParentPomAreThoseOfSpark() throws IOException {
    Path written = Checkout.root().resolve("tests/target/jvm.options");
    assertThat(Files.readString(written).trim().split("\\s+"))
        .as("spark.jvm.options in the parent pom")
        .containsExactly(JavaModuleOptions.defaultModuleOptionArray());
  }

  private static String[] opensOfSpark() {
    return Arrays.stream(JavaModuleOptions.defaultModuleOptionArray())
        .filter(option -> option.startsWith("--add-opens="))
        .map(option -> option.replace("--add-opens=", "").replace("=ALL-UNNAMED", ""))
        .toArray(String[]::new);
  }

  private static Set<String> classes(JarFile file) {
    return file.stream()
        .map(ZipEntry::getName)
        .filter(name -> name.endsWith(".class"))
        .collect(Collectors.toSet());
  }

  private static Set<String> classesBeside(Class<?> neighbour)
      throws IOException, URISyntaxException {
    Path library = Path.of(neighbour.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarFile file = new JarFile(library.toFile())) {
      return classes(file);
    }
  }

  private static List<Path> services(Path module) throws IOException {
    Path directory = module.resolve("src/main/resources/" + SERVICES);
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private static List<String> providers(String service) throws IOException {
    ZipEntry entry = jar.getEntry(service);
    assertThat(entry).as(service).isNotNull();
    return lines(new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
  }

  private static List<String> lines(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }
}
