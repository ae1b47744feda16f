package io.tidemark.tags.attribute.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.tags.attribute.plan.Patches.Corrected;
import io.tidemark.tags.history.Block;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.Piece;
import io.tidemark.tags.history.UserDays;
import io.tidemark.tags.kernel.Aggregation;
import io.tidemark.tags.kernel.Measures;
import io.tidemark.tags.kernel.UserGroups;
import io.tidemark.tags.kernel.Window;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A result that is brought forward by stale days and changed users is the one that is added up in
 * full, whatever came, went, was corrected, or changed tags meanwhile.
 */
class ForwardCellsTest {
  private static final int USERS = 60;
  private static final int DAYS = 40;
  private static final int GROUPS = 5;
  private static final List<MetricType> TYPES =
      List.of(MetricType.INTEGER, MetricType.decimal(38, 2));
  private static final Measures MEASURES = new Measures(List.of(3, 7), List.of(1, 5));
  private static final Dictionary VALUES =
      Dictionary.of(ColumnType.parse("int"), List.of(1, 2, 3, 4));

  /** By user, then day, the values; null for NULL. */
  private final List<TreeMap<Integer, BigInteger[]>> rows = new ArrayList<>();

  private Random random;

  @Test
  void whatIsBroughtForwardIsWhatIsAddedUpInFull() {
    for (int seed = 0; seed < 60; seed++) {
      random = new Random(seed);
      fill(70);
      int last = 50 + random.nextInt(5);
      Window before = new Window(last - DAYS + 1, DAYS);
      boolean several = seed % 2 == 0;
      List<Set<Integer>> groupsBefore = groups(several);
      List<Object[]> there =
          full(
              shape(before),
              blocks(last, 1000),
              UserGroups.everybody(USERS),
              userGroups(groupsBefore));

      Set<Integer> corrected = new HashSet<>();
      for (int i = random.nextInt(3); i > 0; i--) {
        corrected.add(correct(random.nextInt(60)));
      }
      int next = last + random.nextInt(3);
      Window now = new Window(next - DAYS + 1, DAYS);
      List<Set<Integer>> groupsNow = new ArrayList<>(groupsBefore);
      List<Set<Integer>> others = groups(several);
      for (int user = 0; user < USERS; user++) {
        // Sometimes nobody stays in group 3, sometimes nobody was in group 4 before.
        boolean moves = random.nextInt(8) == 0 || groupsNow.get(user).contains(3);
        groupsNow.set(user, moves ? others.get(user) : groupsNow.get(user));
      }
      List<Corrected> blocks = blocks(next, 9);
      StaleDays stale = StaleDays.of(now, last, corrected, MEASURES);

      assertThat(
              texts(
                  forward(
                      shape(now), there, stale, blocks, users -> blocks, groupsBefore, groupsNow)))
          .as("seed %d", seed)
          .isEqualTo(
              texts(full(shape(now), blocks, UserGroups.everybody(USERS), userGroups(groupsNow))));
    }
  }

  /** Pieces as they are stored, of blocks of six users, and patches; what is read is counted. */
  private static final class StoredPiece implements BlockWalk.Stored {
    private final Piece piece;
    private final List<Block> blocks;
    private int read;

    StoredPiece(Piece piece, List<Block> blocks) {
      this.piece = piece;
      this.blocks = blocks;
    }

    static StoredPiece epoch(List<TreeMap<Integer, BigInteger[]>> rows, int first) {
      Piece piece = new Piece(Piece.Level.EPOCH, first, first + 7);
      List<Block> blocks = new ArrayList<>();
      for (int user = 0; user < USERS; user += 6) {
        Corrected block = block(rows, first, 8, user, 6);
        blocks.add(new Block(0, piece, block.days(), block.values(), null));
      }
      return new StoredPiece(piece, blocks);
    }

    static StoredPiece patch(
        List<TreeMap<Integer, BigInteger[]>> before,
        List<TreeMap<Integer, BigInteger[]>> now,
        int day) {
      List<TreeMap<Integer, BigInteger[]>> there = new ArrayList<>();
      List<TreeMap<Integer, BigInteger[]>> removed = new ArrayList<>();
      for (int user = 0; user < USERS; user++) {
        BigInteger[] own = now.get(user).get(day);
        there.add(new TreeMap<>());
        removed.add(new TreeMap<>());
        if (own == null && before.get(user).containsKey(day)) {
          removed.get(user).put(day, before.get(user).get(day));
        } else if (own != null && own != before.get(user).get(day)) {
          there.get(user).put(day, own);
        }
      }
      Corrected block = block(there, day, 1, 0, USERS);
      UserDays gone = block(removed, day, 1, 0, USERS).days();
      return new StoredPiece(
          Piece.patch(day),
          List.of(new Block(0, Piece.patch(day), block.days(), block.values(), gone)));
    }

