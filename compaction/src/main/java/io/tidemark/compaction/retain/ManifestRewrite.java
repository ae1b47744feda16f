package io.tidemark.compaction.retain;

import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.table.PartitionTerm;
import io.tidemark.compaction.record.MaintenanceStep.Done;
import io.tidemark.compaction.retain.plan.ManifestPlan;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RewriteManifests;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Writes the small manifests of {@code main} anew, by Iceberg's own action. Not Spark's: that one
 * commits by itself, with the markers of the moment it was planned in, which a stream may have
 * moved on since.
 */
public final class ManifestRewrite {
  private static final String ONE = "all";

  private final String name;
  private final Table table;
  private Done done = Done.NOTHING;

  /** The manifests of a table. */
  public ManifestRewrite(String name, Table table) {
    this.name = name;
    this.table = table;
  }

  /** Looks whether it is worth it. */
  ManifestPlan plan() {
    table.refresh();
    return ManifestPlan.of(
        table.currentSnapshot() == null
            ? List.of()
            : table.currentSnapshot().allManifests(table.io()),
        PropertyUtil.propertyAsLong(
            table.properties(),
            TableProperties.MANIFEST_TARGET_SIZE_BYTES,
            TableProperties.MANIFEST_TARGET_SIZE_BYTES_DEFAULT));
  }

  /** Writes them anew when it is worth it. */
  ManifestPlan rewrite(VacuumListener listener) {
    ManifestPlan plan = plan();
    if (plan.isDue()) {
      rewrite(plan, Map.of());
      done = done(plan);
      listener.reached(
          name,
          Step.MANIFESTS_REWRITTEN,
          "%d manifests became %d".formatted(plan.manifests(), plan().manifests()));
    }
    return plan;
  }

  /** What it has done until now. */
  Done done() {
    return done;
  }

  /** Its commit's manifests in place of those that were small, whatever streams commit since. */
  private Done done(ManifestPlan plan) {
    long added = 0;
    long bytes = 0;
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      if (snapshot.summary().containsKey(SnapshotSummary.PROCESSED_MANIFEST_ENTRY_COUNT)) {
        for (ManifestFile manifest : snapshot.allManifests(table.io())) {
          if (manifest.snapshotId().equals(snapshot.snapshotId())) {
            added++;
            bytes += manifest.length();
          }
        }
        break;
      }
    }
    return Done.replaced(plan.small(), added, plan.smallBytes(), bytes);
  }

  /**
   * Writes them anew when it is worth it.
   *
   * @param facts properties of the commit
   * @return whether it was
   */
  public boolean rewrite(Map<String, String> facts) {
    ManifestPlan plan = plan();
    if (plan.isDue()) {
      rewrite(plan, facts);
    }
    return plan.isDue();
  }

  private void rewrite(ManifestPlan plan, Map<String, String> facts) {
    RewriteManifests rewrite =
        table.rewriteManifests().rewriteIf(plan::takes).clusterBy(cluster(plan));
    facts.forEach(rewrite::set);
    Commits.rewrite(table, rewrite);
    table.refresh();
  }

  /**
   * Files of a month together where one manifest does not do: whoever asks for a day then opens the
   * manifests of its month.
   */
  private Function<DataFile, Object> cluster(ManifestPlan plan) {
    NestedField day = table.schema().findField(PartitionTerm.DT.column());
    if (plan.wouldFill() == 1 || day == null) {
      return file -> ONE;
    }
    return file -> {
      PartitionSpec spec = table.specs().get(file.specId());
      for (int i = 0; i < spec.fields().size(); i++) {
        PartitionField field = spec.fields().get(i);
        if (field.sourceId() == day.fieldId() && field.transform().isIdentity()) {
          Integer epochDay = file.partition().get(i, Integer.class);
          return epochDay == null ? ONE : YearMonth.from(LocalDate.ofEpochDay(epochDay)).toString();
        }
      }
      return ONE;
    };
  }
}
