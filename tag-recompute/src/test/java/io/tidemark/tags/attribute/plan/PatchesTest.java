package io.tidemark.tags.attribute.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tags.attribute.plan.Patches.Corrected;
import io.tidemark.tags.codec.RandomHistories;
import io.tidemark.tags.history.Block;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.Piece;
import io.tidemark.tags.history.UserDays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Blocks that are put right, held to a map of user and day that is put right row by row. */
@Tag("any-zone")
class PatchesTest {
  private static final int FIRST_DAY = 20_000;
  private static final int SPAN = 32;
  private static final int USERS = 20;

  @Test
  void everyRowIsThatOfTheCorrection() {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      RandomHistories histories = new RandomHistories(seed);
      List<Block> blocks = new ArrayList<>();
      // Two blocks of users, one piece behind the other, then a stretch without a piece.
      for (int piece = 0; piece < 2; piece++) {
        for (int first = 0; first < USERS; first += USERS / 2) {
          blocks.add(
              block(
                  histories,
                  new Piece(
                      Piece.Level.EPOCH,
                      FIRST_DAY + piece * SPAN,
                      FIRST_DAY + piece * SPAN + SPAN - 1),
                  first,
                  USERS / 2,
                  null));
        }
      }
      Map<List<Integer>, String> expected = new TreeMap<>(PatchesTest::compare);
      blocks.forEach(block -> put(expected, block.days(), block.metrics()));
      Patches patches = new Patches();
      for (int i = 0; i < 8; i++) {
        int day = FIRST_DAY + i * 12 + random.nextInt(12);
        // Some are of users whom no block has.
        int first = random.nextInt(USERS);
        UserDays removed = histories.days(first, USERS, day, 1);
        Block patch = block(histories, Piece.patch(day), first, USERS, removed);
        patches.add(patch);
        for (int user = 0; user < USERS; user++) {
          if (removed.starts()[user] < removed.starts()[user + 1]) {
            expected.remove(List.of(first + user, day));
          }
        }
        put(expected, patch.days(), patch.metrics());
      }
      List<Corrected> corrected = new ArrayList<>();
      for (Block block : blocks) {
        corrected.addAll(patches.rest(block.piece().firstDay()));
        corrected.add(patches.apply(block.days(), block.metrics()));
      }
      corrected.addAll(patches.rest(Integer.MAX_VALUE));

      Map<List<Integer>, String> found = new TreeMap<>(PatchesTest::compare);
      Map<Integer, Integer> last = new TreeMap<>();
      corrected.forEach(
          block -> {
            ascends(block.days(), last);
            put(found, block.days(), block.values());
          });
      assertThat(found).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void aBlockWithoutACorrectionIsLeftAsItIs() {
    Block block =
        block(
            new RandomHistories(1),
            new Piece(Piece.Level.EPOCH, FIRST_DAY, FIRST_DAY + SPAN - 1),
            0,
            USERS,
            null);
    Patches patches = new Patches();
    patches.add(block(new RandomHistories(2), Piece.patch(FIRST_DAY + SPAN), 0, USERS, null));
    assertThat(patches.apply(block.days(), block.metrics()).days()).isSameAs(block.days());
  }

  private static Block block(
      RandomHistories histories, Piece piece, int firstUser, int users, UserDays removed) {
    UserDays days = histories.days(firstUser, users, piece.firstDay(), piece.days());
    List<MetricValues> values = new ArrayList<>();
    RandomHistories.TYPES.forEach(type -> values.add(histories.values(type, days.count())));
    return new Block(0, piece, days, values, removed);
  }

  /** Days of a user never come twice, nor in another order. */
  private static void ascends(UserDays days, Map<Integer, Integer> last) {
    for (int user = 0; user < days.users(); user++) {
      for (int i = days.starts()[user]; i < days.starts()[user + 1]; i++) {
        int day = days.firstDay() + days.days()[i];
        Integer before = last.put(days.firstUser() + user, day);
        assertThat(before == null || before < day).isTrue();
      }
    }
  }

  private static void put(
      Map<List<Integer>, String> rows, UserDays days, List<MetricValues> values) {
    for (int user = 0; user < days.users(); user++) {
      for (int i = days.starts()[user]; i < days.starts()[user + 1]; i++) {
        StringBuilder text = new StringBuilder();
        for (int metric = 0; metric < values.size(); metric++) {
          text.append(text(RandomHistories.TYPES.get(metric), values.get(metric), i)).append(' ');
        }
        rows.put(
            List.of(days.firstUser() + user, days.firstDay() + days.days()[i]), text.toString());
      }
    }
  }

  private static String text(MetricType type, MetricValues values, int at) {
    if (values.nulls().get(at)) {
      return "NULL";
    }
    if (values instanceof MetricValues.Doubles doubles) {
      return Long.toHexString(Double.doubleToRawLongBits(doubles.values()[at]));
    }
    return values instanceof MetricValues.Wide wide
        ? wide.high()[at] + "/" + wide.low()[at]
        : Long.toString(((MetricValues.Whole) values).values()[at]) + type;
  }

  private static int compare(List<Integer> one, List<Integer> other) {
    return Arrays.compare(
        one.stream().mapToInt(Integer::intValue).toArray(),
        other.stream().mapToInt(Integer::intValue).toArray());
  }
}