    @Override
    public Piece piece() {
      return piece;
    }

    @Override
    public void read(BlockWalk.Wanted wanted, Consumer<Block> taker) {
      for (Block block : blocks) {
        if (wanted.wants(piece, block.days().firstUser(), block.days().users())) {
          read++;
          taker.accept(block);
        }
      }
    }
  }

  @Test
  void blocksThatNobodyWantsArePassedBy() {
    for (int seed = 0; seed < 20; seed++) {
      random = new Random(seed);
      fill(120);
      List<TreeMap<Integer, BigInteger[]>> stored = new ArrayList<>();
      rows.forEach(each -> stored.add(new TreeMap<>(each)));
      List<Set<Integer>> before = groups(true);
      int correctedThen = correct(60 + random.nextInt(4));
      List<Object[]> there =
          full(
              shape(new Window(23, 96)),
              blocks(118, 1000),
              UserGroups.everybody(USERS),
              userGroups(before));
      int correctedSince = correct(80 + random.nextInt(8));
      List<Set<Integer>> now = new ArrayList<>(before);
      boolean somebody = seed % 4 > 0;
      if (somebody) {
        // Both of one block.
        now.set(7, before.get(7).equals(Set.of(1)) ? Set.of(2) : Set.of(1));
        now.set(9, before.get(9).equals(Set.of(1)) ? Set.of(2, 3) : Set.of(1));
      }
      Window window = new Window(24, 96);
      StaleDays stale = StaleDays.of(window, 118, List.of(correctedSince), MEASURES);
      List<Corrected> blocks = blocks(119, 9);
      List<BlockWalk.Stored> pieces = new ArrayList<>();
      for (int first = 24; first < 120; first += 8) {
        pieces.add(StoredPiece.epoch(stored, first));
      }
      pieces.add(StoredPiece.patch(stored, rows, correctedThen));
      pieces.add(StoredPiece.patch(stored, rows, correctedSince));
      Collections.shuffle(pieces, random);

      assertThat(
              texts(
                  forward(
                      shape(window),
                      there,
                      stale,
                      blocks,
                      users -> walked(pieces, Selection.wanted(stale, users)),
                      before,
                      now)))
          .as("seed %d", seed)
          .isEqualTo(
              texts(full(shape(window), blocks, UserGroups.everybody(USERS), userGroups(now))));
      for (BlockWalk.Stored each : pieces) {
        StoredPiece piece = (StoredPiece) each;
        // Seven days look back, and five forward, from the days that look back or forward to it.
        int last = piece.piece.lastDay();
        boolean far =
            !piece.piece.isPatch()
                && piece.piece.firstDay() > 34
                && (last < correctedSince - 11
                    || piece.piece.firstDay() > correctedSince + 11 && last < 108);
        assertThat(piece.read)
            .as("seed %d, %s", seed, piece.piece)
            .isEqualTo(far ? (somebody ? 1 : 0) : piece.blocks.size());
      }
    }
  }

  private static List<Corrected> walked(List<BlockWalk.Stored> pieces, BlockWalk.Wanted wanted) {
    List<Corrected> blocks = new ArrayList<>();
    BlockWalk.walk(pieces, wanted, blocks::add);
    return blocks;
  }

  @Test
  void aDayMakesStaleWhatLooksBackOrForwardToIt() {
    Window window = new Window(100, 20);
    assertThat(days(StaleDays.of(window, 118, List.of(), MEASURES)))
        // Day 99 has left, 119 has come: 7 days look back to 99, and two forward to 119.
        .containsExactly(100, 101, 102, 103, 104, 105, 114, 118, 119);
    assertThat(days(StaleDays.of(window, 119, List.of(), MEASURES))).isEmpty();
    assertThat(days(StaleDays.of(window, 119, List.of(110), new Measures(List.of(), List.of()))))
        .containsExactly(110);
    StaleDays one = StaleDays.of(window, 119, List.of(110), MEASURES);
    assertThat(days(one)).containsExactly(105, 109, 110, 111, 112, 113, 114, 115, 116);
    assertThat(IntStream.range(90, 130).filter(one::needs).boxed().toList())
        .containsExactlyElementsOf(IntStream.range(100, 120).boxed().toList());
    assertThat(one.isKept(104)).isTrue();
    assertThat(one.isKept(110)).isFalse();
    assertThat(one.isKept(99)).isFalse();
  }

