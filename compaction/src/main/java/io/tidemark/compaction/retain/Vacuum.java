package io.tidemark.compaction.retain;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.UserError;
import io.tidemark.compaction.retain.OrphanFiles.Found;
import io.tidemark.compaction.retain.plan.ExpiryPlan;
import io.tidemark.compaction.retain.plan.ManifestPlan;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.cli.FailureText;
import io.tidemark.jobs.spec.JobCatalog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.util.PropertyUtil;

/**
 * Takes away of tables what nobody needs any more: writes small manifests anew, expires snapshots,
 * deletes orphan files. Streams, batches and publications go on meanwhile.
 *
 * <p>Each step is one commit, or deletes what no commit names; whenever it ends, the tables are
 * right, and the next vacuum goes on. What it leaves undone is done by then: files of expired
 * snapshots that were not deleted are orphans once they are old enough.
 */
public final class Vacuum {
  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final Policies policies;
  private final Settings settings;
  private final VacuumListener listener;
  private final InstantSource clock;

  /**
   * What is old enough to go.
   *
   * @param now the moment that ages are counted from
   * @param olderThan snapshots younger than this stay, whoever needs them
   * @param orphansOlderThan files younger than this stay, because their writer may be at work
   */
  public record Settings(Instant now, Duration olderThan, Duration orphansOlderThan) {
    Instant cutoff() {
      return now.minus(olderThan);
    }

    Instant orphansBefore() {
      return now.minus(orphansOlderThan);
    }
  }

  /**
   * A vacuum.
   *
   * @param jobs the declared jobs: readers of tables, and what becomes of their days
   * @param policies say from how many manifests on a table's are written anew
   */
  public Vacuum(
      Lakehouse lake,
      JobCatalog jobs,
      Policies policies,
      Settings settings,
      VacuumListener listener) {
    this.lake = lake;
    this.jobs = jobs;
    this.policies = policies;
    this.settings = settings;
    this.listener = listener;
    long begun = System.nanoTime();
    this.clock = () -> settings.now().plusNanos(System.nanoTime() - begun);
  }

  /**
   * Looks what there is to be done, and does nothing.
   *
   * @param names tables as layer.name; all that Tidemark has made when empty
   * @throws VacuumRefusedException when a table is not there
   */
  public List<TableVacuum> plan(Collection<String> names) {
    return each(names, true);
  }

  /** Does it, table by table. One that fails is an outcome, and the others are done. */
  public List<TableVacuum> run(Collection<String> names) {
    return each(names, false);
  }

  /** Seconds since there is this vacuum. */
  public double seconds() {
    return StepNotes.seconds(settings.now(), clock.instant());
  }

  private List<TableVacuum> each(Collection<String> names, boolean dryRun) {
    CatalogTables catalog = CatalogTables.load(lake);
    Collection<String> chosen = names.isEmpty() ? catalog.ofTidemark().keySet() : names;
    for (String name : chosen) {
      if (!catalog.tables().containsKey(name)) {
        throw new VacuumRefusedException(
            catalog.unreadable().containsKey(name)
                ? "table %s cannot be loaded: %s".formatted(name, catalog.unreadable().get(name))
                : "there is no table %s; the tables are %s"
                    .formatted(name, String.join(", ", catalog.tables().keySet())));
      }
    }
    SnapshotReaders readers = new SnapshotReaders(lake, jobs, catalog, settings.cutoff());
    List<TableVacuum> outcomes = new ArrayList<>();
    for (String name : chosen) {
      outcomes.add(table(name, catalog, readers, dryRun));
    }
    return outcomes;
  }

  private TableVacuum table(
      String name, CatalogTables catalog, SnapshotReaders readers, boolean dryRun) {
    Table table = catalog.tables().get(name);
    if (!PropertyUtil.propertyAsBoolean(
        table.properties(), TableProperties.GC_ENABLED, TableProperties.GC_ENABLED_DEFAULT)) {
      String refusal =
          "%s has %s = false: its files may belong to other tables, so nothing of it is deleted"
              .formatted(name, TableProperties.GC_ENABLED);
      return new TableVacuum(
          name,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(refusal),
          List.of(),
          List.of(StepNotes.left(name, clock.instant(), refusal)));
    }
    List<String> refusals = new ArrayList<>();
    List<RuntimeException> failures = new ArrayList<>();
    Attempt attempt = new Attempt(refusals::add, failures::add);
    StepNotes notes = new StepNotes(name, clock, refusals, failures);
    ManifestRewrite manifests =
        new ManifestRewrite(name, table, policies.of(name).due().manifests());
    Optional<ManifestPlan> rewritten =
        notes.of(
            StepNotes.MANIFESTS,
            () -> attempt.of(dry -> dry ? manifests.plan() : manifests.rewrite(listener), dryRun),
            manifests::done);
    SnapshotExpiry expiry = new SnapshotExpiry(name, table, fresh -> readers.plan(name, fresh));
    Optional<ExpiryPlan> expired =
        notes.of(
            StepNotes.SNAPSHOTS,
            () -> attempt.of(dry -> dry ? expiry.plan() : expiry.expire(listener), dryRun),
            expiry::done);
    OrphanFiles orphans = new OrphanFiles(lake.spark(), name, table, catalog);
    Optional<Found> found =
        notes.of(
            StepNotes.ORPHAN_FILES,
            () -> attempt.of(dry -> orphans(name, orphans, dry), dryRun),
            orphans::done);
    return new TableVacuum(name, rewritten, expired, found, refusals, failures, notes.steps());
  }

  private Found orphans(String name, OrphanFiles orphans, boolean dryRun) {
    Found unnamed = orphans.find(settings.orphansBefore());
    if (!dryRun && !unnamed.orphans().isEmpty()) {
      listener.reached(name, Step.ORPHANS_FOUND, unnamed.orphans().size() + " orphan files found");
      orphans.delete(unnamed);
      listener.reached(name, Step.ORPHANS_DELETED, unnamed.orphans().size() + " orphans deleted");
    }
    return unnamed;
  }

  /** Takes steps of a table: one that cannot be taken keeps no other from being taken. */
  private record Attempt(Consumer<String> refused, Consumer<RuntimeException> failed) {
    <T> Optional<T> of(Function<Boolean, T> step, boolean dryRun) {
      try {
        return Optional.of(step.apply(dryRun));
      } catch (RuntimeException e) {
        Optional<UserError> refusal = FailureText.userError(e);
        if (refusal.isPresent()) {
          refused.accept(inALine(refusal.get()));
        } else {
          failed.accept(e);
        }
      }
      return Optional.empty();
    }

    private static String inALine(UserError refusal) {
      String next = refusal.nextStep();
      return next.isBlank() ? refusal.getMessage() : refusal.getMessage() + "; " + next;
    }
  }
}
