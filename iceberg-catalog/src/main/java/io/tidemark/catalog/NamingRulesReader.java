package io.tidemark.catalog;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.Values;
import io.tidemark.catalog.config.YamlFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads {@link NamingRules}; the keys are declared here. */
public final class NamingRulesReader {
  private static final Key<Long> MAX_LENGTH =
      Key.withDefault(
          "max-length", Values.POSITIVE_LONG, "64", "Characters in a table's name, at most.");
  private static final Key<Boolean> GRAIN_SUFFIX =
      Key.withDefault(
          "grain-suffix",
          Values.BOOLEAN,
          "false",
          "Whether names end with their time grain ("
              + String.join(", ", NamingRules.GRAINS)
              + "); a summary's is that of its window.");
  private static final Key<Boolean> BESIDE =
      Key.withDefault(
          "beside",
          Values.BOOLEAN,
          "false",
          "Whether the layer stands beside the others: it may read and be read by any.");
  private static final Key<Map<String, Section>> LAYERS =
      Key.required(
          "layers",
          Structures.mapOf(Structures.section(Keys.of(MAX_LENGTH, GRAIN_SUFFIX, BESIDE))),
          "The layers, in the order data flows through them. No job reads from a layer above the"
              + " one it writes.");

  private static final Key<Long> HOPS =
      Key.withDefault(
          "max-hops",
          Values.POSITIVE_LONG,
          Integer.toString(NamingRules.MAX_HOPS),
          "Tables behind ODS in one line, at most: each adds its micro-batch to what a user waits"
              + " for.");

  /** Everything that may stand in {@code conf/layers.yml}. */
  public static final Keys KEYS = Keys.of(LAYERS, HOPS);

  private NamingRulesReader() {}

  /** Reads {@code conf/layers.yml}; without that file, or after a problem, the standard rules. */
  public static NamingRules read(Path confDir, Problems problems) {
    Path file = confDir.resolve("layers.yml");
    if (Files.notExists(file)) {
      return NamingRules.standard();
    }
    String shown = confDir.toAbsolutePath().normalize().getFileName() + "/layers.yml";
    return YamlFile.read(file, shown, problems)
        .map(yaml -> rules(Section.read(yaml, KEYS, problems)))
        .orElseGet(NamingRules::standard);
  }

  private static NamingRules rules(Section top) {
    Map<String, Section> declared = top.get(LAYERS);
    if (!top.sound() || declared == null) {
      return NamingRules.standard();
    }
    if (declared.isEmpty()) {
      top.refuse(LAYERS, "is empty; declare at least one layer");
      return NamingRules.standard();
    }
    for (String name : declared.keySet()) {
      if (!name.matches("[a-z][a-z0-9_]*")) {
        top.refuse(
            LAYERS,
            name,
            "",
            "is not a layer's name; use lower-case letters, digits and underscores");
      }
    }
    Map<String, NamingRules.Layer> layers = new LinkedHashMap<>();
    declared.forEach(
        (name, layer) ->
            layers.put(
                name,
                new NamingRules.Layer(
                    Math.toIntExact(Math.min(layer.get(MAX_LENGTH), Integer.MAX_VALUE)),
                    layer.get(GRAIN_SUFFIX),
                    layer.get(BESIDE))));
    return new NamingRules(layers, Math.toIntExact(Math.min(top.get(HOPS), Integer.MAX_VALUE)));
  }
}
