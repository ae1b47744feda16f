package io.tidemark.jobs.decode;

import io.tidemark.catalog.SchemaRegistrySettings;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.Split;
import io.tidemark.jobs.spec.SplitSpec.Otherwise;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Decides to which job of a split topic a message belongs, and decodes it as that job declares.
 * Every message belongs to exactly one job, whatever its bytes. Safe for use by several threads.
 */
public final class SplitDecoder implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ColumnSpec by;
  private final RouteValue value;
  private final Map<String, Integer> routes = new HashMap<>();
  private final MessageDecoder[] decoders;
  private final int rest;
  private final Otherwise otherwise;
  private final String known;

  /**
   * A message and its job.
   *
   * @param job place of the job in {@link Split#jobs()}
   * @param decoded what it is there
   */
  public record Routed(int job, Decoded decoded) {}

  /**
   * A decoder for all jobs of a split.
   *
   * @param registry where the schemas of messages are; {@code null} where none is needed
   */
  public SplitDecoder(Split split, SchemaRegistrySettings registry) {
    List<IngestSpec> jobs = split.jobs();
    this.by = split.by();
    this.decoders = new MessageDecoder[jobs.size()];
    List<String> values = new ArrayList<>();
    for (int job = 0; job < jobs.size(); job++) {
      IngestSpec spec = jobs.get(job);
      decoders[job] = MessageDecoder.of(spec, registry);
      for (String taken : spec.split().route()) {
        routes.put(taken, job);
        values.add(taken);
      }
    }
    this.rest = jobs.indexOf(split.rest());
    this.value = new RouteValue(by, decoders[rest]);
    this.otherwise = split.rest().split().otherwise();
    this.known = values.isEmpty() ? "no value" : Excerpt.of(String.join(", ", values));
  }

  /**
   * Decodes one message.
   *
   * @param key the key; {@code null} when it has none
   * @param message the value; {@code null} is a tombstone
   * @param headers a header's bytes by its name; {@code null} for one that is not there
   * @param recordTime the broker's timestamp of it
   */
  public Routed decode(
      byte[] key, byte[] message, Function<String, byte[]> headers, Instant recordTime) {
    String found = value.of(key, message, headers);
    int job = found == null ? rest : routes.getOrDefault(found, rest);
    if (job != rest || otherwise == Otherwise.ROW) {
      return new Routed(job, decoders[job].decode(key, message, headers, recordTime));
    }
    if (found == null) {
      // Whether nothing is there because the message cannot be read is for the decoder to say.
      Decoded decoded = decoders[rest].decode(key, message, headers, recordTime);
      if (decoded instanceof Decoded.Rejected) {
        return new Routed(rest, decoded);
      }
    }
    return new Routed(rest, unrouted(found == null ? "null or nothing" : Excerpt.of(found)));
  }

  private Decoded unrouted(String found) {
    String text = "column '" + by.name() + "': found " + found + ", expected one of " + known;
    return otherwise == Otherwise.IGNORE
        ? new Decoded.Ignored(text)
        : new Decoded.Rejected(Reason.NO_ROUTE, text);
  }
}
