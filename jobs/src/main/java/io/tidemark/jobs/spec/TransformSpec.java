package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import java.util.List;

/**
 * Cleans rows by SQL, row by row, and keeps one of those that share a key within a business day:
 * the first received, or the latest by columns of its own. Rows of several inputs are put together.
 *
 * @param inputs tables read, at least one, each at most once; they have no root in common
 * @param lookups dimensions whose columns the SQL may use
 * @param flatten makes rows of an array in what the SQL gives; {@code null} where there is none
 * @param dedupeKey columns of the result; empty to keep every row
 * @param latestBy columns of the result, the coarsest first, by which the greatest row of a key is
 *     kept; empty to keep the first received
 * @param reconcile what is made of a comparison of stream and batch
 */
public record TransformSpec(
    String name,
    String description,
    String owner,
    List<TransformInput> inputs,
    List<LookupSpec> lookups,
    FlattenSpec flatten,
    List<String> dedupeKey,
    List<String> latestBy,
    TableName output,
    ReconcilePolicy reconcile)
    implements JobSpec {
  public TransformSpec {
    inputs = List.copyOf(inputs);
    lookups = List.copyOf(lookups);
    dedupeKey = List.copyOf(dedupeKey);
    latestBy = List.copyOf(latestBy);
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("reads no table; name at least one");
    }
  }

  /** A transform that keeps the first received of each key. */
  public TransformSpec(
      String name,
      String description,
      String owner,
      List<TransformInput> inputs,
      List<LookupSpec> lookups,
      FlattenSpec flatten,
      List<String> dedupeKey,
      TableName output,
      ReconcilePolicy reconcile) {
    this(
        name,
        description,
        owner,
        inputs,
        lookups,
        flatten,
        dedupeKey,
        List.of(),
        output,
        reconcile);
  }

  /** A transform of one input that looks nothing up. */
  public TransformSpec(
      String name,
      String description,
      String owner,
      TableName input,
      String sql,
      List<String> dedupeKey,
      TableName output,
      ReconcilePolicy reconcile) {
    this(
        name,
        description,
        owner,
        List.of(new TransformInput(input, sql)),
        List.of(),
        null,
        dedupeKey,
        output,
        reconcile);
  }

  /** The tables read. */
  public List<TableName> tables() {
    return inputs.stream().map(TransformInput::table).toList();
  }

  /** The histories that rows are looked up in as of their event time; each once. */
  public List<TableName> histories() {
    return lookups.stream().filter(LookupSpec::asOf).map(LookupSpec::table).distinct().toList();
  }

  @Override
  public boolean takesBack() {
    return replaces() || corrects();
  }

  /**
   * Whether another row may come in place of a written one: of rows that share a key and come from
   * several inputs, the first received may be read last, and the latest mostly is.
   */
  public boolean replaces() {
    return !dedupeKey.isEmpty() && (inputs.size() > 1 || !latestBy.isEmpty());
  }

  /** Whether a written row may have to be written anew, because of what it was looked up in. */
  public boolean corrects() {
    return lookups.stream().anyMatch(lookup -> lookup.asOf() || lookup.waits());
  }

  @Override
  public boolean holdsBack() {
    return lookups.stream().anyMatch(LookupSpec::holdsBack);
  }

  /** The view of the rows that are held back; of a job that holds some back. */
  public TableName unknownKeys() {
    return output.withSuffix("_unknown");
  }

  /** Why a written row may be taken back, in words. */
  String whyTakenBack() {
    if (corrects()) {
      return lookups.stream().anyMatch(LookupSpec::asOf)
          ? "looks rows up as of event time"
          : "parks rows until a dimension has their key";
    }
    return latestBy.isEmpty()
        ? "is a union that drops duplicates"
        : "keeps the latest row of a key";
  }
}
