package io.tidemark.tests.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.util.Map;
import java.util.Set;

/**
 * A rerun gives the same answer only when no logic reads the wall clock: the day comes as an
 * argument, and an instant from a {@link Clock} that a test can set.
 */
@AnalyzeClasses(packages = "io.tidemark", importOptions = ImportOption.DoNotIncludeTests.class)
class TimeTest {
  /** The classes at the boundary that may read the clock, each with its reason. */
  private static final Map<String, String> MAY_READ_THE_CLOCK =
      Map.ofEntries(
          Map.entry(
              "io.tidemark.tests.broker.LocalBroker",
              "bounds how long its process may take to start"),
          Map.entry(
              "io.tidemark.reconciliation.ReportVerb",
              "says when a report was made and a mail sent"),
          Map.entry("io.tidemark.reconciliation.ReconcileVerb", "records when a comparison began"),
          Map.entry(
              "io.tidemark.reconciliation.replay.ReplayVerb", "records when a comparison began"),
          Map.entry(
              "io.tidemark.jobs.cli.SealVerb",
              "keeps a person from sealing a day that is not over"),
          Map.entry("io.tidemark.tests.bench.PublishBench", "writes down when a comparison began"),
          Map.entry(
              "io.tidemark.jobs.cli.RunVerb",
              "refuses a start that has not come, and as the verb stream"),
          Map.entry("io.tidemark.jobs.cli.StreamVerb", "says when what happened in a driver"),
          Map.entry("io.tidemark.jobs.cli.StatusVerb", "says how old what is missing is"),
          Map.entry(
              "io.tidemark.jobs.cli.AlertsCheckVerb",
              "looks at alerts as at the moment it is called"),
          Map.entry("io.tidemark.jobs.cli.DeadLettersVerb", "records when letters were repaired"),
          Map.entry(
              "io.tidemark.reconciliation.ends.CheckVerb",
              "says when both ends were held together"),
          Map.entry(
              "io.tidemark.jobs.cli.OffsetsVerb",
              "records when a person moved a job, and the same"),
          Map.entry(
              "io.tidemark.compaction.TableHealthVerb",
              "says how long ago a partition was written"),
          Map.entry("io.tidemark.compaction.CompactVerb", "plans for the moment it is called"),
          Map.entry(
              "io.tidemark.compaction.InlineMaintenance", "plans when streams have committed"),
          Map.entry(
              "io.tidemark.tests.bench.CompactionSide", "compacts as at the moment it is run"),
          Map.entry("io.tidemark.tests.bench.WriterTurns", "compacts beside streams"),
          Map.entry("io.tidemark.tests.bench.StreamFreshness", "makes events of now"),
          Map.entry("io.tidemark.compaction.TablesDueVerb", "plans for the moment it is asked"),
          Map.entry("io.tidemark.compaction.TablesIdleVerb", "says how long ago a table was used"),
          Map.entry(
              "io.tidemark.compaction.retain.VacuumVerb",
              "counts ages from the moment it is called"));

  private static final Set<String> CLOCK_METHODS =
      Set.of("now", "currentTimeMillis", "systemUTC", "systemDefaultZone", "system");

  @ArchTest
  static final ArchRule NO_LOGIC_READS_THE_WALL_CLOCK =
      noClasses()
          .that(are("are not at the clock boundary", c -> !atTheClockBoundary(c)))
          .should()
          .accessTargetWhere(targets("the wall clock", TimeTest::readsTheClock))
          .because("a rerun must give the same answer; take a java.time.Clock, or name the class");

  @ArchTest
  static final ArchRule NOTHING_SLEEPS =
      noClasses()
          .should()
          .accessTargetWhere(targets("sleep", TimeTest::sleeps))
          .because("a sleep is too long or too short; wait for the event");

  private static boolean atTheClockBoundary(JavaClass javaClass) {
    String name = javaClass.getName();
    return MAY_READ_THE_CLOCK.keySet().stream()
        .anyMatch(allowed -> name.equals(allowed) || name.startsWith(allowed + "$"));
  }

  private static boolean readsTheClock(AccessTarget target) {
    String owner = target.getOwner().getName();
    boolean ofTime = owner.startsWith("java.time.") || owner.equals(System.class.getName());
    return ofTime && CLOCK_METHODS.contains(target.getName()) && !takesAClock(target);
  }

  private static boolean takesAClock(AccessTarget target) {
    return target instanceof AccessTarget.CodeUnitAccessTarget call
        && call.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(Clock.class));
  }

  private static boolean sleeps(AccessTarget target) {
    Set<String> owners = Set.of(Thread.class.getName(), "java.util.concurrent.TimeUnit");
    return target.getName().equals("sleep") && owners.contains(target.getOwner().getName());
  }

  private static DescribedPredicate<JavaClass> are(
      String description, java.util.function.Predicate<JavaClass> predicate) {
    return DescribedPredicate.describe(description, predicate);
  }

  private static DescribedPredicate<JavaAccess<?>> targets(
      String description, java.util.function.Predicate<AccessTarget> predicate) {
    return DescribedPredicate.describe(description, access -> predicate.test(access.getTarget()));
  }
}
