package io.tidemark.jobs.database;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a PostgreSQL database is, from its JDBC address.
 *
 * @param options what follows the question mark
 */
public record DatabaseAddress(String host, int port, String database, Map<String, String> options) {
  private static final int DEFAULT_PORT = 5432;
  private static final Pattern FORM =
      Pattern.compile(
          "jdbc:postgresql://(?<host>[^/:,?\\s]+|\\[[0-9a-fA-F:]+])(:(?<port>\\d{1,5}))?"
              + "/(?<database>[^/?\\s]+)(\\?(?<options>\\S*))?");

  public DatabaseAddress {
    options = Map.copyOf(options);
  }

  /** Reads an address; nothing when it is not one of a single PostgreSQL server. */
  public static Optional<DatabaseAddress> parse(String url) {
    Matcher form = FORM.matcher(url);
    if (!form.matches()) {
      return Optional.empty();
    }
    String options = form.group("options");
    return Optional.of(
        new DatabaseAddress(
            form.group("host"),
            form.group("port") == null ? DEFAULT_PORT : Integer.parseInt(form.group("port")),
            form.group("database"),
            Stream.of(options == null ? new String[0] : options.split("&"))
                .filter(option -> !option.isEmpty())
                .map(option -> option.split("=", 2))
                .collect(
                    Collectors.toMap(
                        pair -> pair[0],
                        pair -> pair.length > 1 ? pair[1] : "",
                        (first, second) -> second))));
  }

  /** Whether a password stands in it. */
  public boolean holdsSecret() {
    return options.keySet().stream()
        .anyMatch(name -> name.toLowerCase(Locale.ROOT).contains("password"));
  }
}
