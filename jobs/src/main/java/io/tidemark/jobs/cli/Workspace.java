package io.tidemark.jobs.cli;

import io.tidemark.catalog.CatalogSettings;
import io.tidemark.catalog.CatalogUnavailableException;
import io.tidemark.catalog.Environment;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.alert.Receivers;
import io.tidemark.jobs.run.AlertQuery;
import io.tidemark.jobs.run.DimensionCheck;
import io.tidemark.jobs.run.ExistingTables;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.run.MetricRecord;
import io.tidemark.jobs.run.SinkPlan;
import io.tidemark.jobs.run.SqlCheck;
import io.tidemark.jobs.source.SubjectCheck;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.AlertSpec;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SinkCheck;
import io.tidemark.jobs.spec.SinkSpec;
import io.tidemark.jobs.spec.TransformSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What most verbs start from: the declarations, checked, and the tables they speak of.
 *
 * @param declarations everything under {@code conf/}
 * @param lake the tables of the chosen environment
 * @param tables the tables of the declared jobs
 */
public record Workspace(Declarations declarations, Lakehouse lake, JobTables tables) {
  /** The word that stands for every job. */
  public static final String ALL = "all";

  /** Reads the configuration, refuses it with every problem, and opens the catalog. */
  public static Workspace open(ConfOptions options) {
    return of(options, Lakehouse::open);
  }

  /** The same for a verb that looks at no table: it asks no catalog, and writes nothing. */
  static Workspace withoutTables(ConfOptions options) {
    return of(options, Lakehouse::withoutTables);
  }

  private static Workspace of(ConfOptions options, Function<Environment, Lakehouse> lakes) {
    Declarations declarations =
        Declarations.read(options.conf(), options.env(), options.settings());
    Lakehouse lake = lakes.apply(declarations.environment());
    return new Workspace(
        declarations, lake, new JobTables(lake, declarations.jobs(), declarations.tables()));
  }

  /** The declared jobs. */
  public JobCatalog jobs() {
    return declarations.jobs();
  }

  /**
   * Refuses jobs, upstream first, whose SQL Spark would refuse or that would depend on how a stream
   * cuts its input, files of their tables that speak of columns there are not, and jobs that need a
   * schema registry where there is none.
   */
  public void checkSql(List<JobSpec> chosen) {
    new SqlCheck(jobs(), tables).check(chosen);
    List<Problem> problems =
        chosen.stream()
            .flatMap(
                job ->
                    Stream.concat(
                        tables.problems(job).stream(),
                        SubjectCheck.missingRegistry(job, declarations.environment()).stream()))
            .toList();
    refuse(problems);
  }

  /** Refuses sinks whose columns are not there, or whose connection the environment has not. */
  void checkSinks(List<SinkSpec> sinks) {
    List<Problem> problems =
        new ArrayList<>(SinkCheck.problems(sinks, declarations.environment().connections()));
    sinks.forEach(sink -> problems.addAll(SinkPlan.problems(sink, jobs(), tables)));
    refuse(problems);
  }

  /** Refuses alerts that look at what is no number. */
  void checkAlerts(List<AlertSpec> alerts) {
    refuse(
        alerts.stream()
            .filter(alert -> alert.condition().metric().isPresent())
            .flatMap(
                alert ->
                    AlertQuery.problem(alert, (AggregateSpec) jobs().job(alert.job()), tables)
                        .stream())
            .toList());
  }

  /** Refuses receivers of alerts that this machine cannot tell. */
  void checkReceivers() {
    refuse(Receivers.problems(declarations.environment()));
  }

  /** Refuses files of other modules that do not fit the columns of the jobs' tables. */
  void checkDeclarations() {
    refuse(
        DeclarationCheck.installed().stream()
            .flatMap(check -> check.problems(this).stream())
            .toList());
  }

  /**
   * Refuses jobs whose dimensions are not there, or not as declared, and those that have a metric
   * in a version which stands for something else in their tables.
   */
  public void checkTables(List<JobSpec> chosen) {
    refuse(
        Stream.concat(
                new DimensionCheck(lake, tables).problems(chosen, true).stream(),
                MetricRecord.problems(lake, chosen).stream())
            .toList());
  }

  /**
   * The same for those that are there already, also where this workspace looks at no table, and
   * refuses jobs whose tables have rows that do not go with what is declared now. Nothing is made
   * on the way.
   *
   * @return why they could not be looked at, if so
   */
  Optional<String> checkExistingTables() {
    Environment environment = declarations.environment();
    boolean nothingThere =
        environment.catalog().type() == CatalogSettings.Type.EMBEDDED
            && !Files.exists(Path.of(environment.catalog().warehouse()));
    if (nothingThere || jobs().jobs().stream().noneMatch(Workspace::dependsOnTables)) {
      return Optional.empty();
    }
    try {
      Lakehouse there = Lakehouse.open(environment);
      refuse(
          Stream.of(
                  new DimensionCheck(there, tables).problems(jobs().jobs(), false),
                  MetricRecord.problems(there, jobs().jobs()),
                  new ExistingTables(there, tables).problems(jobs().jobs()))
              .flatMap(List::stream)
              .toList());
      return Optional.empty();
    } catch (CatalogUnavailableException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Whether what is there already bears on what may be declared of a job. */
  private static boolean dependsOnTables(JobSpec job) {
    return ExistingTables.bearOn(job)
        || job instanceof TransformSpec transform && !transform.lookups().isEmpty()
        || job instanceof AggregateSpec aggregate && !aggregate.registered().isEmpty();
  }

  private static void refuse(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  /** Sinks by name; {@code all} stands for every one. Names of jobs are passed. */
  public List<SinkSpec> chosenSinks(List<String> names) {
    return jobs().sinks().stream()
        .filter(sink -> names.contains(ALL) || names.contains(sink.name()))
        .toList();
  }

  /** Jobs by name, upstream first; {@code all} stands for every one. Names of sinks are passed. */
  public List<JobSpec> chosenJobs(List<String> names) {
    return chosen(names.stream().filter(name -> jobs().sink(name).isEmpty()).toList());
  }

  /** Jobs by name, upstream first; {@code all} stands for every one. */
  public List<JobSpec> chosen(List<String> names) {
    if (names.contains(ALL)) {
      return jobs().jobs();
    }
    List<JobSpec> asked = names.stream().map(jobs()::job).toList();
    return jobs().jobs().stream().filter(asked::contains).toList();
  }
}
