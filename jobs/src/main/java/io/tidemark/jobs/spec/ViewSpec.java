package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;

/**
 * A declared way to read a summary, beside its own view: nothing is stored for it, so that it says
 * of any state of the summary what follows from it, in every mode.
 *
 * @param name the view
 * @param description what it shows, in a sentence; may be empty
 * @param owner who answers for it; empty when nobody was named
 * @param of the table of the summary, which an aggregate writes
 * @param shape what is made of its rows
 */
public record ViewSpec(
    TableName name, String description, String owner, TableName of, Shape shape) {
  /** What the names of views end with. */
  public static final String SUFFIX = "_v";

  /** The view beside this one that shows recent days alone. */
  public TableName recent() {
    String stem = name.name().substring(0, name.name().length() - SUFFIX.length());
    return new TableName(name.layer(), stem + UsersSpec.RECENT + SUFFIX);
  }

  /** What a view makes of a summary's rows. */
  public sealed interface Shape permits UsersSpec, RankingSpec, CurveSpec, RollupSpec {}
}
