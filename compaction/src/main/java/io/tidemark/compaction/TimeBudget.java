package io.tidemark.compaction;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time on the command line: {@code 10min}, {@code 2 hours}. */
final class TimeBudget implements ITypeConverter<Duration> {
  private static final Pattern TEXT =
      Pattern.compile("([1-9]\\d{0,6}) ?(s|seconds?|min|minutes?|h|hours?)");

  @Override
  public Duration convert(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException("'" + text + "' is no time; write it as 30s, 10min or 2h");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2).charAt(0)) {
      case 's' -> Duration.ofSeconds(number);
      case 'm' -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }
}
