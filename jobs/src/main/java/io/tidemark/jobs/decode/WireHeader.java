package io.tidemark.jobs.decode;

/**
 * What stands in front of a value whose schema is in a registry: a zero, the number of the schema
 * in four bytes and, for Protobuf, where in the schema its message type is declared.
 *
 * @param id number of the schema
 * @param place of the type, outermost first; empty for Avro
 * @param length in bytes
 */
record WireHeader(int id, int[] place, int length) {
  private static final int ID_END = 5;

  /** Messages are declared inside others at most so deep. */
  private static final int DEEPEST = 32;

  private static final int[] FIRST = {0};
  private static final int[] NO_PLACE = {};

  static WireHeader read(byte[] message, boolean withPlace) throws BadMessageException {
    if (message[0] != 0) {
      throw malformed(
          "byte 0 is 0x%02x, but 0 begins a message that names its schema".formatted(message[0]));
    }
    if (message.length < ID_END) {
      throw malformed("has only %d of the 5 bytes that name its schema".formatted(message.length));
    }
    int id = 0;
    for (int i = 1; i < ID_END; i++) {
      id = id << 8 | message[i] & 0xff;
    }
    if (id < 0) {
      throw malformed("names schema %d, a number that no registry gives".formatted(id));
    }
    return withPlace ? placed(message, id) : new WireHeader(id, NO_PLACE, ID_END);
  }

  private static WireHeader placed(byte[] message, int id) throws BadMessageException {
    long[] read = varint(message, ID_END);
    long count = read[0];
    if (count == 0) {
      return new WireHeader(id, FIRST, (int) read[1]); // short for the first type of all
    }
    if (count < 0 || count > DEEPEST) {
      throw malformed("says that its type is declared %d deep".formatted(count));
    }
    int[] place = new int[(int) count];
    for (int i = 0; i < place.length; i++) {
      read = varint(message, (int) read[1]);
      if (read[0] != (int) read[0]) {
        throw malformed("says that its type is number " + read[0]);
      }
      place[i] = (int) read[0];
    }
    return new WireHeader(id, place, (int) read[1]);
  }

  /** A number with its sign in the last bit, and where it ends. */
  private static long[] varint(byte[] message, int from) throws BadMessageException {
    long value = 0;
    for (int i = 0; i < 5; i++) {
      if (from + i >= message.length) {
        throw malformed("ends inside what says which type of schema it is");
      }
      byte next = message[from + i];
      value |= (long) (next & 0x7f) << (7 * i);
      if (next >= 0) {
        return new long[] {value >>> 1 ^ -(value & 1), from + i + 1};
      }
    }
    throw malformed("has a number of more than five bytes where its type is named");
  }

  private static BadMessageException malformed(String detail) {
    return new BadMessageException(JsonDecoder.malformed(detail));
  }
}
