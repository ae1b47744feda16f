package io.tidemark.tags.codec;

/**
 * Bytes that are no stream of the format, or not the one that belongs here. The message names the
 * table, the file and the users.
 */
public final class CorruptStreamException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Place place;

  CorruptStreamException(Place place, String what) {
    super(place + ": " + what);
    this.place = place;
  }

  /** Where the bytes come from. */
  public Place place() {
    return place;
  }
}
