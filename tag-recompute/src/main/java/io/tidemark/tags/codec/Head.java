package io.tidemark.tags.codec;

import io.tidemark.tags.history.UserDays;

/** How every stream begins: what it is, and whose. */
final class Head {
  private static final int MAGIC = 0x54;
  private static final int VERSION = 1;

  static final int DAYS = 1;
  static final int WHOLE = 2;
  static final int WIDE = 3;
  static final int DOUBLE = 4;

  private Head() {}

  static Output write(int kind) {
    return new Output().octet(MAGIC).octet(VERSION).octet(kind);
  }

  /** Opens a stream, and refuses another kind. */
  static Input open(byte[] bytes, int kind, String expected, Place place) {
    Input in = Input.open(bytes, place);
    in.check(
        in.octet() == MAGIC, "the stream does not begin with 0x54, so it is none of Tidemark's");
    int version = in.octet();
    in.check(
        version == VERSION,
        "the stream has version " + version + ", and this program reads version " + VERSION);
    int found = in.octet();
    in.check(found == kind, "the stream is of kind " + found + ", where " + expected + " belong");
    return in;
  }

  static void writeOwner(Output out, UserDays days) {
    out.zigzag(days.firstDay()).varint(days.firstUser()).varint(days.count());
  }

  /** A stream of values names the user-days it belongs to. */
  static void readOwner(Input in, UserDays days) {
    long firstDay = in.zigzag();
    long firstUser = in.varint();
    long count = in.varint();
    in.check(
        firstDay == days.firstDay() && firstUser == days.firstUser() && count == days.count(),
        "the values are of %d user-days from user %d and day %d, the days of %d from user %d and day %d"
            .formatted(
                count, firstUser, firstDay, days.count(), days.firstUser(), days.firstDay()));
  }
}
