package io.tidemark.catalog.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads one YAML file into nodes that know their lines. Whatever is wrong with the file becomes a
 * problem; duplicate keys and aliases are refused, because a later reader would see only one of
 * several meanings.
 */
public final class YamlFile {
  private static final YAMLFactory YAML = new YAMLFactory();
  private static final Pattern POSITION = Pattern.compile("(?m)^ in .*, line (\\d+), column");

  private final String file;
  private final Problems problems;

  private YamlFile(String file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /**
   * Reads a file whose top is a mapping.
   *
   * @param path where it is
   * @param file what messages call it
   */
  public static Optional<YamlNode.Mapping> read(Path path, String file, Problems problems) {
    try {
      return parse(Files.readString(path), file, problems);
    } catch (NoSuchFileException e) {
      problems.add(new Problem(file, "file", "", "does not exist; create it"));
    } catch (CharacterCodingException e) {
      problems.add(new Problem(file, "file", "", "is not UTF-8 text; save it as UTF-8"));
    } catch (IOException e) {
      problems.add(new Problem(file, "file", "", "cannot be read: " + e.getMessage()));
    }
    return Optional.empty();
  }

  /** Reads text whose top is a mapping. */
  public static Optional<YamlNode.Mapping> parse(String text, String file, Problems problems) {
    return new YamlFile(file, problems).parse(text);
  }

  private Optional<YamlNode.Mapping> parse(String text) {
    int before = problems.count();
    try (YAMLParser parser = YAML.createParser(text)) {
      YamlNode root = parser.nextToken() == null ? null : node(parser, 0, "");
      if (problems.count() == before && root != null && parser.nextToken() != null) {
        problem(
            parser.currentTokenLocation().getLineNr(),
            "file",
            "holds a second document after '---'; keep one document per file");
      }
      if (root instanceof YamlNode.Mapping mapping) {
        return Optional.of(mapping);
      }
      problem(0, "file", "holds no keys; write 'key: value' lines");
    } catch (JsonProcessingException e) {
      problem(lineOf(e), "file", "is not YAML: " + oneLine(e.getOriginalMessage()));
    } catch (IOException e) {
      problem(0, "file", "cannot be read: " + e.getMessage());
    }
    return Optional.empty();
  }

  private YamlNode node(YAMLParser parser, int line, String key) throws IOException {
    if (parser.isCurrentAlias()) {
      problem(line, key, "is an alias; write the value itself");
      return new YamlNode.Scalar(file, line, "");
    }
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      return mapping(parser, line, key);
    }
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      List<YamlNode> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(node(parser, parser.currentTokenLocation().getLineNr(), key));
      }
      return new YamlNode.Sequence(file, line, items);
    }
    boolean isNull = parser.currentToken() == JsonToken.VALUE_NULL;
    return new YamlNode.Scalar(file, line, isNull ? null : parser.getText());
  }

  private YamlNode.Mapping mapping(YAMLParser parser, int line, String key) throws IOException {
    Map<String, YamlNode> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      String path = key.isEmpty() ? name : key + "." + name;
      int at = parser.currentTokenLocation().getLineNr();
      parser.nextToken();
      YamlNode previous = entries.put(name, node(parser, at, path));
      if (previous != null) {
        problem(
            at, path, "is written twice, first in line " + previous.line() + "; keep one of them");
      }
    }
    return new YamlNode.Mapping(file, line, entries);
  }

  private void problem(int line, String key, String remedy) {
    problems.add(new Problem(file, line, key, "", remedy));
  }

  /** The exception's own location is that of the last good token; its message knows better. */
  private static int lineOf(JsonProcessingException e) {
    return POSITION
        .matcher(e.getOriginalMessage())
        .results()
        .reduce((first, second) -> second)
        .map(position -> Integer.parseInt(position.group(1)))
        .orElse(e.getLocation() == null ? 0 : e.getLocation().getLineNr());
  }

  /** The parser's message without the quotation of the file and the positions inside it. */
  private static String oneLine(String message) {
    return message
        .lines()
        .filter(line -> !line.startsWith(" "))
        .map(String::strip)
        .collect(Collectors.joining(", "));
  }
}
