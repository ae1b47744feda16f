package io.tidemark.tests.contract;

import io.tidemark.tests.contract.RandomMessages.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** The orders in which the same messages can arrive. */
enum ArrivalOrder {
  IN_ORDER {
    @Override
    List<List<Message>> deliver(List<Message> messages, Random random) {
      return List.of(sorted(messages, Comparator.comparing(Message::timestamp)));
    }
  },
  REVERSED {
    @Override
    List<List<Message>> deliver(List<Message> messages, Random random) {
      return halves(sorted(messages, Comparator.comparing(Message::timestamp).reversed()));
    }
  },
  SHUFFLED {
    @Override
    List<List<Message>> deliver(List<Message> messages, Random random) {
      return halves(shuffled(messages, random));
    }
  },
  DUPLICATED {
    @Override
    List<List<Message>> deliver(List<Message> messages, Random random) {
      List<Message> twice = new ArrayList<>(messages);
      messages.stream().filter(message -> random.nextInt(3) == 0).forEach(twice::add);
      return halves(shuffled(twice, random));
    }
  },
  /** Many small deliveries; the driver is stopped and started again after each. */
  CHOPPED {
    private static final int DELIVERIES = 3;

    @Override
    int perMicroBatch(int messages) {
      return messages / 6;
    }

    @Override
    List<List<Message>> deliver(List<Message> messages, Random random) {
      List<Message> shuffled = shuffled(messages, random);
      List<List<Message>> chunks = new ArrayList<>();
      int size = shuffled.size() / DELIVERIES + 1;
      for (int from = 0; from < shuffled.size(); from += size) {
        chunks.add(shuffled.subList(from, Math.min(from + size, shuffled.size())));
      }
      return chunks;
    }
  };

  /** The messages in deliveries; between two, the driver is started anew. */
  abstract List<List<Message>> deliver(List<Message> messages, Random random);

  /**
   * Messages or rows that a micro-batch takes at most; every order needs more than one.
   *
   * @param messages how many there are of a topic
   */
  int perMicroBatch(int messages) {
    return messages * 9 / 16;
  }

  private static List<Message> sorted(List<Message> messages, Comparator<Message> order) {
    return messages.stream().sorted(order).toList();
  }

  private static List<Message> shuffled(List<Message> messages, Random random) {
    List<Message> copy = new ArrayList<>(messages);
    Collections.shuffle(copy, random);
    return copy;
  }

  private static List<List<Message>> halves(List<Message> messages) {
    int middle = messages.size() / 2;
    return List.of(messages.subList(0, middle), messages.subList(middle, messages.size()));
  }
}
