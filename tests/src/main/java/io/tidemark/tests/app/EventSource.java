package io.tidemark.tests.app;

import static io.tidemark.tests.app.JsonBuffer.ascii;

import io.tidemark.tests.app.Event.Type;

/** Makes up what happens: who does what, with which content, in which channel. */
final class EventSource {
  private static final int CONTENTS = 5_000;
  private static final String[] CHANNELS = {
    "feed", "search", "push", "video", "hot", "local", "follow", "topic"
  };

  private final Settings settings;
  private final Chance chance;
  private final int users;
  private final Zipf contentRanks = new Zipf(CONTENTS, 1.05);
  private final Zipf channelRanks = new Zipf(CHANNELS.length, 0.8);
  private final byte[][] contents = new byte[CONTENTS][];
  private final byte[][][] channels = new byte[CHANNELS.length][][];
  private final byte[] hotContent = ascii("c-hot");
  private long nextId = 1;

  EventSource(Settings settings, Chance chance) {
    this.settings = settings;
    this.chance = chance;
    this.users = (int) Math.max(500, Math.min(5_000_000, settings.readingEvents() / 30));
    for (int rank = 0; rank < CONTENTS; rank++) {
      contents[rank] = ascii("c%05d".formatted(rank + 1));
    }
    for (int i = 0; i < CHANNELS.length; i++) {
      String name = CHANNELS[i];
      String capital = Character.toUpperCase(name.charAt(0)) + name.substring(1);
      channels[i] =
          new byte[][] {ascii(name), ascii(capital), ascii(" " + name), ascii(name + "  ")};
    }
  }

  /** Fills {@code event} with something that happens at {@code timeMillis}. */
  void next(Event event, boolean order, long timeMillis) {
    event.id = nextId++;
    event.timeMillis = timeMillis;
    // Squared: a part of the users does most of the reading.
    double share = chance.share();
    event.user = (int) (share * share * users);
    event.content = content();
    event.channel = channel();
    event.type = order ? Type.ORDER : type();
    event.quantity = order ? 1 + chance.below(chance.is(0.9) ? 2 : 20) : 0;
    event.metric = metric(event);
  }

  /** Another value of the metric, never the one it has. */
  long otherMetric(Event event) {
    return event.metric + 1 + chance.below(100);
  }

  private byte[] content() {
    if (chance.is(settings.nullShare())) {
      return null;
    }
    return chance.is(settings.hotKeyShare()) ? hotContent : contents[contentRanks.next(chance)];
  }

  private byte[] channel() {
    if (chance.is(settings.nullShare())) {
      return null;
    }
    byte[][] spellings = channels[channelRanks.next(chance)];
    return spellings[chance.is(0.03) ? 1 + chance.below(spellings.length - 1) : 0];
  }

  private Type type() {
    int percent = chance.below(100);
    if (percent < 62) {
      return Type.EXPOSURE;
    }
    return percent < 80 ? Type.CLICK : percent < 94 ? Type.READ : Type.AD_VIEW;
  }

  private long metric(Event event) {
    return switch (event.type) {
      case EXPOSURE, CLICK -> 0;
      // Short reads are many, long ones few.
      case READ -> 1 + (long) chance.below(60) * chance.below(60);
      case AD_VIEW -> 10 + chance.below(2_000);
      case ORDER -> event.quantity * (99L + 100L * chance.below(300));
    };
  }
}
