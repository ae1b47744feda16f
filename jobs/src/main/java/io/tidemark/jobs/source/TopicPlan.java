package io.tidemark.jobs.source;

import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.TopicSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What would make the brokers have what is declared.
 *
 * @param changes in the order in which they are made
 * @param refused what cannot be, each with what to do
 * @param notes what a person should know, and nothing is done about
 */
public record TopicPlan(List<Change> changes, List<String> refused, List<String> notes) {
  /** One thing to do. */
  public sealed interface Change {
    /** In a line, for a person. */
    String text();
  }

  /** A topic that is not there. */
  public record Create(TopicSpec topic) implements Change {
    @Override
    public String text() {
      return "create %s: %d partitions, replication %s%s"
          .formatted(
              topic.name(),
              topic.partitions(),
              topic.replication() == 0 ? "as the brokers give" : topic.replication(),
              topic.config().isEmpty() ? "" : ", " + topic.config());
    }
  }

  /** More partitions. */
  public record Grow(String topic, int from, int to) implements Change {
    @Override
    public String text() {
      return "grow %s from %d to %d partitions. Messages of a key may go to another partition from then on, so the order of its messages before and after is lost; the new partitions are read from their first message"
          .formatted(topic, from, to);
    }
  }

  /** Settings of a topic; {@code null} as a value before stands for the brokers' own. */
  public record Configure(
      String topic, SortedMap<String, String> before, SortedMap<String, String> after)
      implements Change {
    @Override
    public String text() {
      List<String> settings = new ArrayList<>();
      after.forEach(
          (key, value) ->
              settings.add(
                  "%s: %s -> %s"
                      .formatted(
                          key,
                          before.get(key) == null ? "(the brokers' own)" : before.get(key),
                          value)));
      return "set on " + topic + " " + String.join(", ", settings);
    }
  }

  /** A topic and its messages. */
  public record Delete(String topic) implements Change {
    @Override
    public String text() {
      return "delete " + topic + " with all its messages";
    }
  }

  /** The topics that a plan has to know the state of. */
  public static Set<String> concerned(List<TopicSpec> declared, List<String> deleted) {
    Set<String> names = new TreeSet<>(deleted);
    declared.forEach(topic -> names.add(topic.name()));
    return names;
  }

  /**
   * Compares.
   *
   * @param there state by name of every topic of {@link #concerned} that is there
   * @param deleted names that are to be deleted
   * @param readers the declared jobs that read a topic
   */
  public static TopicPlan of(
      List<TopicSpec> declared,
      Map<String, TopicState> there,
      List<String> deleted,
      List<IngestSpec> readers) {
    TopicPlan plan = new TopicPlan(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    declared.forEach(topic -> plan.topic(topic, there.get(topic.name())));
    deleted.forEach(name -> plan.delete(name, declared, there, readers));
    Set<String> names = concerned(declared, List.of());
    for (IngestSpec job : declared.isEmpty() ? List.<IngestSpec>of() : readers) {
      if (!names.contains(job.topic())) {
        plan.notes.add(
            "topic %s, which %s reads, is not declared here".formatted(job.topic(), job.name()));
      }
    }
    return plan;
  }

  private void topic(TopicSpec topic, TopicState there) {
    if (there == null) {
      changes.add(new Create(topic));
      return;
    }
    if (topic.partitions() < there.partitions()) {
      refused.add(
          "topic %s has %d partitions and %d are declared in %s, but partitions only grow: declare %d, or read a new topic"
              .formatted(
                  topic.name(),
                  there.partitions(),
                  topic.partitions(),
                  topic.file(),
                  there.partitions()));
    } else if (topic.partitions() > there.partitions()) {
      changes.add(new Grow(topic.name(), there.partitions(), topic.partitions()));
    }
    if (topic.replication() != 0 && topic.replication() != there.replication()) {
      refused.add(
          "topic %s has replication %d and %d is declared in %s: moving copies between brokers is left to Kafka's own kafka-reassign-partitions; declare %d, or leave it out"
              .formatted(
                  topic.name(),
                  there.replication(),
                  topic.replication(),
                  topic.file(),
                  there.replication()));
    }
    SortedMap<String, String> before = new TreeMap<>();
    SortedMap<String, String> after = new TreeMap<>();
    topic
        .config()
        .forEach(
            (key, value) -> {
              if (!Objects.equals(value, there.config().get(key))) {
                before.put(key, there.config().get(key));
                after.put(key, value);
              }
            });
    if (!after.isEmpty()) {
      changes.add(new Configure(topic.name(), before, after));
    }
    new TreeMap<>(there.config())
        .forEach(
            (key, value) -> {
              if (!topic.config().containsKey(key)) {
                notes.add(
                    "topic %s has %s: %s, which is not declared and stays"
                        .formatted(topic.name(), key, value));
              }
            });
  }

  private void delete(
      String name,
      List<TopicSpec> declared,
      Map<String, TopicState> there,
      List<IngestSpec> readers) {
    List<String> holders = new ArrayList<>();
    declared.stream()
        .filter(topic -> topic.name().equals(name))
        .forEach(topic -> holders.add("declared in " + topic.file()));
    readers.stream()
        .filter(job -> job.topic().equals(name))
        .forEach(job -> holders.add("read by job " + job.name()));
    if (!holders.isEmpty()) {
      refused.add(
          "topic %s is %s: remove that first, then delete the topic"
              .formatted(name, String.join(" and ", holders)));
    } else if (there.containsKey(name)) {
      changes.add(new Delete(name));
    } else {
      notes.add("topic " + name + " is not there");
    }
  }
}
