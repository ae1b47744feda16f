package io.tidemark.catalog.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: a whole number and a unit, {@code 256 MiB}. */
public final class ByteSizes {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,6}) (KiB|MiB|GiB|TiB)");
  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

  private ByteSizes() {}

  /** Reads a size of more than nothing, in bytes. */
  public static long parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    Values.check(
        text,
        matcher.matches() && Long.parseLong(matcher.group(1)) > 0,
        "is not a size; write a whole number from 1 and a unit (KiB, MiB, GiB, TiB), such as 256 MiB");
    return Long.parseLong(matcher.group(1)) << 10 * UNITS.indexOf(matcher.group(2));
  }

  /** For a person: three digits at least of the unit that fits, {@code 1.5 GiB}. */
  public static String shown(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 1024 && unit < UNITS.size() - 1) {
      size /= 1024;
      unit++;
    }
    boolean whole = unit == 0 || size >= 100 || size == Math.rint(size);
    return String.format(Locale.ROOT, whole ? "%.0f %s" : "%.1f %s", size, UNITS.get(unit));
  }
}