  private static List<Integer> days(StaleDays stale) {
    return IntStream.range(0, 20)
        .filter(day -> stale.stale()[day])
        .map(day -> day + 100)
        .boxed()
        .toList();
  }

  private BigInteger[] values() {
    return new BigInteger[] {
      random.nextInt(3) == 0 ? null : BigInteger.valueOf(random.nextInt(3) - 1),
      random.nextInt(3) == 0
          ? null
          : new BigInteger(100, random).subtract(BigInteger.ONE.shiftLeft(99))
    };
  }

  private void fill(int days) {
    rows.clear();
    for (int user = 0; user < USERS; user++) {
      rows.add(new TreeMap<>());
      double share = random.nextDouble() * random.nextDouble();
      for (int day = 0; day < days; day++) {
        if (random.nextDouble() < share) {
          rows.get(user).put(day, values());
        }
      }
    }
  }

  private int correct(int day) {
    for (TreeMap<Integer, BigInteger[]> ofUser : rows) {
      if (random.nextInt(4) == 0) {
        ofUser.put(day, values());
      } else if (random.nextInt(4) == 0) {
        ofUser.remove(day);
      }
    }
    return day;
  }

  private List<Set<Integer>> groups(boolean several) {
    List<Set<Integer>> groups = new ArrayList<>();
    boolean narrow = random.nextBoolean();
    for (int user = 0; user < USERS; user++) {
      Set<Integer> own = new HashSet<>();
      for (int i = several ? random.nextInt(3) : 0; i >= 0; i--) {
        own.add(random.nextInt(narrow ? GROUPS - 1 : GROUPS));
      }
      groups.add(own);
    }
    return groups;
  }

  private static UserGroups userGroups(List<Set<Integer>> groups) {
    int[] starts = new int[USERS + 1];
    for (int user = 0; user < USERS; user++) {
      starts[user + 1] = starts[user] + groups.get(user).size();
    }
    return UserGroups.several(
        GROUPS, starts, groups.stream().flatMap(Set::stream).mapToInt(Integer::intValue).toArray());
  }

  private static ResultShape shape(Window window) {
    return new ResultShape(
        "set",
        Map.of("level", ColumnType.parse("int")),
        List.of("pv", "paid"),
        new CellShape(window, TYPES, MEASURES),
        true);
  }

  /** The history up to a day, in blocks of so many days. */
  private List<Corrected> blocks(int last, int span) {
    List<Corrected> blocks = new ArrayList<>();
    for (int first = 0; first <= last; first += span) {
      blocks.add(block(rows, first, Math.min(span, last - first + 1), 0, USERS));
    }
    return blocks;
  }

  private static Corrected block(
      List<TreeMap<Integer, BigInteger[]>> rows, int first, int length, int user, int users) {
    int[] starts = new int[users + 1];
    List<Integer> days = new ArrayList<>();
    List<BigInteger[]> values = new ArrayList<>();
    for (int i = 0; i < users; i++) {
      rows.get(user + i)
          .subMap(first, first + length)
          .forEach(
              (day, each) -> {
                days.add(day - first);
                values.add(each);
              });
      starts[i + 1] = days.size();
    }
    return new Corrected(
        new UserDays(
            user, first, length, starts, days.stream().mapToInt(Integer::intValue).toArray()),
        List.of(whole(values), wide(values)));
  }

  private static MetricValues whole(List<BigInteger[]> values) {
    BitSet nulls = new BitSet();
    long[] all = new long[values.size()];
    for (int i = 0; i < all.length; i++) {
      nulls.set(i, values.get(i)[0] == null);
      all[i] = nulls.get(i) ? 0 : values.get(i)[0].longValueExact();
    }
    return new MetricValues.Whole(all, nulls);
  }

  private static MetricValues wide(List<BigInteger[]> values) {
    BitSet nulls = new BitSet();
    long[] high = new long[values.size()];
    long[] low = new long[values.size()];
    for (int i = 0; i < low.length; i++) {
      BigInteger value = values.get(i)[1];
      nulls.set(i, value == null);
      high[i] = value == null ? 0 : value.shiftRight(Long.SIZE).longValue();
      low[i] = value == null ? 0 : value.longValue();
    }
    return new MetricValues.Wide(high, low, nulls);
  }

