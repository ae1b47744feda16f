package io.tidemark.jobs.schema;

/** A text that is no schema. The message goes on after what the text is called. */
public final class SchemaTextException extends Exception {
  private static final long serialVersionUID = 1L;

  SchemaTextException(String message) {
    super(message);
  }
}
