package io.tidemark.jobs.spec;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A fingerprint of what a job computes, by which a changed definition is recognised. Whatever does
 * not change the answer is left out: names of people, descriptions, tolerances, where a first run
 * starts, the layout and comments of SQL.
 */
public final class SpecHash {
  private static final int LENGTH = 16;

  private final StringBuilder text = new StringBuilder();

  private SpecHash() {}

  /** The fingerprint, 16 hexadecimal digits that mean the same on every machine. */
  public static String of(JobSpec job) {
    SpecHash hash = new SpecHash();
    hash.add(job.kind()).add(job.output());
    if (job instanceof IngestSpec ingest) {
      hash.ingest(ingest);
    } else if (job instanceof TransformSpec transform) {
      hash.transform(transform);
    } else if (job instanceof JoinSpec join) {
      hash.join(join);
    } else if (job instanceof AggregateSpec aggregate) {
      hash.aggregate(aggregate);
    } else if (job instanceof MirrorSpec mirror) {
      // The kind, which comes first, tells a history.
      hash.add(mirror.input()).add(mirror.delete()).add(mirror.buckets());
    }
    return hash.digest();
  }

  private void ingest(IngestSpec job) {
    add(job.topic());
    for (ColumnSpec column : job.columns()) {
      add(column.name()).add(column.type().sql()).add(column.required());
      add(column.path()).add(column.format());
      // Left out where it is the value, so that definitions from before keep their fingerprint.
      if (!column.from().equals(ColumnSource.VALUE)) {
        add("from").add(column.from());
      }
    }
    if (job.payload().isChangeLog()) {
      PayloadSpec payload = job.payload();
      add(payload.format()).add(payload.table()).add(payload.decimals()).add(payload.timeZone());
      add("key");
      payload.key().forEach(this::add);
      add("position");
      payload.position().forEach(this::add);
    }
    if (job.split().isSplit()) {
      add("split").add(job.split().by()).add(job.split().otherwise());
      job.split().route().forEach(this::add);
    }
    if (job.payload().format() == PayloadSpec.Format.JSON_SCHEMA) {
      add(job.payload().format());
    }
    if (job.payload().isBinary()) {
      binary(job.payload());
    }
    EventTimeSpec time = job.eventTime();
    add(time.column()).add(time.notBefore()).add(time.maxAhead());
    if (time.ahead() != EventTimeSpec.Ahead.DEAD_LETTER) {
      add("ahead").add(time.ahead());
    }
  }

  private void binary(PayloadSpec payload) {
    add(payload.format()).add(payload.timeZone());
    if (payload.schema() != null) {
      add(payload.schema().name()).add(payload.schema().message());
      payload.schema().texts().forEach((name, text) -> add(name).add(text));
    }
  }

  private void transform(TransformSpec job) {
    for (TransformInput input : job.inputs()) {
      add(input.table());
      SqlTokens.of(input.sql()).forEach(token -> add(token.text()));
    }
    for (LookupSpec lookup : job.lookups()) {
      add("lookup").add(lookup.name()).add(lookup.table());
      lookup.key().forEach((column, input) -> add(column).add(input));
      lookup.columns().forEach((column, type) -> add(column).add(type.sql()));
      if (lookup.asOf()) {
        add("as of event time").add(lookup.lateness());
      }
      if (lookup.holdsBack()) {
        add("unknown").add(lookup.unknown());
        if (lookup.waits()) {
          add(lookup.lateness());
        }
      }
    }
    if (job.flatten() != null) {
      FlattenSpec flatten = job.flatten();
      add("flatten").add(flatten.column()).add(flatten.index()).add(flatten.empty());
    }
    add("dedupe");
    job.dedupeKey().forEach(this::add);
    if (!job.latestBy().isEmpty()) {
      add("latest-by");
      job.latestBy().forEach(this::add);
    }
  }

  private void join(JoinSpec job) {
    for (JoinSide side : List.of(job.left(), job.right())) {
      add("side").add(side.table());
      SqlTokens.of(side.sql()).forEach(token -> add(token.text()));
      add("key");
      side.key().forEach(this::add);
    }
    add("on");
    job.on().forEach(this::add);
    add(job.within()).add(job.before()).add(job.type()).add(job.partners());
  }

  private void aggregate(AggregateSpec job) {
    add(job.input()).add(job.window().text()).add(job.lateness());
    job.dimensions().forEach(this::add);
    job.granularities()
        .forEach(
            (name, dimensions) -> {
              add("granularity").add(name);
              dimensions.forEach(this::add);
            });
    for (MetricSpec metric : job.metrics()) {
      add("metric").add(metric.name()).add(metric.function()).add(metric.column());
      metric.where().forEach((column, value) -> add("where").add(column).add(value));
      if (metric.time() != null) {
        add("time").add(metric.time());
      }
    }
    for (DerivedMetric metric : job.derived()) {
      add("derived").add(metric.name()).add(metric.operation());
      metric.parts().forEach(this::add);
    }
    job.registered()
        .forEach(
            (column, metric) ->
                add("registered").add(column).add(metric.name()).add(metric.version()));
  }

  /** Adds a part with its length, so that no two lists of parts make the same text. */
  private SpecHash add(Object part) {
    String written = String.valueOf(part);
    text.append(written.length()).append(':').append(written);
    return this;
  }

  private String digest() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
