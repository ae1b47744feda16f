package io.tidemark.tags.attribute.plan;

import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricType.Kind;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Exact sums of whole numbers: of 64 bits until one needs more, and then of 192, which are more
 * than any sum of decimals needs on its way to a total that may be small again.
 */
final class WideSums implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Words of a number that is not narrow. */
  static final int WORDS = 3;

  private static final int HALF = 32;

  /** The words of all sums, the lowest first: one, or {@link #WORDS}. */
  private long[][] words;

  WideSums(int count) {
    words = new long[][] {new long[count]};
  }

  /** Adds a number of 64 bits. */
  void add(int at, long number) {
    if (words.length == 1) {
      long total = words[0][at] + number;
      if (((words[0][at] ^ total) & (number ^ total)) >= 0) {
        words[0][at] = total;
        return;
      }
    }
    addWord(at, 0, number);
    for (int word = 1; number < 0 && word < WORDS; word++) {
      addWord(at, word, -1);
    }
  }

  /** Adds a number of any size. */
  void add(int at, BigInteger number) {
    for (int word = 0; word < WORDS; word++) {
      addWord(at, word, word(number, word));
    }
  }

  /** A word of a number. */
  static long word(BigInteger number, int word) {
    return number.shiftRight(word * Long.SIZE).longValue();
  }

  /** Adds one word of a number, with its carry. */
  void addWord(int at, int word, long bits) {
    widen();
    long added = bits;
    for (int each = word; each < WORDS; each++) {
      long total = words[each][at] + added;
      words[each][at] = total;
      if (Long.compareUnsigned(total, added) >= 0) {
        return;
      }
      added = 1;
    }
  }

  private void widen() {
    if (words.length == 1) {
      long[] low = words[0];
      long[] signs = new long[low.length];
      for (int at = 0; at < low.length; at++) {
        signs[at] = low[at] >> Long.SIZE - 1;
      }
      words = new long[][] {low, signs, signs.clone()};
    }
  }

  /** Room for {@code count} sums, of which those that are there begin at {@code shift}. */
  void grow(int count, int shift) {
    for (int word = 0; word < words.length; word++) {
      long[] moved = new long[count];
      System.arraycopy(words[word], 0, moved, shift, words[word].length);
      words[word] = moved;
    }
  }

  /** Adds other sums, the first of them to that at {@code shift}. */
  void addAll(WideSums other, int shift) {
    for (int at = 0; at < other.words[0].length; at++) {
      if (other.words.length == 1) {
        add(at + shift, other.words[0][at]);
      } else {
        for (int word = 0; word < WORDS; word++) {
          addWord(at + shift, word, other.words[word][at]);
        }
      }
    }
  }

  /**
   * A sum as its column has it: Long, or BigDecimal.
   *
   * @throws ArithmeticException when it is more than the type holds
   */
  Object value(int at, MetricType type) {
    if (type.kind() == Kind.INTEGER) {
      if (!isNarrow(at)) {
        throw new ArithmeticException("a sum of " + wide(at) + " is more than bigint");
      }
      return words[0][at];
    }
    BigDecimal sum =
        isNarrow(at)
            ? BigDecimal.valueOf(words[0][at], type.scale())
            : new BigDecimal(wide(at), type.scale());
    if (sum.precision() > type.precision()) {
      throw new ArithmeticException("a sum of " + sum.toPlainString() + " is more than " + type);
    }
    return sum;
  }

  /** Writes all sums, as {@link CellSums#add} reads them. */
  void write(CellBytes out) {
    out.flag(words.length == 1);
    for (long[] word : words) {
      out.write(word, 0, word.length);
    }
  }

  private boolean isNarrow(int at) {
    long sign = words[0][at] >> Long.SIZE - 1;
    return words.length == 1 || words[1][at] == sign && words[2][at] == sign;
  }

  private BigInteger wide(int at) {
    BigInteger number = BigInteger.valueOf(words[WORDS - 1][at]);
    for (int word = WORDS - 2; word >= 0; word--) {
      long bits = words[word][at];
      number =
          number
              .shiftLeft(HALF)
              .add(BigInteger.valueOf(bits >>> HALF))
              .shiftLeft(HALF)
              .add(BigInteger.valueOf(bits & 0xFFFF_FFFFL));
    }
    return number;
  }
}
