package io.tidemark.tests.tags;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Environment;
import io.tidemark.catalog.Sessions;
import io.tidemark.tests.broker.JavaArguments;
import io.tidemark.tests.lakehouse.Repository;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Spark that has never heard of Tidemark: a JVM with what a Spark distribution has, Iceberg's
 * runtime and the catalog's driver on its class path, whose program is compiled from a text, and
 * which is given what {@code ./tidemark settings} prints.
 */
final class StockSpark {
  private static final long LONGEST_SECONDS = 120;
  private static final String LINE = "stock: ";

  /** Prints the rows of queries, and for each how many files of a table it has opened. */
  private static final String PROGRAM =
      """
      import java.nio.file.*;
      import org.apache.spark.sql.*;
      import org.apache.spark.sql.execution.SparkPlan;

      public class Program {
        public static void main(String[] args) throws Exception {
          SparkSession.Builder builder = SparkSession.builder().master("local[1]");
          for (String setting : Files.readAllLines(Path.of(args[0]))) {
            String[] parts = setting.split("=", 2);
            builder.config(parts[0], parts[1]);
          }
          SparkSession spark = builder.getOrCreate();
          for (int query = 2; query < args.length; query++) {
            Dataset<Row> rows = spark.sql(args[query]);
            for (Row row : rows.collectAsList()) {
              System.out.println("stock: " + row);
            }
            for (SparkPlan leaf : scala.jdk.javaapi.CollectionConverters.asJava(
                rows.queryExecution().executedPlan().collectLeaves())) {
              if (leaf.toString().contains(args[1])) {
                System.out.println("stock: files " + leaf.metrics().apply("resultDataFiles").value());
              }
            }
          }
          spark.stop();
        }
      }
      """;

  private StockSpark() {}

  /**
   * What it prints.
   *
   * @param folder for its files
   * @param table the one whose files are counted
   */
  static List<String> read(Path folder, Environment environment, String table, List<String> queries)
      throws IOException, InterruptedException {
    Path program = Files.writeString(folder.resolve("Program.java"), PROGRAM);
    Path settings =
        Files.write(
            folder.resolve("settings"),
            Sessions.settings(environment).entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .toList());
    Path output = folder.resolve("stock.log");
    List<String> command = new ArrayList<>(List.of(JavaArguments.java()));
    Path target = Repository.root().resolve("tests/target");
    command.addAll(List.of(Files.readString(target.resolve("jvm.options")).strip().split("\\s+")));
    command.addAll(JavaArguments.compilersAndCollector());
    command.addAll(List.of("-Xmx512m", "-cp", classPath(target), program.toString()));
    command.addAll(List.of(settings.toString(), table));
    command.addAll(queries);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    try (Stream<String> lines = Files.lines(output)) {
      return lines
          .filter(line -> line.startsWith(LINE))
          .map(line -> line.substring(LINE.length()))
          .toList();
    }
  }

  private static String classPath(Path target) throws IOException {
    List<String> jars = new ArrayList<>();
    jars.add(Files.readString(target.resolve("spark-classpath.txt")).strip());
    Stream.of(JavaArguments.classPath().split(File.pathSeparator))
        .filter(jar -> jar.matches(".*/(iceberg-spark-runtime|sqlite-jdbc)[^/]*\\.jar"))
        .forEach(jars::add);
    assertThat(jars).hasSize(3);
    String all = String.join(File.pathSeparator, jars);
    assertThat(all).as("none of Tidemark's classes").doesNotContain("tidemark");
    return all;
  }
}
