package io.tidemark.jobs.decode;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Messages that are mostly right and sometimes wrong in every way that has a reason. */
final class RandomMessages {
  private static final String[] TYPES = {"t", "s", "b", "i", "l", "d", "m", "day", "secs", "iso"};

  private final Random random;

  RandomMessages(Random random) {
    this.random = random;
  }

  byte[] next() {
    if (chance(200)) {
      return " \n\t\r".substring(0, random.nextInt(5)).getBytes(StandardCharsets.UTF_8);
    }
    List<String> fields = new ArrayList<>();
    for (String name : TYPES) {
      if (name.length() == 1 && "ts".contains(name) ? !chance(100) : !chance(3)) {
        // Often of another type, so that every pair of types meets.
        String type = chance(60) ? TYPES[random.nextInt(TYPES.length)] : name;
        fields.add(field(name, chance(30) ? "null" : value(type)));
      }
    }
    if (chance(2)) {
      fields.add(field("geo", geo()));
    }
    if (chance(100)) { // a declared field twice
      fields.add(fields.isEmpty() ? "" : fields.get(random.nextInt(fields.size())));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      fields.add(field("unknown" + i, unknown(3)));
    }
    Collections.shuffle(fields, random);
    String text = space() + "{" + String.join(",", fields) + space() + "}" + space();
    if (chance(100)) {
      text = chance(2) ? text + text : text.substring(0, random.nextInt(text.length()));
    }
    return text.getBytes(chance(200) ? StandardCharsets.UTF_16LE : bytes());
  }

  private Charset bytes() {
    return chance(100) ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
  }

  private String field(String name, String value) {
    return space() + "\"" + name + "\"" + space() + ":" + space() + value;
  }

  private String value(String type) {
    return switch (type) {
      case "t" -> time();
      case "b" -> String.valueOf(random.nextBoolean());
      case "i" -> number(31);
      case "l" -> number(64);
      case "d" -> String.valueOf(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20));
      case "m" -> decimal();
      case "day" -> "\"%04d-%02d-%02d\"".formatted(pick(2400), 1 + pick(12), 1 + pick(30));
      case "secs" -> number(chance(5) ? 50 : 31);
      case "iso" -> iso();
      default -> string();
    };
  }

  private String time() {
    return switch (random.nextInt(60)) {
      case 0 -> number(64);
      case 1 -> String.valueOf(1709164800000L + random.nextInt(700_000));
      case 2 -> "1.7091648E12";
      default -> String.valueOf(1709164800000L - random.nextInt(1_000_000_000));
    };
  }

  private String number(int bits) {
    if (chance(20)) {
      return new BigInteger(70, random).toString();
    }
    long value = random.nextLong() >> (64 - bits);
    return switch (random.nextInt(20)) {
      case 0 -> value + ".0";
      case 1 -> value + ".5";
      case 2 -> value % 1000 + "e" + random.nextInt(20);
      case 3 -> value + "E-" + random.nextInt(3);
      default -> String.valueOf(value);
    };
  }

  private String decimal() {
    return chance(8)
        ? random.nextInt(20) - 10 + "e" + (random.nextInt(12) - 6)
        : BigDecimal.valueOf(random.nextInt() >> pick(20), pick(5)).toPlainString();
  }

  private String iso() {
    String zone =
        new String[] {"Z", "+08:00", "-11:30", "", "+0800"}[chance(20) ? pick(5) : pick(3)];
    return "\"%04d-%02d-%02dT%02d:%02d:%02d%s%s\""
        .formatted(
            chance(50) ? 0 : 1900 + pick(200),
            1 + pick(12),
            1 + pick(chance(10) ? 31 : 28),
            pick(24),
            pick(60),
            pick(60),
            chance(2) ? "" : "." + (1 + pick(999_999_999)),
            zone);
  }

  private String string() {
    StringBuilder text = new StringBuilder("\"");
    for (int i = random.nextInt(12); i > 0; i--) {
      switch (random.nextInt(40)) {
        case 0 -> text.append("\\n");
        case 1 -> text.append("\\u00e9");
        case 2 -> text.append("\\ud83d\\ude00");
        case 3 -> text.append("😀");
        case 4 -> text.append("é雪");
        case 5 -> text.append(chance(30) ? "\\ud83d" : "\\u0000");
        default -> text.append((char) ('a' + random.nextInt(26)));
      }
    }
    return text.append('"').toString();
  }

  private String geo() {
    if (chance(20)) {
      return unknown(1);
    }
    String at = chance(20) ? unknown(1) : "{" + (chance(3) ? "" : field("city", string())) + "}";
    return "{" + field("zip", number(20)) + "," + field("at", at) + "}";
  }

  private String unknown(int depth) {
    return switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 0 -> "null";
      case 1 -> number(64);
      case 2 -> string();
      case 3 -> "true";
      case 4 -> "[" + unknown(depth - 1) + "," + unknown(depth - 1) + "]";
      default -> "{" + field("t", unknown(depth - 1)) + "," + field("s", unknown(depth - 1)) + "}";
    };
  }

  private String space() {
    return chance(10) ? " \n\t\r".substring(random.nextInt(4)) : "";
  }

  private boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  private int pick(int bound) {
    return random.nextInt(bound);
  }
}
