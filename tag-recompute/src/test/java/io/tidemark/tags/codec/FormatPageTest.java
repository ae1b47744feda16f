package io.tidemark.tags.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricType.Kind;
import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.UserDays;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The examples of docs/format/user-history.md are what the codec writes and reads. */
@Tag("any-zone")
class FormatPageTest {
  private static final Path PAGE = Path.of("../docs/format/user-history.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("```example (days|values)\n(.*?)\n--\n(.*?)\n```", Pattern.DOTALL);
  private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d+),(\\d+)\\)");
  private static final Place PLACE = new Place("the page", "user-history.md", "an example");

  @Test
  void everyExampleIsWrittenAndReadAsThePageSays() throws IOException {
    Matcher example = EXAMPLE.matcher(Files.readString(PAGE));
    UserDays first = null;
    int examples = 0;
    while (example.find()) {
      Map<String, String> keys = keys(example.group(2));
      byte[] bytes = bytes(example.group(3));
      if (example.group(1).equals("days")) {
        UserDays days = days(keys);
        first = first == null ? days : first;
        check(keys, DaysCodec.encode(days), bytes);
        RoundTripTest.assertSame(examples, days, DaysCodec.decode(bytes, PLACE));
      } else {
        MetricType type = type(keys.get("type"));
        MetricValues values = values(type, keys.get("values").split(" "));
        check(keys, MetricCodec.encode(type, first, values), bytes);
        RoundTripTest.assertSame(examples, values, MetricCodec.decode(bytes, type, first, PLACE));
      }
      examples++;
    }
    assertThat(examples).isEqualTo(11);
  }

  private static void check(Map<String, String> keys, byte[] written, byte[] bytes) {
    if (!keys.containsKey("read-only")) {
      assertThat(HexFormat.ofDelimiter(" ").formatHex(written))
          .as(keys.toString())
          .isEqualTo(HexFormat.ofDelimiter(" ").formatHex(bytes));
    }
  }

  private static Map<String, String> keys(String text) {
    Map<String, String> keys = new HashMap<>();
    text.lines()
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              keys.put(line.substring(0, colon), line.substring(colon + 1).strip());
            });
    return keys;
  }

  private static byte[] bytes(String text) {
    String hex =
        text.lines()
            .map(line -> line.replaceFirst(";.*", "").replace(" ", ""))
            .collect(Collectors.joining());
    return HexFormat.of().parseHex(hex);
  }

  private static UserDays days(Map<String, String> keys) {
    List<Integer> days = new ArrayList<>();
    List<Integer> starts = new ArrayList<>(List.of(0));
    if (!keys.get("users").isEmpty()) {
      for (String user : keys.get("users").split(" \\| ")) {
        if (!user.equals("-")) {
          Arrays.stream(user.split(" ")).map(Integer::valueOf).forEach(days::add);
        }
        starts.add(days.size());
      }
    }
    return new UserDays(
        Integer.parseInt(keys.get("first-user")),
        Integer.parseInt(keys.get("first-day")),
        Integer.parseInt(keys.get("span")),
        starts.stream().mapToInt(Integer::intValue).toArray(),
        days.stream().mapToInt(Integer::intValue).toArray());
  }

  private static MetricType type(String text) {
    Matcher decimal = DECIMAL.matcher(text);
    if (decimal.matches()) {
      return MetricType.decimal(
          Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
    }
    return text.equals("double") ? MetricType.DOUBLE : MetricType.INTEGER;
  }

  private static MetricValues values(MetricType type, String[] texts) {
    BitSet nulls = new BitSet();
    long[] high = new long[texts.length];
    long[] low = new long[texts.length];
    double[] doubles = new double[texts.length];
    for (int i = 0; i < texts.length; i++) {
      if (texts[i].equals("NULL")) {
        nulls.set(i);
      } else if (type.kind() == Kind.DOUBLE) {
        doubles[i] = Double.parseDouble(texts[i]);
      } else {
        BigInteger value = new BigDecimal(texts[i]).setScale(type.scale()).unscaledValue();
        low[i] = value.longValue();
        high[i] = value.shiftRight(Long.SIZE).longValue();
      }
    }
    if (type.kind() == Kind.DOUBLE) {
      return new MetricValues.Doubles(doubles, nulls);
    }
    return type.isWide()
        ? new MetricValues.Wide(high, low, nulls)
        : new MetricValues.Whole(low, nulls);
  }
}
