package io.tidemark.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamingRulesTest {
  private final NamingRules rules = NamingRules.standard();

  @TempDir Path conf;

  @Test
  void limitsTheLengthOfNames() {
    assertThat(rules.check(new TableName("dwd", "a".repeat(40)))).isEmpty();
    assertThat(rules.check(new TableName("dwd", "a".repeat(41))))
        .containsExactly("has a name of 41 characters; use at most 40 in dwd");
    assertThat(rules.check(new TableName("dim", "a".repeat(30)))).isEmpty();
    assertThat(rules.check(new TableName("dim", "a".repeat(31))))
        .containsExactly("has a name of 31 characters; use at most 30 in dim");
  }

  @Test
  void wantsTheGrainOfASummary() {
    assertThat(rules.checkSummary(TableName.parse("dws.x_1min"), "1min")).isEmpty();
    assertThat(rules.checkSummary(TableName.parse("dwm.x_5min"), "1min"))
        .containsExactly("ends with another grain than its window; end the name with _1min");
    assertThat(rules.checkSummary(TableName.parse("dws.x"), "1min"))
        .containsExactly(
            "does not say its time grain; end the name with one of _1d, _td, _1h, _th, _1min,"
                + " _5min, _tmin");
    assertThat(rules.checkSummary(TableName.parse("ads.x"), "1min")).isEmpty();
  }

  @Test
  void refusesUnknownLayers() {
    assertThat(rules.check(TableName.parse("gold.x")))
        .containsExactly("is in no declared layer; use one of ods, dwd, dwm, dws, ads, dim, ops");
  }

  @Test
  void letsDataFlowOneWay() {
    assertThat(flow("ods.a", "dwd.b")).isEmpty();
    assertThat(flow("dwd.a", "dwd.b")).isEmpty();
    assertThat(flow("dim.a", "ods.b")).isEmpty();
    assertThat(flow("ads.a", "dim.b")).isEmpty();
    assertThat(flow("dws.a", "dwd.b"))
        .containsExactly(
            "is in a layer above dwd.b, which is written from it; data flows ods > dwd > dwm > dws"
                + " > ads, so move the output to dws or higher");
  }

  @Test
  void readsOtherHousesLayers() throws Exception {
    Files.writeString(
        conf.resolve("layers.yml"),
        "layers:\n"
            + "  raw: {}\n"
            + "  dwa: { max-length: 5, grain-suffix: true }\n"
            + "  ref: { beside: true }\n");
    Problems problems = new Problems();
    NamingRules read = NamingRulesReader.read(conf, problems);
    assertThat(problems.list()).isEmpty();
    assertThat(read.layers().keySet()).containsExactly("raw", "dwa", "ref");
    assertThat(read.layers().values())
        .containsExactly(
            new NamingRules.Layer(64, false, false),
            new NamingRules.Layer(5, true, false),
            new NamingRules.Layer(64, false, true));
  }

  @Test
  void refusesLayersThatMakeNoSense() throws Exception {
    Files.writeString(
        conf.resolve("layers.yml"),
        "layers:\n  ods: { max-length: 0 }\n  Dwd: { besides: true }\n");
    Problems problems = new Problems();
    NamingRulesReader.read(conf, problems);
    assertThat(problems.list())
        .extracting(Problem::text)
        .containsExactly(
            "line 2: layers.ods.max-length: '0' is not a whole number from 1; write digits only,"
                + " such as 500000",
            "line 3: layers.Dwd.besides is not a key; did you mean 'beside'?");
  }

  @Test
  void isTheStandardWithoutAFile() {
    Problems problems = new Problems();
    assertThat(NamingRulesReader.read(conf, problems).layers()).isEqualTo(rules.layers());
    assertThat(problems.list()).isEmpty();
  }

  private List<String> flow(String input, String output) {
    return rules.checkFlow(TableName.parse(input), TableName.parse(output));
  }
}
