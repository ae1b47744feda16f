package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.catalog.config.YamlNode;
import io.tidemark.jobs.spec.DerivedMetric.Operation;
import io.tidemark.jobs.spec.MetricDefinition.OfMetrics;
import io.tidemark.jobs.spec.MetricDefinition.OverColumn;
import io.tidemark.jobs.spec.MetricDefinition.Part;
import io.tidemark.jobs.spec.MetricSpec.Function;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads every file below {@code conf/metrics}, then checks metrics against one another. */
final class MetricRegistryReader {
  private final Map<String, Section> sections = new LinkedHashMap<>();
  private final Map<String, Optional<RegisteredMetric>> resolved = new LinkedHashMap<>();
  private final Problems problems;
  private boolean complete = true;

  private MetricRegistryReader(Problems problems) {
    this.problems = problems;
  }

  /** The metrics; a project without the folder declares none. */
  static MetricRegistry read(Path confDir, Problems problems) {
    MetricRegistryReader reader = new MetricRegistryReader(problems);
    for (ConfFile file : ConfFile.below(confDir, "metrics", problems)) {
      reader.file(file);
    }
    Map<String, RegisteredMetric> metrics = new LinkedHashMap<>();
    for (String name : reader.sections.keySet()) {
      reader.resolve(name, List.of()).ifPresent(metric -> metrics.put(name, metric));
    }
    Map<String, Map<String, Section>> alerts = new LinkedHashMap<>();
    reader.sections.forEach(
        (name, section) ->
            alerts.put(
                name, Optional.ofNullable(section.get(AlertKeys.OF_METRIC)).orElse(Map.of())));
    return new MetricRegistry(metrics, alerts, reader.complete);
  }

  private void file(ConfFile file) {
    Optional<YamlNode.Mapping> yaml = file.read(problems);
    Map<String, Section> declared =
        yaml.map(keys -> Section.read(keys, MetricRegistryKeys.FILE, problems))
            .map(section -> section.get(MetricRegistryKeys.METRICS))
            .orElse(null);
    complete &= declared != null;
    if (declared != null) {
      declared.forEach(this::add);
    }
  }

  private void add(String name, Section section) {
    Section other = sections.putIfAbsent(name, section);
    if (!TableName.isIdentifier(name)) {
      section.refuse("is not a metric name; use lower-case letters, digits and underscores");
    } else if (other != null) {
      section.refuse("is declared in " + other.file() + ", too; keep one of them");
    }
    List<Key<?>> all = MetricRegistryKeys.definitions();
    long declared = all.stream().filter(section::has).count();
    if (section.sound() && declared != 1) {
      section.refuse(
          "declares %d functions and operations; write exactly one of %s"
              .formatted(declared, String.join(", ", all.stream().map(Key::name).toList())));
    }
    operation(section).ifPresent(operation -> checkParts(section, operation));
  }

  private static void checkParts(Section section, Operation operation) {
    Key<List<String>> key = MetricRegistryKeys.BY_OPERATION.get(operation);
    List<String> parts = section.get(key);
    boolean two = operation != Operation.TOTAL;
    if (parts != null && (two ? parts.size() != 2 : parts.size() < 2)) {
      section.refuse(
          key,
          "names %d metrics; name %s, as [first, second]"
              .formatted(parts.size(), two ? "two" : "two or more"));
    } else if (parts != null) {
      ColumnNames.firstRepeated(parts)
          .ifPresent(
              part -> section.refuse(key, "", part, "is named twice; make it of two metrics"));
    }
    if (section.has(MetricRegistryKeys.INPUT)) {
      section.refuse(
          MetricRegistryKeys.INPUT,
          "is for a metric over a column; this one is made of others, so remove it");
    }
  }

  private static Optional<Operation> operation(Section section) {
    return Stream.of(Operation.values())
        .filter(each -> section.has(MetricRegistryKeys.BY_OPERATION.get(each)))
        .findFirst();
  }

  /**
   * The metric; nothing after a problem with it, or with one it is made of.
   *
   * @param path the metrics that are made of it, the outermost first
   */
  private Optional<RegisteredMetric> resolve(String name, List<String> path) {
    Optional<RegisteredMetric> known = resolved.get(name);
    if (known == null) {
      Section section = sections.get(name);
      known =
          definition(name, section, path)
              .map(
                  definition ->
                      section.build(
                          () ->
                              new RegisteredMetric(
                                  name,
                                  section.get(MetricRegistryKeys.VERSION),
                                  section.get(MetricRegistryKeys.DESCRIPTION),
                                  section.get(MetricRegistryKeys.OWNER),
                                  section.get(MetricRegistryKeys.UNIT),
                                  definition,
                                  section.file())));
      resolved.put(name, known);
    }
    return known;
  }

  private Optional<MetricDefinition> definition(String name, Section section, List<String> path) {
    List<Function> functions = MetricKeys.declared(section);
    if (!functions.isEmpty()) {
      return Optional.of(
          new OverColumn(
              functions.get(0),
              MetricKeys.column(section, functions.get(0)),
              section.get(MetricRegistryKeys.INPUT)));
    }
    return operation(section).flatMap(operation -> made(name, section, operation, path));
  }

  private Optional<MetricDefinition> made(
      String name, Section section, Operation operation, List<String> path) {
    Key<List<String>> key = MetricRegistryKeys.BY_OPERATION.get(operation);
    List<String> line = new ArrayList<>(path);
    line.add(name);
    List<Part> parts = new ArrayList<>();
    List<String> names = Optional.ofNullable(section.get(key)).orElse(List.of());
    for (String part : names) {
      if (line.contains(part)) {
        section.refuse(
            key,
            "",
            part,
            "makes a circle (%s, then %s again); make it of metrics that do not lead back"
                .formatted(String.join(", ", line.subList(line.indexOf(part), line.size())), part));
      } else if (sections.containsKey(part)) {
        resolve(part, line).ifPresent(known -> parts.add(new Part(part, known.version())));
      } else if (complete) {
        section.refuse(
            key,
            "",
            part,
            "is not a metric below conf/metrics; "
                + Suggestions.didYouMean(part, sections.keySet(), "declare it there"));
      }
    }
    return parts.size() == names.size()
        ? Optional.of(new OfMetrics(operation, parts))
        : Optional.empty();
  }
}
