package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Suggestions;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.TopicConfig;

/** Reads every file below {@code conf/topics}. */
final class TopicReader {
  private static final Set<String> KNOWN_SETTINGS = knownSettings();

  private final Map<String, TopicSpec> topics = new LinkedHashMap<>();
  private final Problems problems;

  private TopicReader(Problems problems) {
    this.problems = problems;
  }

  /** The topics, by file and then as written; a project without the folder declares none. */
  static List<TopicSpec> read(Path confDir, Problems problems) {
    TopicReader reader = new TopicReader(problems);
    for (ConfFile file : ConfFile.below(confDir, "topics", problems)) {
      file.read(problems)
          .ifPresent(yaml -> reader.file(Section.read(yaml, TopicKeys.FILE, problems)));
    }
    return List.copyOf(reader.topics.values());
  }

  private void file(Section file) {
    Map<String, Section> declared = file.get(TopicKeys.TOPICS);
    if (declared != null) {
      declared.forEach((name, section) -> topic(file, name, section));
    }
  }

  private void topic(Section file, String name, Section section) {
    TopicSpec other = topics.get(name);
    if (!JobKeys.isTopic(name)) {
      section.refuse("is not a Kafka topic; " + JobKeys.TOPIC_REMEDY);
    } else if (other != null) {
      section.refuse("is declared in " + other.file() + " too; keep one of them");
    }
    Map<String, String> config = config(section);
    Integer replication = section.get(TopicKeys.REPLICATION);
    TopicSpec topic =
        section.build(
            () ->
                new TopicSpec(
                    name,
                    section.get(TopicKeys.PARTITIONS),
                    replication == null ? 0 : replication,
                    config,
                    file.file()));
    if (topic != null) {
      topics.put(name, topic);
    }
  }

  private static Map<String, String> config(Section section) {
    Map<String, String> config = new TreeMap<>();
    Map<String, String> written = section.get(TopicKeys.CONFIG);
    if (written != null) {
      written.forEach((key, value) -> setting(section, config, key, value));
    }
    String retention = section.get(TopicKeys.RETENTION);
    if (retention != null) {
      config.put(TopicConfig.RETENTION_MS_CONFIG, retention);
    }
    TopicKeys.Cleanup cleanup = section.get(TopicKeys.CLEANUP);
    if (cleanup != null) {
      config.put(TopicConfig.CLEANUP_POLICY_CONFIG, cleanup.policy);
    }
    return config;
  }

  private static void setting(
      Section section, Map<String, String> config, String key, String value) {
    String ownKey =
        key.equals(TopicConfig.RETENTION_MS_CONFIG)
            ? TopicKeys.RETENTION.name()
            : key.equals(TopicConfig.CLEANUP_POLICY_CONFIG) ? TopicKeys.CLEANUP.name() : null;
    if (ownKey != null) {
      section.refuse(
          TopicKeys.CONFIG, key, value, "has a key of its own here; write '" + ownKey + ": ...'");
    } else if (!KNOWN_SETTINGS.contains(key)) {
      section.refuse(
          TopicKeys.CONFIG,
          key,
          value,
          "is no setting of a topic; "
              + Suggestions.didYouMean(
                  key, KNOWN_SETTINGS, "Kafka's are listed in its documentation, topic configs"));
    } else {
      config.put(key, value);
    }
  }

  private static Set<String> knownSettings() {
    return Arrays.stream(TopicConfig.class.getFields())
        .filter(field -> field.getName().endsWith("_CONFIG"))
        .map(TopicReader::constant)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String constant(Field field) {
    try {
      return (String) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("public constants of Kafka can be read", e);
    }
  }
}
