package io.tidemark.jobs.run;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.tidemark.jobs.plan.LookupSql;
import io.tidemark.jobs.plan.Sql;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * What a stream keeps of a dimension while its version stays. One of at most as many rows as may be
 * kept is kept whole, by Spark. Of a larger one the keys of a micro-batch are looked up, each once:
 * those that were asked for before are known, and the table is read for the others alone.
 */
final class DimensionCache {
  /** So many keys can be named to a table, which then skips files and row groups without them. */
  private static final int NAMED_KEYS = 1000;

  private final JobSession session;
  private final LookupSql sql;
  private Object version;
  private Dataset<Row> dimension;

  /** Null where the dimension is kept whole. */
  private KeptKeys keys;

  /** Whether micro-batches before have read the version. */
  private boolean known;

  /** Rows of a micro-batch whose keys were known; of a dimension that is not kept whole. */
  private long hits;

  DimensionCache(JobSession session, LookupSql sql) {
    this.session = session;
    this.sql = sql;
  }

  /**
   * Goes over to a version of the dimension, whose rows are then found by the job's SQL.
   *
   * @param version equal for equal rows
   * @param size rows that it has, at most
   * @param rows reads them
   * @return whether it is another one than before
   */
  boolean fix(Object version, long size, Supplier<Dataset<Row>> rows) {
    known = version.equals(this.version) && (keys != null || isKept(dimension));
    if (known) {
      return false;
    }
    release();
    dimension = keyFirst(rows.get());
    if (size <= sql.spec().cacheRows()) {
      dimension.persist(StorageLevel.MEMORY_AND_DISK());
    } else {
      keys = new KeptKeys(sql.spec().cacheRows());
    }
    session.lookUp(sql, dimension);
    this.version = version;
    return true;
  }

  /** Another job that keeps the same rows may have given them up for both. */
  private static boolean isKept(Dataset<Row> rows) {
    return rows != null && !rows.storageLevel().equals(StorageLevel.NONE());
  }

  /**
   * Makes what these rows look up be found.
   *
   * @param rows of inputs, each with the columns that are compared
   */
  void prepare(Collection<Dataset<Row>> rows) {
    hits = 0;
    if (keys == null) {
      return;
    }
    long most = sql.spec().cacheRows();
    List<Row> asked =
        rows.stream()
            .map(input -> input.select(columns(sql.spec().key().values())))
            .map(DimensionCache::complete)
            .reduce(Dataset::union)
            .orElseThrow()
            .groupBy(columns(keyNames()))
            .agg(count(lit(1)))
            .limit((int) Math.min(Integer.MAX_VALUE, most + 1))
            .collectAsList();
    if (asked.size() > most) {
      session.lookUp(sql, dimension);
      return;
    }
    session.lookUp(sql, session.lake().spark().createDataFrame(found(asked), dimension.schema()));
  }

  /** The rows of the keys, from what is kept or from the table. */
  private List<Row> found(List<Row> asked) {
    int width = sql.spec().key().size();
    List<Row> found = new ArrayList<>();
    Map<List<Object>, Row> missing = new HashMap<>();
    for (Row row : asked) {
      List<Object> key = KeptKeys.key(row, width);
      Optional<Row> kept = keys.get(key);
      if (kept == null) {
        missing.put(key, row);
      } else {
        hits += row.getLong(width);
        kept.ifPresent(found::add);
      }
    }
    if (!missing.isEmpty()) {
      Map<List<Object>, Row> read = new HashMap<>();
      read(missing.values()).forEach(row -> read.put(KeptKeys.key(row, width), row));
      keys.put(missing.keySet(), read);
      found.addAll(read.values());
    }
    return found;
  }

  private List<Row> read(Collection<Row> missing) {
    List<String> names = keyNames();
    Dataset<Row> wanted =
        session
            .lake()
            .spark()
            .createDataFrame(List.copyOf(missing), missing.iterator().next().schema());
    Dataset<Row> candidates = dimension;
    if (missing.size() <= NAMED_KEYS) {
      for (int i = 0; i < names.size(); i++) {
        int column = i;
        Object[] values = missing.stream().map(row -> row.get(column)).distinct().toArray();
        candidates = candidates.where(dimension.col(Sql.name(names.get(i))).isin(values));
      }
    }
    Column same =
        names.stream()
            .map(name -> dimension.col(Sql.name(name)).equalTo(wanted.col(Sql.name(name))))
            .reduce(Column::and)
            .orElseThrow();
    return candidates.join(broadcast(wanted), same, "left_semi").collectAsList();
  }

  private Dataset<Row> keyFirst(Dataset<Row> rows) {
    Set<String> columns = new LinkedHashSet<>(keyNames());
    columns.addAll(List.of(rows.columns()));
    return rows.select(
        columns.stream().map(column -> col(Sql.name(column))).toArray(Column[]::new));
  }

  /** The columns of the dimension that are its key; they come first in its rows. */
  private List<String> keyNames() {
    return List.copyOf(sql.spec().key().keySet());
  }

  private Column[] columns(Collection<String> names) {
    List<String> as = keyNames();
    List<Column> columns = new ArrayList<>();
    for (String name : names) {
      columns.add(col(Sql.name(name)).as(as.get(columns.size())));
    }
    return columns.toArray(Column[]::new);
  }

  private static Dataset<Row> complete(Dataset<Row> keys) {
    return keys.na().drop();
  }

  /**
   * Rows of the micro-batch whose answer was kept.
   *
   * @param asked all that were looked up
   */
  long cached(long asked) {
    if (keys == null) {
      return known ? asked : 0;
    }
    return hits;
  }

  /** Keeps nothing any more. */
  void release() {
    if (dimension != null) {
      dimension.unpersist();
    }
    version = null;
    dimension = null;
    keys = null;
  }
}
