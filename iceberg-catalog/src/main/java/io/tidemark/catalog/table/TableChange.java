package io.tidemark.catalog.table;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Values;

/**
 * One step from what a table is to what it should be.
 *
 * @param kind what is done
 * @param table the table
 * @param subject what it is done to: path of a column, name of a partition field or of a property
 * @param value what it becomes: the new name, or the value; empty where the declaration says it
 * @param text what is done, for a person
 * @param consent what has to be said before it is done
 * @param stopsJob whether the job of the table cannot write it before this is done
 */
public record TableChange(
    Kind kind,
    TableName table,
    String subject,
    String value,
    String text,
    Consent consent,
    boolean stopsJob) {

  /** What can be done to a table, in the order in which it is done. */
  public enum Kind {
    CREATE_TABLE,
    CREATE_BRANCH,
    RENAME_COLUMN,
    ADD_COLUMN,
    WIDEN_COLUMN,
    CHANGE_TYPE,
    MAKE_OPTIONAL,
    MAKE_REQUIRED,
    COMMENT_COLUMN,
    DROP_PARTITION,
    ADD_PARTITION,
    SORT,
    DROP_COLUMN,
    SET_PROPERTY,
    REMOVE_PROPERTY
  }

  /** What a change needs beside the declaration. */
  public enum Consent {
    /** Nothing: no row, no value and no reader loses anything by it. */
    NONE,
    /** A flag that names it: it takes something away, or is not what it looks like. */
    NAMED,
    /** It cannot be made; the text says what to do instead. */
    IMPOSSIBLE
  }

  /** How the flag names the change: {@code drop-column:dwd.reading_event.channel}. */
  public String id() {
    return Values.text(kind) + ":" + table + (subject.isEmpty() ? "" : "." + subject);
  }
}
