package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.catalog.config.YamlNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Gives a job's file what it inherits from the one it extends. What the file writes itself counts;
 * of a map, such as {@code columns}, the entries that it does not write are inherited too. Nodes
 * keep the file they stand in, so a problem with an inherited value is shown where it is written.
 */
final class JobTemplates {
  /** What belongs to one file alone. */
  private static final Set<String> OWN =
      Set.of(
          JobKeys.JOB.name(),
          JobKeys.OUTPUT.name(),
          SplitKeys.ROUTE.name(),
          JobKeys.TEMPLATE.name(),
          JobKeys.EXTENDS.name());

  /** What no template can hold. */
  private static final Set<String> OF_JOBS =
      Set.of(JobKeys.JOB.name(), JobKeys.OUTPUT.name(), SplitKeys.ROUTE.name());

  /** Maps of whose keys only one may stand: they are replaced as a whole. */
  private static final Set<String> REPLACED = Set.of(StartKeys.START.name());

  private final Map<String, JobSource> byName = new HashMap<>();
  private final Problems problems;

  private JobTemplates(Problems problems) {
    this.problems = problems;
  }

  /** Takes all files, and refuses what is wrong with the templates among them. */
  static JobTemplates of(List<JobSource> files, Problems problems) {
    JobTemplates templates = new JobTemplates(problems);
    files.stream().filter(JobSource::isTemplate).forEach(templates::check);
    files.forEach(templates::add);
    return templates;
  }

  private void add(JobSource file) {
    JobSource other = file.name() == null ? null : byName.putIfAbsent(file.name(), file);
    // Two jobs of one name are found where jobs are compared.
    if (other != null && (file.isTemplate() || other.isTemplate())) {
      refuse(
          file,
          file.isTemplate() ? JobKeys.TEMPLATE : JobKeys.JOB,
          "is the name of what " + other.file() + " declares; choose another");
    }
  }

  /** What no job extends is read by nobody else, so its keys are looked at here. */
  private void check(JobSource template) {
    Keys known = JobKeys.TEMPLATE_KEYS;
    template
        .yaml()
        .entries()
        .forEach(
            (key, value) -> {
              if (OF_JOBS.contains(key)) {
                problems.add(value, key, "does not belong in a template: each job has its own");
              } else if (known.find(key).isEmpty()) {
                problems.add(
                    new Problem(
                        template.file(),
                        value.line(),
                        key,
                        "",
                        "is not a key; "
                            + Suggestions.didYouMean(
                                key,
                                known.names(),
                                "the keys of a template are " + String.join(", ", known.names()))));
              }
            });
    JobKeys.TEMPLATE
        .type()
        .read(
            template.yaml().entries().get(JobKeys.TEMPLATE.name()),
            JobKeys.TEMPLATE.name(),
            problems);
  }

  /** A job's keys with all it inherits; nothing after a problem with what it extends. */
  Optional<YamlNode.Mapping> complete(JobSource job) {
    List<JobSource> line = new ArrayList<>(List.of(job));
    for (JobSource at = job; at.yaml().entries().containsKey(JobKeys.EXTENDS.name()); ) {
      Optional<JobSource> next = extended(at);
      if (next.isEmpty()) {
        return Optional.empty();
      }
      if (line.contains(next.get())) {
        Set<String> names = new LinkedHashSet<>(line.stream().map(JobSource::name).toList());
        refuse(
            at,
            JobKeys.EXTENDS,
            "makes a circle (%s, then %s again); extend a template that does not lead back"
                .formatted(String.join(" extends ", names), next.get().name()));
        return Optional.empty();
      }
      at = next.get();
      line.add(at);
    }
    YamlNode.Mapping whole = line.get(line.size() - 1).yaml();
    for (int i = line.size() - 2; i >= 0; i--) {
      whole = merge(whole, line.get(i).yaml());
    }
    return Optional.of(withOwnStart(job.yaml(), whole));
  }

  /** A route begins where its split stands, not where that once began, unless it says so itself. */
  private static YamlNode.Mapping withOwnStart(YamlNode.Mapping own, YamlNode.Mapping whole) {
    if (!own.entries().containsKey(SplitKeys.ROUTE.name())
        || own.entries().containsKey(StartKeys.START.name())) {
      return whole;
    }
    Map<String, YamlNode> kept = new LinkedHashMap<>(whole.entries());
    kept.remove(StartKeys.START.name());
    return new YamlNode.Mapping(whole.file(), whole.line(), kept);
  }

  private Optional<JobSource> extended(JobSource file) {
    String name = file.text(JobKeys.EXTENDS);
    JobSource found = name == null ? null : byName.get(name);
    if (found == null) {
      Set<String> known = new TreeSet<>(byName.keySet());
      refuse(
          file,
          JobKeys.EXTENDS,
          "is no template and no job; "
              + Suggestions.didYouMean(
                  String.valueOf(name),
                  known,
                  "declare one in a file with 'template: " + name + "'"));
    }
    return Optional.ofNullable(found);
  }

  private static YamlNode.Mapping merge(YamlNode.Mapping from, YamlNode.Mapping own) {
    Map<String, YamlNode> all = new LinkedHashMap<>();
    from.entries()
        .forEach(
            (key, value) -> {
              if (!OWN.contains(key)) {
                all.put(key, value);
              }
            });
    own.entries()
        .forEach((key, value) -> all.merge(key, value, (old, mine) -> merge(key, old, mine)));
    return new YamlNode.Mapping(own.file(), own.line(), all);
  }

  private static YamlNode merge(String key, YamlNode from, YamlNode own) {
    if (REPLACED.contains(key)
        || !(from instanceof YamlNode.Mapping inherited)
        || !(own instanceof YamlNode.Mapping written)) {
      return own;
    }
    Map<String, YamlNode> all = new LinkedHashMap<>(inherited.entries());
    all.putAll(written.entries());
    return new YamlNode.Mapping(own.file(), own.line(), all);
  }

  private void refuse(JobSource file, Key<?> key, String remedy) {
    problems.add(file.yaml().entries().get(key.name()), key.name(), remedy);
  }
}
