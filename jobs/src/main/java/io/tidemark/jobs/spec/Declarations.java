package io.tidemark.jobs.spec;

import io.tidemark.catalog.Environment;
import io.tidemark.catalog.EnvironmentReader;
import io.tidemark.catalog.NamingRules;
import io.tidemark.catalog.NamingRulesReader;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.table.TableSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything declared under {@code conf}, read and checked as a whole.
 *
 * @param environment where it runs
 * @param jobs what runs
 * @param metrics the registry that metrics of jobs refer to
 * @param tables what the files below {@code conf/tables} say, by table; in the order of the files
 * @param topics the topics that Tidemark is to create
 * @param pairs relations that have to hold the same rows
 * @param further what files of {@linkplain DeclarationKind other modules' kinds} declare, by its
 *     type
 */
public record Declarations(
    Environment environment,
    JobCatalog jobs,
    MetricRegistry metrics,
    Map<TableName, TableSpec> tables,
    List<TopicSpec> topics,
    List<PairSpec> pairs,
    Map<Class<?>, List<?>> further) {
  /**
   * Reads an environment, the layers, and every file of every kind. Precedence: command line,
   * environment file, job file, default.
   *
   * @param confDir the project's {@code conf}; relative paths start from the directory it is in
   * @param environmentName {@code local} for {@code conf/env/local.yml}
   * @param overrides dotted keys of the environment file, from the command line
   * @throws ConfigurationException with the problems of all files
   */
  public static Declarations read(
      Path confDir, String environmentName, Map<String, String> overrides) {
    Problems problems = new Problems();
    if (!Files.isDirectory(confDir)) {
      problems.add(
          new Problem(
              confDir.toString(),
              "folder",
              "",
              "does not exist; run this where a folder conf is, or name it with --conf"));
      problems.throwIfAny();
    }
    Optional<Environment> environment =
        EnvironmentReader.read(confDir, environmentName, overrides, problems);
    NamingRules rules = NamingRulesReader.read(confDir, problems);
    MetricRegistry metrics = MetricRegistryReader.read(confDir, problems);
    Optional<JobCatalog> jobs = JobCatalogReader.read(confDir, rules, metrics, problems);
    Map<TableName, TableSpec> tables = TableSpecsReader.read(confDir, jobs, rules, problems);
    List<TopicSpec> topics = TopicReader.read(confDir, problems);
    List<PairSpec> pairs = PairReader.read(confDir, jobs, problems);
    if (environment.isPresent() && jobs.isPresent()) {
      RecipientsCheck.check(
          confDir.getFileName() + "/env/" + environmentName + ".yml",
          environment.get().mail(),
          jobs.get().jobs(),
          problems);
      ReceiversCheck.check(
          confDir.getFileName() + "/env/" + environmentName + ".yml",
          environment.get().alerts(),
          jobs.get().alerts(),
          problems);
    }
    DeclarationKind.Known known = new DeclarationKind.Known(jobs, tables, rules);
    Map<Class<?>, List<?>> further = new LinkedHashMap<>();
    for (DeclarationKind<?> kind : DeclarationKind.installed()) {
      further.put(kind.type(), List.copyOf(kind.read(confDir, known, problems)));
    }
    problems.throwIfAny();
    return new Declarations(
        environment.orElseThrow(),
        jobs.orElseThrow(),
        metrics,
        tables,
        topics,
        pairs,
        Collections.unmodifiableMap(further));
  }

  /**
   * What the files of a kind declare that another module reads, in the order of the files; nothing
   * where the module is not there.
   */
  public <T> List<T> of(Class<T> type) {
    return further.getOrDefault(type, List.of()).stream().map(type::cast).toList();
  }
}
