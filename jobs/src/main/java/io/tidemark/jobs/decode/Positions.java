package io.tidemark.jobs.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.jobs.decode.Change.LogPosition;
import io.tidemark.jobs.spec.PayloadSpec;
import java.io.Serializable;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds positions in a message. */
final class Positions implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Pattern BINLOG = Pattern.compile(".*\\.(\\d{1,18})");

  private final List<String> declared;

  Positions(PayloadSpec payload) {
    this.declared = payload.position();
  }

  /** Whether the job declares where the position stands. */
  boolean areDeclared() {
    return !declared.isEmpty();
  }

  /**
   * The position where the job declares it; the last of three parts counts the rows of the message
   * when only one or two are declared.
   */
  LogPosition declared(JsonNode message, int row) throws BadMessageException {
    long[] parts = {0, 0, row};
    // One part is an offset; the coarser segment comes with the second.
    int at = declared.size() == 1 ? 1 : 0;
    for (String path : declared) {
      parts[at++] = required(message, path);
    }
    return new LogPosition(parts[0], parts[1], parts[2]);
  }

  private static long required(JsonNode message, String path) throws BadMessageException {
    JsonNode parent = message;
    String[] names = path.split("\\.");
    for (int i = 0; i < names.length - 1 && parent != null; i++) {
      parent = parent.get(names[i]);
    }
    Long number = parent == null ? null : ChangeMessage.number(parent, names[names.length - 1]);
    if (number == null) {
      throw BadMessageException.missing(path, "a whole number, as 'position' declares");
    }
    return number;
  }

  /** The number at the end of a binlog file's name: {@code mysql-bin.000003} is 3. */
  static long fileNumber(String file, String path) throws BadMessageException {
    Matcher matcher = BINLOG.matcher(file);
    if (!matcher.matches()) {
      throw new BadMessageException(
          Reason.WRONG_TYPE, path, Excerpt.of(file), "a binlog file, such as mysql-bin.000003");
    }
    return Long.parseLong(matcher.group(1));
  }
}
