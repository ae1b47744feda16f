package io.tidemark.compaction.retain;

import io.tidemark.compaction.record.MaintenanceStep;
import io.tidemark.compaction.retain.OrphanFiles.Found;
import io.tidemark.compaction.retain.plan.ExpiryPlan;
import io.tidemark.compaction.retain.plan.ExpiryPlan.Kept;
import io.tidemark.compaction.retain.plan.ManifestPlan;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a vacuum found of a table, and did unless it only looked.
 *
 * @param table its name
 * @param manifests as they were before; nothing when it could not be told
 * @param snapshots which went and which stay; nothing likewise
 * @param files orphans that went, and files that stay; nothing likewise
 * @param refusals why something was left as it is, for people
 * @param failures what went wrong; trying again may help
 * @param steps what was done, failed or was left as it is, for the record
 */
public record TableVacuum(
    String table,
    Optional<ManifestPlan> manifests,
    Optional<ExpiryPlan> snapshots,
    Optional<Found> files,
    List<String> refusals,
    List<RuntimeException> failures,
    List<MaintenanceStep> steps) {
  private static final Pattern OWN_TAG =
      Pattern.compile("^tag (seal|publish|unpublished|undone)_\\d{4}-.*$");

  public TableVacuum {
    refusals = List.copyOf(refusals);
    failures = List.copyOf(failures);
    steps = List.copyOf(steps);
  }

  /** Whether each of its steps was tried, and not the whole table left as it is. */
  boolean tried() {
    return steps.stream().noneMatch(step -> step.action().isEmpty());
  }

  /** Manifests that were small enough to be written anew; 0 where it is not worth it. */
  public int smallManifests() {
    return manifests.filter(ManifestPlan::isDue).map(ManifestPlan::small).orElse(0);
  }

  /** Snapshots that went. */
  public int expired() {
    return snapshots.map(plan -> plan.expired().size()).orElse(0);
  }

  /** Snapshots that stay. */
  public int kept() {
    return snapshots.map(plan -> plan.kept().size()).orElse(0);
  }

  /** Files that went. */
  public int orphans() {
    return files.map(found -> found.orphans().size()).orElse(0);
  }

  /** Files that stay although this table does not name them. */
  public int othersFiles() {
    return files.map(found -> found.left().size()).orElse(0);
  }

  /**
   * For whom snapshots stay that are older than the retention, with how many and the oldest of
   * them; who keeps the oldest comes first. Tags of seals and publications are one reason each.
   *
   * @param cutoff when the retention begins
   */
  public Map<String, Hold> holds(Instant cutoff) {
    Map<String, Hold> holds = new LinkedHashMap<>();
    for (Kept kept : snapshots.map(ExpiryPlan::kept).orElse(List.of())) {
      if (kept.entry().at().isBefore(cutoff)) {
        kept.reasons().stream()
            .map(reason -> OWN_TAG.matcher(reason).replaceFirst("tags $1_*"))
            .distinct()
            .forEach(reason -> holds.merge(reason, new Hold(1, kept.entry().at()), Hold::plus));
      }
    }
    Map<String, Hold> oldestFirst = new LinkedHashMap<>();
    holds.entrySet().stream()
        .sorted(Comparator.comparing(hold -> hold.getValue().oldest()))
        .forEach(hold -> oldestFirst.put(hold.getKey(), hold.getValue()));
    return oldestFirst;
  }

  /**
   * Snapshots that stay for one reason.
   *
   * @param snapshots how many
   * @param oldest when the oldest was committed
   */
  public record Hold(int snapshots, Instant oldest) {
    Hold plus(Hold other) {
      return new Hold(
          snapshots + other.snapshots, oldest.isBefore(other.oldest) ? oldest : other.oldest);
    }
  }
}
