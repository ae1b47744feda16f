package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.catalog.config.ValueType;
import io.tidemark.catalog.config.Values;
import io.tidemark.catalog.config.YamlNode;
import io.tidemark.jobs.spec.ReconcilePolicy.Notify;
import io.tidemark.jobs.spec.ReconcilePolicy.Publish;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What may stand below {@code reconcile}: words, and beside them the job's metrics by their names.
 * No metric may be named like a word, so that neither can be taken for the other.
 */
final class ReconcileKeys {
  private static final Key<Double> SHARE =
      Key.optional("share", Values.PERCENTAGE, "The verdict on the whole metric.");
  static final Key<Double> RELATIVE =
      Key.withDefault("relative", number("relative", 1), "0", "Share of the larger of two values.");
  static final Key<Double> ABSOLUTE =
      Key.withDefault(
          "absolute", number("absolute", Double.MAX_VALUE), "0", "In the metric's own unit.");
  private static final Keys PARTS = Keys.of(SHARE, RELATIVE, ABSOLUTE);

  private static final ValueType<Part> TOLERANCE = new ToleranceType();

  static final Key<Part> STANDARD =
      Key.withDefault(
          "tolerance",
          TOLERANCE,
          "1%",
          "How far stream and batch may be apart in every metric that is not named here: a share of"
              + " the batch. In its long form, `{ share: 1%, relative: 1e-6, absolute: 0.01 }`, two"
              + " values of one key also count as equal when they are no farther apart than"
              + " `absolute`, or than `relative` of the larger.");
  static final Key<Publish> PUBLISH =
      Key.withDefault(
          "publish",
          Values.oneOf(Publish.class),
          "on-pass",
          "When a reconciled day is published: if every metric is within its tolerance, whatever"
              + " the verdict, or only by a person.");
  static final Key<Notify> NOTIFY =
      Key.withDefault(
          "notify",
          Values.oneOf(Notify.class),
          "on-difference",
          "When the owner gets mail: every day, if any key differs, or if a metric is outside its"
              + " tolerance.");

  /** The words, which no metric may be named like. */
  static final Keys WORDS = Keys.of(STANDARD, PUBLISH, NOTIFY);

  static final ValueType<Declared> TYPE = new ReconcileType();

  private ReconcileKeys() {}

  /**
   * One tolerance as written.
   *
   * @param share {@code null} when it is left to the standard
   * @param closeness nothing when values have to be the same
   */
  record Part(Double share, Optional<Closeness> closeness) {
    Tolerance orElse(Tolerance standard) {
      return new Tolerance(
          share == null ? standard.share() : share,
          closeness.isPresent() ? closeness : standard.closeness());
    }
  }

  /** The section as written, metrics by whatever names they were given. */
  record Declared(Section words, Map<String, Part> metrics) {}

  private static ValueType<Double> number(String name, double most) {
    return Values.of(
        "number",
        text -> {
          try {
            double value = Double.parseDouble(text);
            if (value >= 0 && value <= most) {
              return value;
            }
          } catch (NumberFormatException e) {
            // told below, as for a number out of range
          }
          throw new IllegalArgumentException(
              "is not a number "
                  + (most == 1 ? "from 0 to 1" : "from 0")
                  + "; write "
                  + (name.equals("relative") ? "1e-6 say" : "0.01 say"));
        });
  }

  private static final class ToleranceType implements ValueType<Part> {
    @Override
    public String label() {
      return "percentage, or { share, relative, absolute }";
    }

    @Override
    public Part read(YamlNode node, String key, Problems problems) {
      if (!(node instanceof YamlNode.Mapping)) {
        Double share = Values.PERCENTAGE.read(node, key, problems);
        return share == null ? null : new Part(share, Optional.empty());
      }
      Section parts = Structures.section(PARTS).read(node, key, problems);
      if (parts.sound() && !parts.has(SHARE) && !parts.has(RELATIVE) && !parts.has(ABSOLUTE)) {
        parts.refuse("says nothing; write share, relative or absolute below it");
      }
      return parts.build(
          () -> {
            boolean declared = parts.has(RELATIVE) || parts.has(ABSOLUTE);
            Closeness closeness = new Closeness(parts.get(RELATIVE), parts.get(ABSOLUTE));
            return new Part(parts.get(SHARE), declared ? Optional.of(closeness) : Optional.empty());
          });
    }
  }

  private static final class ReconcileType implements ValueType<Declared> {
    @Override
    public String label() {
      return "map of tolerances by metric, and the keys below";
    }

    @Override
    public List<Key<?>> below() {
      return WORDS.list();
    }

    @Override
    public Declared read(YamlNode node, String key, Problems problems) {
      if (!(node instanceof YamlNode.Mapping mapping)) {
        problems.add(
            node, key, "is not a group of keys; write below it: tolerance, publish, notify");
        return null;
      }
      Map<String, YamlNode> words = new LinkedHashMap<>();
      Map<String, Part> metrics = new LinkedHashMap<>();
      int before = problems.count();
      mapping
          .entries()
          .forEach(
              (name, value) -> {
                if (WORDS.find(name).isPresent()) {
                  words.put(name, value);
                } else if (isMisspeltWord(name, value)) {
                  problems.add(misspelt(key + "." + name, name, value));
                } else {
                  metrics.put(name, TOLERANCE.read(value, key + "." + name, problems));
                }
              });
      Section read =
          Structures.section(WORDS)
              .read(new YamlNode.Mapping(node.file(), node.line(), words), key, problems);
      return problems.count() > before ? null : new Declared(read, metrics);
    }

    /** A value that is no tolerance, so that the name is what is wrong. */
    private static boolean isMisspeltWord(String name, YamlNode value) {
      return value instanceof YamlNode.Scalar scalar
          && scalar.text() != null
          && !scalar.text().matches("\\d.*")
          && Suggestions.closest(name, WORDS.names()).isPresent();
    }

    private static Problem misspelt(String key, String name, YamlNode value) {
      return new Problem(
          value.file(),
          value.line(),
          key,
          "",
          "is not a metric of this job; " + Suggestions.didYouMean(name, WORDS.names(), ""));
    }
  }
}
