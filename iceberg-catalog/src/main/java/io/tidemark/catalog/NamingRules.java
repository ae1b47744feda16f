package io.tidemark.catalog;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The layers of a warehouse, from raw to served, and what the names of their tables look like. What
 * breaks a rule comes back as the remedy of a problem, phrased to follow the table's name.
 */
public final class NamingRules {
  /** Time grains that may end the name of a summary. */
  public static final List<String> GRAINS = List.of("1d", "td", "1h", "th", "1min", "5min", "tmin");

  private static final int STANDARD_LENGTH = 64;

  /**
   * One layer.
   *
   * @param maxLength of a table's name, without the layer
   * @param grainSuffix whether names end with the time grain
   * @param beside whether the layer stands beside the others, so that any may read it
   */
  public record Layer(int maxLength, boolean grainSuffix, boolean beside) {
    public Layer {
      if (maxLength < 1) {
        throw new IllegalArgumentException(
            "allows names of " + maxLength + " characters; use more");
      }
    }
  }

  /** Unless declared otherwise. */
  static final int MAX_HOPS = 4;

  private final Map<String, Layer> layers;
  private final List<String> order;
  private final int maxHops;

  /** Layers by name, in the order data flows through them, with as many hops as are usual. */
  public NamingRules(Map<String, Layer> layers) {
    this(layers, MAX_HOPS);
  }

  /**
   * Layers by name, in the order data flows through them.
   *
   * @param maxHops tables behind ODS in one line, at most
   */
  public NamingRules(Map<String, Layer> layers, int maxHops) {
    this.maxHops = maxHops;
    this.layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
    this.order = List.copyOf(layers.keySet());
  }

  /** ODS, DWD, DWM, DWS, ADS; DIM and Tidemark's own OPS beside them. */
  public static NamingRules standard() {
    Map<String, Layer> layers = new LinkedHashMap<>();
    layers.put("ods", new Layer(STANDARD_LENGTH, false, false));
    layers.put("dwd", new Layer(40, false, false));
    layers.put("dwm", new Layer(40, true, false));
    layers.put("dws", new Layer(40, true, false));
    layers.put("ads", new Layer(STANDARD_LENGTH, false, false));
    layers.put("dim", new Layer(30, false, true));
    layers.put("ops", new Layer(STANDARD_LENGTH, false, true));
    return new NamingRules(layers);
  }

  /** The layers, in the order data flows through them. */
  public Map<String, Layer> layers() {
    return layers;
  }

  /** Tables behind ODS in one line, at most: each adds its micro-batch to what a user waits for. */
  public int maxHops() {
    return maxHops;
  }

  /** What is wrong with a table's name, whoever writes it. */
  public List<String> check(TableName table) {
    Layer layer = layers.get(table.layer());
    if (layer == null) {
      return List.of("is in no declared layer; use one of " + String.join(", ", order));
    }
    List<String> remedies = new ArrayList<>();
    int length = table.name().length();
    if (length > layer.maxLength()) {
      remedies.add(
          "has a name of "
              + length
              + " characters; use at most "
              + layer.maxLength()
              + " in "
              + table.layer());
    }
    if (layer.grainSuffix() && GRAINS.stream().noneMatch(grain -> ends(table, grain))) {
      remedies.add(
          "does not say its time grain; end the name with one of _" + String.join(", _", GRAINS));
    }
    return remedies;
  }

  /** What is wrong with the name of a summary over windows of the given grain. */
  public List<String> checkSummary(TableName table, String grain) {
    Layer layer = layers.get(table.layer());
    List<String> remedies = new ArrayList<>(check(table));
    boolean named = layer != null && layer.grainSuffix();
    if (named && GRAINS.stream().anyMatch(other -> ends(table, other)) && !ends(table, grain)) {
      remedies.add("ends with another grain than its window; end the name with _" + grain);
    }
    return remedies;
  }

  /** What is wrong with writing {@code output} from {@code input}. */
  public List<String> checkFlow(TableName input, TableName output) {
    if (!order.containsAll(List.of(input.layer(), output.layer()))) {
      return List.of();
    }
    boolean ordered = !layers.get(input.layer()).beside() && !layers.get(output.layer()).beside();
    if (ordered && order.indexOf(input.layer()) > order.indexOf(output.layer())) {
      return List.of(
          "is in a layer above "
              + output
              + ", which is written from it; data flows "
              + String.join(" > ", flow())
              + ", so move the output to "
              + input.layer()
              + " or higher");
    }
    return List.of();
  }

  private List<String> flow() {
    return order.stream().filter(layer -> !layers.get(layer).beside()).toList();
  }

  private static boolean ends(TableName table, String grain) {
    return table.name().endsWith("_" + grain);
  }
}
