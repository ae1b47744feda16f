package io.tidemark.jobs.run;

import io.tidemark.catalog.commit.LostPositionException;
import io.tidemark.jobs.spec.IngestSpec;
import java.util.Optional;
import org.apache.iceberg.Table;

/** Keeps a job from going on with a topic that was made anew under the old name. */
public final class TopicIdentity {
  /** The table property that holds the id of the topic it was read from. */
  private static final String TOPIC_ID = "tidemark.topic-id";

  private TopicIdentity() {}

  /**
   * Whether a table was read from another topic of the same name.
   *
   * @param now the topic's id; nothing when the brokers give none
   */
  public static boolean isAnother(Table ods, Optional<String> now) {
    String before = ods.properties().get(TOPIC_ID);
    return before != null && now.isPresent() && !before.equals(now.get());
  }

  /**
   * Requires that a table was read from this topic, and writes down in it that it is.
   *
   * @param now the topic's id; nothing when the brokers give none
   * @throws LostPositionException when it was another one: its offsets are of other messages
   */
  static void require(IngestSpec job, Table ods, Optional<String> now) {
    String before = ods.properties().get(TOPIC_ID);
    if (now.isPresent() && before == null) {
      ods.updateProperties().set(TOPIC_ID, now.get()).commit();
    } else if (isAnother(ods, now)) {
      throw new LostPositionException(
          "job %s cannot go on: topic %s was deleted and made anew since table %s was written, so its offsets are of other messages. Nothing was read: give the new topic another name and another ODS table, or drop the table, its dead letters %s and the tables behind it, to build them anew from this topic"
              .formatted(job.name(), job.topic(), job.output(), job.deadLetters()));
    }
  }
}
