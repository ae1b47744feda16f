package io.tidemark.jobs.plan;

import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.TransformSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A transform as SQL. Rows first pass the declared SQL, then the duplicates are dropped. */
public final class TransformSql {
  private final TransformSpec spec;

  public TransformSql(TransformSpec spec) {
    this.spec = spec;
  }

  /**
   * The view {@code input} that the declared SQL selects from, over the view {@code raw} and those
   * of the {@link #lookups}.
   */
  public String input() {
    StringBuilder joins = new StringBuilder();
    lookups().forEach(lookup -> joins.append("\n").append(lookup.join()));
    return input(lookup -> new LookupSql(lookup).view() + "." + Sql.name(lookup.name())) + joins;
  }

  /** The same columns where nothing is looked up: in this, rows stand for themselves. */
  public String inputWithoutLookups() {
    return input(lookup -> new LookupSql(lookup).nothing());
  }

  private String input(Function<LookupSpec, String> column) {
    StringBuilder columns = new StringBuilder("raw.*, struct(");
    columns.append(Sql.names(SystemColumns.CARRIED)).append(") AS source");
    spec.lookups().forEach(lookup -> columns.append(", ").append(column.apply(lookup)));
    return "SELECT " + columns + " FROM raw";
  }

  /** The dimensions that rows are looked up in. */
  public List<LookupSql> lookups() {
    return spec.lookups().stream().map(LookupSql::new).toList();
  }

  /** The declared SQL. */
  public String declared() {
    return spec.sql();
  }

  /** Whether duplicates are dropped at all. */
  public boolean dedupes() {
    return !spec.dedupeKey().isEmpty();
  }

  /** What identifies a row within its business day, the day included. */
  public List<String> key() {
    List<String> key = new ArrayList<>(List.of(SystemColumns.DT));
    spec.dedupeKey().stream().filter(column -> !key.contains(column)).forEach(key::add);
    return key;
  }

  /**
   * Of the rows of a view that share a key, the one received first. A key with a NULL in it
   * identifies nothing: such rows are all kept.
   */
  public String firstReceived(String view) {
    return """
        SELECT * EXCEPT (received__) FROM (
          SELECT *, row_number() OVER (PARTITION BY %s ORDER BY %s) AS received__ FROM %s)
        WHERE received__ = 1 OR %s"""
        .formatted(Sql.names(key()), SystemColumns.RECEIVE_ORDER, view, keyHasNull());
  }

  /**
   * The same for a micro-batch, the view {@code rows}: only rows whose key may be there twice are
   * sorted, and they are found by a hash of the key, which is narrower than any key.
   */
  public String firstOfMicroBatch() {
    String hash = hash();
    return """
        WITH hashed AS (SELECT *, %1$s AS hash__ FROM rows),
        repeated AS (SELECT hash__ FROM hashed GROUP BY hash__ HAVING COUNT(*) > 1),
        suspect AS (SELECT /*+ BROADCAST(repeated) */ hashed.* FROM hashed
          LEFT SEMI JOIN repeated ON hashed.hash__ = repeated.hash__)
        SELECT /*+ BROADCAST(repeated) */ hashed.* EXCEPT (hash__) FROM hashed
          LEFT ANTI JOIN repeated ON hashed.hash__ = repeated.hash__
        UNION ALL
        SELECT * EXCEPT (hash__) FROM (%2$s)"""
        .formatted(hash, firstReceived("suspect"));
  }

  /**
   * The rows of the view {@code firsts}, taken from {@code rows}, whose key is not in the view
   * {@code kept}, the table so far. The table's day is read once against a broadcast of hashes of
   * the micro-batch's keys, without a shuffle.
   */
  public String unseen() {
    return """
        SELECT /*+ BROADCAST(known) */ firsts.* FROM firsts LEFT ANTI JOIN (
          SELECT /*+ BROADCAST(now) */ %1$s FROM kept
          LEFT SEMI JOIN (SELECT DISTINCT %2$s AS hash__ FROM rows) now ON %2$s = now.hash__) known
        ON %3$s"""
        .formatted(Sql.names(key()), hash(), equal("firsts", "known"));
  }

  private String hash() {
    return "xxhash64(" + Sql.names(key()) + ")";
  }

  private String equal(String left, String right) {
    return key().stream()
        .map(column -> left + "." + Sql.name(column) + " = " + right + "." + Sql.name(column))
        .collect(Collectors.joining(" AND "));
  }

  private String keyHasNull() {
    return key().stream()
        .map(column -> Sql.name(column) + " IS NULL")
        .collect(Collectors.joining(" OR "));
  }
}
