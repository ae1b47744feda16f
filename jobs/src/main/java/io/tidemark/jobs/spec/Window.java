package io.tidemark.jobs.spec;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** How an aggregate cuts the business day. */
public enum Window {
  ONE_MINUTE("1 minute", "1min", Duration.ofMinutes(1)),
  FIVE_MINUTES("5 minutes", "5min", Duration.ofMinutes(5)),
  ONE_HOUR("1 hour", "1h", Duration.ofHours(1)),
  ONE_DAY("1 day", "1d", null),
  /** The day's total so far, by the minute. */
  RUNNING_DAY("running day", "tmin", null);

  private final String text;
  private final String suffix;
  private final Duration length;

  Window(String text, String suffix, Duration length) {
    this.text = text;
    this.suffix = suffix;
    this.length = length;
  }

  /** As a job declares it. */
  public String text() {
    return text;
  }

  /** The time grain that ends the names of tables cut this way. */
  public String suffix() {
    return suffix;
  }

  /** How long a window is, or nothing where a row bears on the whole business day. */
  public Optional<Duration> length() {
    return Optional.ofNullable(length);
  }

  /** Whether rows carry a {@code window_start} beside {@code dt}. */
  public boolean hasStart() {
    return this != ONE_DAY;
  }

  /** Reads what a job declares. */
  public static Window parse(String text) {
    return Arrays.stream(values())
        .filter(window -> window.text.equals(text.strip()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'"
                        + text
                        + "' is not a window; use one of "
                        + Arrays.stream(values())
                            .map(Window::text)
                            .collect(Collectors.joining(", "))));
  }
}
