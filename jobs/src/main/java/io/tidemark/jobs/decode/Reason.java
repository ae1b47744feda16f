package io.tidemark.jobs.decode;

/**
 * Why a message is a dead letter. A message with several faults gets the first of these that
 * applies, wherever the faults stand in it, so that the reason does not depend on field order.
 */
public enum Reason {
  /** No bytes, or nothing but white space. */
  EMPTY,
  /** Bytes that are no UTF-8, where text is expected. */
  NOT_UTF8,
  /**
   * Not exactly one object as its format has it, a declared field twice, or beyond what a parser
   * may be asked.
   */
  MALFORMED,
  /** A declared field whose value its type cannot hold exactly. */
  WRONG_TYPE,
  /** A required field that is absent or null. */
  MISSING_FIELD,
  /** An event time outside the declared bounds, or any time that SQL cannot hold. */
  IMPOSSIBLE_TIME,
  /** Of a split topic, a value that is in no route. */
  NO_ROUTE,
  /**
   * Names a schema that its registry does not know, that is of another format, or is unreadable.
   */
  UNKNOWN_SCHEMA,
  /** A change log says that all rows of the table went at once, or the table; no key says which. */
  TRUNCATED_TABLE
}
