package io.tidemark.catalog.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlFileTest {
  @TempDir Path directory;

  @Test
  void keepsTheLineOfEveryValue() {
    Problems problems = new Problems();
    YamlNode.Mapping top =
        YamlFile.parse("a: 1\nb:\n  c: two\n  d: [x,\n    y]\n", "f.yml", problems).orElseThrow();
    assertThat(problems.list()).isEmpty();
    assertThat(top.entries().get("a")).isEqualTo(new YamlNode.Scalar("f.yml", 1, "1"));
    YamlNode.Mapping b = (YamlNode.Mapping) top.entries().get("b");
    assertThat(b.entries().get("c")).isEqualTo(new YamlNode.Scalar("f.yml", 3, "two"));
    YamlNode.Sequence d = (YamlNode.Sequence) b.entries().get("d");
    assertThat(d.items())
        .containsExactly(
            new YamlNode.Scalar("f.yml", 4, "x"), new YamlNode.Scalar("f.yml", 5, "y"));
  }

  @Test
  void refusesDuplicateKeysAtAnyDepth() {
    assertThat(problems("a: {b: 1}\nc:\n  d: 1\n  d: 2\na: 2\n"))
        .containsExactly(
            "line 4: c.d is written twice, first in line 3; keep one of them",
            "line 5: a is written twice, first in line 1; keep one of them");
  }

  @Test
  void refusesBrokenYamlWithItsLine() {
    assertThat(problems("a: 1\nb: [1, 2\nc: 3\n"))
        .singleElement()
        .asString()
        .startsWith("line 3: file is not YAML: while parsing a flow sequence");
    assertThat(problems("a: 1\n\tb: 2\n"))
        .singleElement()
        .asString()
        .startsWith("line 2: file is not YAML: while scanning for the next token");
  }

  @Test
  void refusesWhatIsNoMapping() {
    assertThat(problems("")).containsExactly("file holds no keys; write 'key: value' lines");
    assertThat(problems("# nothing\n"))
        .containsExactly("file holds no keys; write 'key: value' lines");
    assertThat(problems("- a\n")).containsExactly("file holds no keys; write 'key: value' lines");
  }

  @Test
  void refusesAliasesAndSecondDocuments() {
    assertThat(problems("a: &x 1\nb: *x\n"))
        .containsExactly("line 2: b is an alias; write the value itself");
    assertThat(problems("a: 1\n---\na: 2\n"))
        .containsExactly(
            "line 3: file holds a second document after '---'; keep one document per file");
  }

  @Test
  void refusesFilesThatCannotBeRead() throws Exception {
    Problems problems = new Problems();
    YamlFile.read(directory.resolve("none.yml"), "none.yml", problems);
    Path latin =
        Files.write(directory.resolve("l.yml"), "a: é".getBytes(StandardCharsets.ISO_8859_1));
    YamlFile.read(latin, "l.yml", problems);
    assertThat(problems.list())
        .extracting(Problem::text)
        .containsExactly(
            "file does not exist; create it", "file is not UTF-8 text; save it as UTF-8");
  }

  private static List<String> problems(String yaml) {
    Problems problems = new Problems();
    YamlFile.parse(yaml, "f.yml", problems);
    return problems.list().stream().map(Problem::text).toList();
  }
}
