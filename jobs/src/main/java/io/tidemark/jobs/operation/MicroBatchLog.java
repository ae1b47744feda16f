package io.tidemark.jobs.operation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.jobs.run.LookupCounts;
import io.tidemark.jobs.run.MicroBatchReport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Writes a line for each micro-batch, a JSON object, to the logger {@value #LOGGER}: for programs
 * that gather logs. Counts are rows or messages, times seconds; a position is what the job's marker
 * holds, Kafka's offsets or the snapshot of its input.
 */
public final class MicroBatchLog implements Consumer<MicroBatch> {
  /** The logger, for which a site may choose another place than standard error. */
  public static final String LOGGER = "tidemark.microbatch";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final InstantSource clock;
  private final Consumer<String> log;

  /** Writes to the logger. */
  public MicroBatchLog(InstantSource clock) {
    this(clock, LoggerFactory.getLogger(LOGGER)::info);
  }

  MicroBatchLog(InstantSource clock, Consumer<String> log) {
    this.clock = clock;
    this.log = log;
  }

  @Override
  public void accept(MicroBatch batch) {
    log.accept(line(batch));
  }

  private String line(MicroBatch batch) {
    MicroBatchReport report = batch.report();
    ObjectNode line = JSON.createObjectNode();
    line.put("at", clock.instant().toString());
    line.put("job", report.job());
    line.put("batch", report.batch());
    line.put("read", report.read());
    line.put("written", report.written());
    line.put("dead_letters", report.deadLetters());
    line.put("dropped", report.dropped());
    line.put("ignored", report.ignored());
    line.put("late", report.late());
    line.put("pending", report.pending());
    line.put("seconds", seconds(batch.duration()));
    line.put("write_seconds", seconds(batch.writing()));
    line.put("commit_seconds", seconds(batch.committing()));
    line.put("finish_seconds", seconds(batch.finishing()));
    if (!report.lookups().isEmpty()) {
      ObjectNode lookups = line.putObject("lookups");
      report.lookups().forEach((name, counts) -> add(lookups.putObject(name), counts));
    }
    try {
      // A position is JSON by itself: an object, or a number.
      line.set("from", JSON.readTree(orNull(batch.reach().from())));
      line.set("to", JSON.readTree(orNull(batch.reach().to())));
      line.put("snapshot_id", batch.reach().snapshot());
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a micro-batch cannot be logged", e);
    }
  }

  private static void add(ObjectNode lookup, LookupCounts counts) {
    lookup.put("rows", counts.asked());
    lookup.put("found", counts.found());
    lookup.put("cached", counts.cached());
    lookup.put("hit_rate", counts.cachedShare().orElse(null));
  }

  private static String orNull(String position) {
    return position.isEmpty() ? "null" : position;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
