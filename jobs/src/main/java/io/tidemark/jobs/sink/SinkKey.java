package io.tidemark.jobs.sink;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The key of a row as one value. Columns of a key may be NULL, long, or equal for a database that
 * takes no notice of case or blanks at the end; this is none of it.
 */
final class SinkKey {
  /** Half of the hash: among a thousand million keys two that share it do not come up. */
  private static final int BYTES = 16;

  /** Characters of {@link #hash}. */
  static final int HASH_LENGTH = 2 * BYTES;

  private SinkKey() {}

  /** As a JSON object of its columns. */
  static String json(SinkLayout layout, SinkRow row) {
    return JsonValues.write(JsonValues.object(layout.key(), row.key()));
  }

  /** The beginning of the SHA-256 of {@link #json}, as hexadecimal digits. */
  static String hash(SinkLayout layout, SinkRow row) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(json(layout, row).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * As the name of a hash of Redis: the values between bars, in braces. A bar, a brace, a percent
   * sign or a tilde in a value is written as in an address, NULL is a tilde.
   */
  static String name(String prefix, List<Object> key) {
    StringBuilder name = new StringBuilder(prefix).append(":{");
    for (int i = 0; i < key.size(); i++) {
      name.append(i == 0 ? "" : "|").append(key.get(i) == null ? "~" : escaped(key.get(i)));
    }
    return name.append('}').toString();
  }

  private static String escaped(Object value) {
    return JsonValues.text(value)
        .replace("%", "%25")
        .replace("|", "%7C")
        .replace("{", "%7B")
        .replace("}", "%7D")
        .replace("~", "%7E");
  }
}
