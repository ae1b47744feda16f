package io.tidemark.compaction;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.compaction.health.ColdStats;
import io.tidemark.compaction.health.DataFileStats;
import io.tidemark.compaction.health.DeleteStats;
import io.tidemark.compaction.health.PartitionHealth;
import io.tidemark.compaction.health.TableHealth;
import io.tidemark.compaction.idle.TableUse;
import io.tidemark.compaction.plan.CompactionPlan;
import io.tidemark.compaction.plan.Group;
import io.tidemark.compaction.plan.LeftAlone;
import io.tidemark.compaction.plan.Reason;
import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.run.CompactionReport;
import io.tidemark.compaction.run.RewriteOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the verbs find, for programs: sizes in bytes, times in UTC, names as of columns. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static String write(Object value) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result cannot be written as JSON", e);
    }
  }

  /**
   * A table.
   *
   * @param partitions those that are to be shown
   * @param orphans {@code null} when they were not counted
   */
  static Map<String, Object> table(
      TableHealth health, List<PartitionHealth> partitions, Verdicts verdicts, Integer orphans) {
    Map<String, Object> table = new LinkedHashMap<>();
    table.put("table", health.table().toString());
    table.put("branch", health.branch());
    table.put("snapshot_id", health.snapshot());
    table.put("committed_at", text(health.at()));
    table.put("partitions", health.partitions().size());
    table.put("due_partitions", verdicts.duePartitions());
    table.put("target_file_size", health.targetFileSize());
    table.put("data_files", health.total(partition -> partition.data().files()));
    table.put("data_bytes", health.total(partition -> partition.data().bytes()));
    table.put("rows", health.total(partition -> partition.data().records()));
    table.put("median_bytes", health.medianBytes());
    table.put("small_files", health.total(partition -> partition.data().smallFiles()));
    table.put("delete_files", health.total(partition -> partition.deletes().files()));
    table.put("deleted_rows", health.total(partition -> partition.deletes().rows()));
    table.put("data_manifests", health.manifests().data());
    table.put("delete_manifests", health.manifests().deletes());
    table.put("manifest_bytes", health.manifests().bytes());
    table.put("manifests_due", reasons(verdicts.ofManifests()));
    table.put("snapshots", health.snapshots().count());
    table.put("oldest_snapshot_at", text(health.snapshots().oldest()));
    table.put("branches", health.snapshots().branches());
    table.put("tags", health.snapshots().tags());
    table.put("orphan_files", orphans);
    table.put("cold_bytes", health.coldBytes());
    table.put("ideal_files", health.idealFiles());
    table.put("file_amplification", health.fileAmplification());
    table.put("byte_amplification", health.byteAmplification());
    table.put("trend", trend(health));
    table.put(
        "shown_partitions",
        partitions.stream().map(each -> partition(each, health, verdicts)).toList());
    return table;
  }

  private static List<Map<String, Object>> trend(TableHealth health) {
    List<Map<String, Object>> points = new ArrayList<>();
    health
        .trend()
        .forEach(
            point -> {
              Map<String, Object> values = new LinkedHashMap<>();
              values.put("committed_at", text(point.at()));
              values.put("data_files", point.dataFiles());
              values.put("delete_files", point.deleteFiles());
              values.put("bytes", point.bytes());
              values.put("file_amplification", health.fileAmplification(point));
              points.add(values);
            });
    return points;
  }

  private static Map<String, Object> partition(
      PartitionHealth partition, TableHealth health, Verdicts verdicts) {
    Map<String, Object> values = new LinkedHashMap<>();
    DataFileStats data = partition.data();
    DeleteStats deletes = partition.deletes();
    values.put("partition", partition.path());
    values.put("dt", partition.day() == null ? null : partition.day().toString());
    values.put("data_files", data.files());
    values.put("data_bytes", data.bytes());
    values.put("rows", data.records());
    values.put("average_bytes", data.averageBytes());
    values.put("median_bytes", data.medianBytes());
    values.put("small_files", data.smallFiles());
    values.put("small_bytes", data.smallBytes());
    values.put("position_delete_files", deletes.positionFiles());
    values.put("position_deleted_rows", deletes.positionRows());
    values.put("equality_delete_files", deletes.equalityFiles());
    values.put("equality_deleted_rows", deletes.equalityRows());
    values.put("deletion_vectors", deletes.vectors());
    values.put("vector_deleted_rows", deletes.vectorRows());
    values.put("delete_bytes", deletes.bytes());
    values.put("sort_overlap", partition.overlap());
    ColdStats cold = partition.cold();
    values.put("cold_bytes", cold == null ? null : partition.coldBytes());
    values.put("warm_files", cold == null ? null : cold.warmFiles());
    values.put("warm_bytes", cold == null ? null : cold.warmBytes());
    values.put("files_opened", partition.filesOpened());
    values.put("ideal_files", partition.idealFiles(health.targetFileSize()));
    values.put("last_write_at", text(partition.lastWrite()));
    values.put("due", reasons(verdicts.of(partition)));
    values.put("why_not_due", verdicts.whyNot(partition));
    return values;
  }

  static Map<String, Object> plan(CompactionPlan plan) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("seconds", plan.seconds());
    values.put("bytes", plan.total(Rewrite::bytes));
    values.put("files", plan.total(Rewrite::files));
    values.put("files_fewer", plan.total(Rewrite::filesFewer));
    values.put("rewrites", plan.rewrites().stream().map(Json::rewrite).toList());
    values.put("left_alone", plan.leftAlone().stream().map(Json::leftAlone).toList());
    return values;
  }

  private static Map<String, Object> rewrite(Rewrite rewrite) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("table", rewrite.table().toString());
    values.put("partition", rewrite.partition());
    values.put("scope", lower(rewrite.scope()));
    values.put("cold", rewrite.cold());
    values.put("reasons", reasons(rewrite.reasons()));
    values.put("files", rewrite.files());
    values.put("files_fewer", rewrite.filesFewer());
    values.put("bytes", rewrite.bytes());
    values.put("bytes_fewer", rewrite.bytesFewer());
    values.put("seconds", rewrite.seconds());
    values.put("gain_per_cost", rewrite.gainPerCost());
    values.put("groups_needed", rewrite.groupsNeeded());
    values.put("groups", rewrite.groups().stream().map(Json::group).toList());
    return values;
  }

  private static Map<String, Object> group(Group group) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("number", group.number());
    values.put("files", group.files());
    values.put("bytes", group.bytes());
    values.put("seconds", group.seconds());
    return values;
  }

  private static Map<String, Object> leftAlone(LeftAlone left) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("table", left.table().toString());
    values.put("partition", left.partition());
    values.put("why", lower(left.why()));
    values.put("text", left.text());
    return values;
  }

  /** Tables that nobody is known to have used for so many days. */
  static Map<String, Object> idle(List<TableUse> tables, Instant now, int days) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("as_of", text(now));
    values.put("days", days);
    values.put("tables", tables.stream().map(Json::use).toList());
    return values;
  }

  private static Map<String, Object> use(TableUse use) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("table", use.table());
    values.put("owner", use.owner().isEmpty() ? null : use.owner());
    values.put("files", use.files());
    values.put("bytes", use.bytes());
    values.put("last_write_at", text(use.lastWrite()));
    values.put("last_read_at", use.lastRead() == null ? null : text(use.lastRead().at()));
    values.put("read_known_by", use.lastRead() == null ? null : use.lastRead().by());
    values.put("reads_known", use.readsKnown());
    values.put("readers_declared", use.readers());
    return values;
  }

  static Map<String, Object> report(CompactionReport report) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("started_at", text(report.started()));
    values.put("seconds", report.seconds());
    Map<String, String> unreadable = new LinkedHashMap<>();
    report.unreadable().forEach((table, why) -> unreadable.put(table.toString(), why));
    values.put("unreadable", unreadable);
    values.put("outcomes", report.outcomes().stream().map(Json::outcome).toList());
    values.put("not_begun", report.notBegun());
    values.put("plan", plan(report.plan()));
    return values;
  }

  private static Map<String, Object> outcome(RewriteOutcome outcome) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("table", outcome.planned().table().toString());
    values.put("partition", outcome.planned().partition());
    values.put("scope", lower(outcome.planned().scope()));
    values.put("folded", outcome.folded());
    values.put("started_at", text(outcome.started()));
    values.put("seconds", outcome.seconds());
    values.put("groups_planned", outcome.planned().groups().size());
    values.put("groups_done", outcome.groupsDone());
    values.put("groups_conflicted", outcome.groupsConflicted());
    values.put("groups_failed", outcome.groupsFailed());
    values.put("files_removed", outcome.filesRemoved());
    values.put("delete_files_removed", outcome.deleteFilesRemoved());
    values.put("files_added", outcome.filesAdded());
    values.put("bytes_read", outcome.bytesRead());
    values.put("bytes_written", outcome.bytesWritten());
    values.put("rows_folded", outcome.rowsFolded());
    values.put("detail", outcome.detail());
    return values;
  }

  private static List<Map<String, String>> reasons(List<Reason> reasons) {
    return reasons.stream()
        .map(reason -> Map.of("kind", lower(reason.kind()), "text", reason.text()))
        .toList();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String text(Instant at) {
    return at == null ? null : at.toString();
  }
}
