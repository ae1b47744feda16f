package io.tidemark.tags.history;

/**
 * Numbers by a {@code long}: those of users by their ids, those of short texts by their bytes. A
 * number lies beside what has it, so that looking it up waits for memory once.
 */
public final class LongNumbers {
  /** What there is no number for. */
  private static final int FREE = -1;

  private static final long SPREAD = 0x9E3779B97F4A7C15L;
  private static final int FIRST_SIZE = 1 << 10;

  /** A key, then its number, then the next key. */
  private long[] places = free(FIRST_SIZE);

  private int size = FIRST_SIZE;
  private int count;

  /** Notes the number, 0 or more, of a key that has none. */
  public void put(long key, int number) {
    if (2 * ++count > size) {
      grow();
    }
    int at = place(key);
    places[at] = key;
    places[at + 1] = number;
  }

  /** The number of a key; -1 for one that has none. */
  public int get(long key) {
    return (int) places[place(key) + 1];
  }

  /** Where the key is, or would be. */
  private int place(long key) {
    int mask = 2 * size - 2;
    // All bits of a key come into the highest ones of the product, those of short texts too, which
    // are the highest of theirs.
    int at = (int) (key * SPREAD >>> Long.numberOfLeadingZeros(size) + 1) << 1;
    while (places[at + 1] != FREE && places[at] != key) {
      at = at + 2 & mask;
    }
    return at;
  }

  private void grow() {
    long[] old = places;
    size *= 2;
    places = free(size);
    for (int i = 0; i < old.length; i += 2) {
      if (old[i + 1] != FREE) {
        int at = place(old[i]);
        places[at] = old[i];
        places[at + 1] = old[i + 1];
      }
    }
  }

  private static long[] free(int size) {
    long[] places = new long[2 * size];
    for (int i = 1; i < places.length; i += 2) {
      places[i] = FREE;
    }
    return places;
  }
}
