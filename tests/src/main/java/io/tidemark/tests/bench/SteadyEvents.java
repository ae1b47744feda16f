package io.tidemark.tests.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.tests.app.Message;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Events of readers, one after the other, each of the moment it is made at, and what a summary by
 * minute, channel and content has to say of them: counted here, as they are made, by nothing that
 * the streams use. Every so many events one is a probe: an ordinary event, but of a content of its
 * own, so that one row of the summary tells that this event is in it.
 *
 * <p>One thread makes them; others may ask when it has ended.
 */
final class SteadyEvents {
  static final String PROBES = "probe";

  private static final int USERS = 200_000;
  private static final int CONTENTS = 2_000;
  private static final int CHANNELS = 8;
  private static final String[] TYPES = {"exposure", "click", "read", "ad_view"};

  private final String topic;
  private final int probeEvery;
  private final SplittableRandom random;
  private final Map<Key, Counts> summary = new HashMap<>();
  private long made;

  /** A row of the summary. */
  private record Key(long minute, String channel, String content) {}

  /** What it holds. */
  private static final class Counts {
    private long pv;
    private long clicks;
    private long readSeconds;
    private final Set<Integer> readers = new HashSet<>();
  }

  /**
   * @param probeEvery how many events there are for each probe
   */
  SteadyEvents(String topic, int probeEvery, long seed) {
    this.topic = topic;
    this.probeEvery = probeEvery;
    this.random = new SplittableRandom(seed);
  }

  /** How many were made. */
  long made() {
    return made;
  }

  /** Whether the next one is a probe, whose content is then {@link #nextProbe}. */
  boolean isProbeNext() {
    return made % probeEvery == 0;
  }

  String nextProbe() {
    return PROBES + "-" + made;
  }

  /** The next one, which happens now. */
  Message next(long millis) {
    boolean probe = isProbeNext();
    int user = random.nextInt(USERS);
    // Some contents are read far more than others.
    double share = random.nextDouble();
    String content = probe ? nextProbe() : "c" + (int) (share * share * share * CONTENTS);
    String channel = probe ? PROBES : "channel-" + random.nextInt(CHANNELS);
    String type = TYPES[random.nextInt(TYPES.length)];
    long readSeconds = type.equals("read") ? random.nextInt(600) : 0;
    count(millis, channel, content, user, type, readSeconds);
    String key = "u" + user;
    String value =
        "{\"event_id\": \"e"
            + made
            + "\", \"user_id\": \""
            + key
            + "\", \"content_id\": \""
            + content
            + "\", \"channel\": \""
            + channel
            + "\", \"event_type\": \""
            + type
            + "\", \"read_seconds\": "
            + readSeconds
            + ", \"event_time\": "
            + millis
            + "}";
    made++;
    return new Message(topic, key.getBytes(UTF_8), value.getBytes(UTF_8), millis);
  }

  private void count(
      long millis, String channel, String content, int user, String type, long readSeconds) {
    Key key = new Key(millis / 60_000, channel, content);
    Counts counts = summary.computeIfAbsent(key, any -> new Counts());
    counts.pv++;
    counts.clicks += type.equals("click") ? 1 : 0;
    counts.readSeconds += readSeconds;
    counts.readers.add(user);
  }

  /** Every row that the summary must have: second, channel, content, then its metrics. */
  Set<String> rows() {
    Set<String> rows = new HashSet<>();
    summary.forEach(
        (key, counts) ->
            rows.add(
                "%d|%s|%s|%d|%d|%d|%d"
                    .formatted(
                        key.minute() * 60,
                        key.channel(),
                        key.content(),
                        counts.pv,
                        counts.clicks,
                        counts.readSeconds,
                        counts.readers.size())));
    return rows;
  }
}