  private static List<Object[]> full(
      ResultShape shape, List<Corrected> blocks, UserGroups everybody, UserGroups groups) {
    Aggregation sums = aggregation(shape, List.of(everybody, groups), blocks);
    CellSums cells = new CellSums(shape.cells(), GROUPS);
    cells.add(new CellEncoder(sums.totals(1), shape.cells()).encode(0, GROUPS));
    return rows(shape, cells);
  }

  private static Aggregation aggregation(
      ResultShape shape, List<UserGroups> groups, List<Corrected> blocks) {
    Aggregation sums =
        new Aggregation(
            shape.cells().window(),
            TYPES,
            MEASURES,
            groups.stream().map(UserGroups::count).toList());
    sums.startBucket(groups);
    blocks.stream()
        .filter(block -> block.days().count() > 0)
        .forEach(block -> sums.add(block.days(), block.values()));
    sums.endBucket();
    return sums;
  }

  private static List<Object[]> rows(ResultShape shape, CellSums cells) {
    List<Object[]> all = new ArrayList<>();
    new ResultRows(shape, List.of(VALUES)).forEach(cells, 0, GROUPS, row -> all.add(row.clone()));
    return all;
  }

  private static List<Object[]> forward(
      ResultShape shape,
      List<Object[]> there,
      StaleDays stale,
      List<Corrected> blocks,
      Function<BitSet, List<Corrected>> read,
      List<Set<Integer>> before,
      List<Set<Integer>> now) {
    CellShape cells = shape.cells();
    CellSums old = new CellSums(cells, GROUPS);
    for (Object[] row : there) {
      int day = (int) ((LocalDate) row[1]).toEpochDay();
      if (stale.isKept(day)) {
        old.add(VALUES.group(row[0]), day - cells.window().firstDay(), row, 2);
      }
    }
    UserGroups groupsNow = userGroups(now);
    UserGroups groupsBefore = userGroups(before);
    BitSet changed = groupsNow.differing(groupsBefore);
    assertThat(changed.stream().boxed().toList())
        .isEqualTo(
            IntStream.range(0, USERS)
                .filter(user -> !now.get(user).equals(before.get(user)))
                .boxed()
                .toList());
    List<Corrected> some = read.apply(changed);
    Aggregation everybody =
        aggregation(
            shape,
            List.of(groupsNow),
            some.stream().map(block -> Selection.ofNeeded(block, stale)).toList());
    Aggregation moved =
        aggregation(
            shape,
            List.of(groupsNow.only(changed), groupsBefore.only(changed)),
            some.stream().map(block -> Selection.ofUsers(block, changed)).toList());
    CellSums sums = new CellSums(cells, GROUPS);
    sums.add(old.toBytes());
    List.of(
            new CellEncoder(everybody.totals(0), cells, new CellPart(stale.stale(), false)),
            new CellEncoder(moved.totals(0), cells, new CellPart(stale.kept(), false)),
            new CellEncoder(moved.totals(1), cells, new CellPart(stale.kept(), true)))
        .forEach(
            encoder -> {
              byte[] bytes = encoder.encode(0, GROUPS);
              if (bytes.length > 0) {
                sums.add(bytes);
              }
            });
    CellSums all = new CellSums(cells, GROUPS);
    all.add(
        new CellEncoder(aggregation(shape, List.of(groupsNow), blocks).totals(0), cells)
            .encode(0, GROUPS));
    CellDifferences none = new CellDifferences(shape, List.of(VALUES));
    none.compare(all, sums, 0, GROUPS, stale.kept());
    assertThat(none.named()).isEmpty();
    return rows(shape, sums);
  }

  @Test
  void whatDiffersIsNamed() {
    ResultShape shape = shape(new Window(0, 2));
    CellSums full = new CellSums(shape.cells(), GROUPS);
    CellSums forward = new CellSums(shape.cells(), GROUPS);
    full.add(1, 0, new Object[] {2L, 7L, null, 2L, 2L, 0L, null, 2L, 0L}, 0);
    forward.add(1, 0, new Object[] {2L, 8L, null, 2L, 2L, 0L, null, 2L, 0L}, 0);
    forward.add(4, 1, new Object[] {1L, null, null, 1L, 1L, null, null, 0L, 0L}, 0);
    CellDifferences differences = new CellDifferences(shape, List.of(VALUES));
    differences.compare(full, forward, 0, GROUPS, new boolean[] {true, true});
    assertThat(differences.named())
        .containsExactly(
            "set set, group [1], 1970-01-01, pv: 7 in full, 8 brought forward",
            "set set, group [4], 1970-01-02: only brought forward");
  }

  private static List<String> texts(List<Object[]> rows) {
    return rows.stream().map(Arrays::toString).collect(Collectors.toList());
  }
}
