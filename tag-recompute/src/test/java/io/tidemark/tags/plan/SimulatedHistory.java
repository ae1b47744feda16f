package io.tidemark.tags.plan;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.tags.codec.StoredBlock;
import io.tidemark.tags.history.Block;
import io.tidemark.tags.history.BlockBuilder;
import io.tidemark.tags.history.BlockCursor;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.Piece;
import io.tidemark.tags.history.Piece.Level;
import io.tidemark.tags.plan.BuildPlan.Known;
import io.tidemark.tags.plan.BuildPlan.Mode;
import io.tidemark.tags.plan.BuildPlan.Request;
import io.tidemark.tags.spec.HistoryLayout;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.spec.HistorySpec.UserType;
import io.tidemark.tags.spec.TagTable;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A history whose tables are maps: plans and builds are the real ones, numbers of users are their
 * ids divided by the buckets.
 */
final class SimulatedHistory {
  static final int BUCKETS = 4;

  private static final TableName INPUT = new TableName("dws", "reading_user_1d");
  private static final Map<String, MetricType> METRICS = new LinkedHashMap<>();

  static {
    METRICS.put("pv", MetricType.INTEGER);
    METRICS.put("paid", MetricType.decimal(30, 2));
    METRICS.put("score", MetricType.DOUBLE);
  }

  private final HistorySpec spec;
  private final Map<Integer, Map<Piece, List<StoredBlock>>> stored = new HashMap<>();
  private final SortedMap<LocalDate, DayState> states = new TreeMap<>();
  private LocalDate latest;
  private long builds;

  /** A row of a user and day: the values of the metrics, some of them NULL. */
  record Values(Long pv, BigDecimal paid, Double score) {
    private Object[] array() {
      return new Object[] {pv, paid, score};
    }
  }

  /**
   * The published days.
   *
   * @param rows by day and user
   * @param publication by day, which one it is
   */
  record Published(
      SortedMap<LocalDate, SortedMap<Integer, Values>> rows, Map<LocalDate, Long> publication) {
    Published() {
      this(new TreeMap<>(), new HashMap<>());
    }

    private SortedMap<LocalDate, Map<String, Long>> inputs() {
      SortedMap<LocalDate, Map<String, Long>> inputs = new TreeMap<>();
      rows.keySet().forEach(day -> inputs.put(day, Map.of(INPUT.toString(), publication.get(day))));
      return inputs;
    }
  }

  SimulatedHistory(int days, int weekDays, int epochDays, int blockUsers) {
    spec =
        new HistorySpec(
            "reading",
            "",
            "",
            "user_id",
            UserType.BIGINT,
            days,
            Map.of(INPUT, METRICS),
            new TagTable(
                new TableName("dim", "user_tag"),
                "",
                Map.of("city", new TagTable.Tag(ColumnType.parse("string"), false))),
            Map.of("city", List.of("city")),
            List.of(),
            List.of(),
            new TableName("dws", "reading"),
            new HistoryLayout(BUCKETS, weekDays, epochDays, blockUsers));
  }

  /** Builds as the job does; returns what was planned. */
  BuildPlan build(Published published, LocalDate day, Mode mode, int bucket) {
    Request request =
        new Request(mode, day, mode == Mode.BUCKET ? OptionalInt.of(bucket) : OptionalInt.empty());
    BuildPlan plan =
        BuildPlan.of(
            spec,
            request,
            new Known(latest, mode == Mode.ALL ? new TreeMap<>() : states, published.inputs()),
            each -> stored.getOrDefault(each, Map.of()).keySet());
    if (plan.latest() == null || plan.isEmpty()) {
      return plan;
    }
    builds++;
    plan.buckets().forEach((each, pieces) -> apply(each, pieces, plan, published));
    latest = plan.latest();
    if (mode == Mode.ALL) {
      states.clear();
    }
    plan.read()
        .forEach(
            read ->
                states.put(
                    read,
                    DayState.read(
                        read,
                        published.inputs().get(read),
                        published.rows().get(read).size(),
                        published.rows().get(read).size(),
                        builds)));
    plan.missing().forEach(missing -> states.put(missing, DayState.missing(missing, builds)));
    states.headMap(plan.windowStart()).clear();
    return plan;
  }

  private void apply(int bucket, BucketPlan pieces, BuildPlan plan, Published published) {
    Map<Piece, List<StoredBlock>> before = stored.getOrDefault(bucket, Map.of());
    Map<Piece, List<StoredBlock>> after = new HashMap<>(before);
    after.keySet().removeAll(pieces.dropped());
    new BucketBuild(
            bucket,
            types(),
            spec.layout().blockUsers(),
            number(plan.windowStart()),
            piece -> {
              if (!pieces.needed().contains(piece)) {
                throw new AssertionError(piece + " is read and was not planned to be");
              }
              return decode(before.get(piece));
            },
            day -> rows(bucket, day, published),
            block ->
                after
                    .computeIfAbsent(block.piece(), piece -> new ArrayList<>())
                    .add(StoredBlock.encode(block, types())))
        .run(pieces);
    stored.put(bucket, after);
  }

  private List<Block> rows(int bucket, int day, Published published) {
    List<Block> blocks = new ArrayList<>();
    BlockBuilder builder =
        new BlockBuilder(bucket, new Piece(Level.DAY, day, day), types(), 1, blocks::add);
    published
        .rows()
        .getOrDefault(LocalDate.ofEpochDay(day), new TreeMap<>())
        .forEach(
            (user, values) -> {
              if (user % BUCKETS == bucket) {
                builder.add(user / BUCKETS, day, values.array(), 0);
              }
            });
    builder.finish();
    return blocks;
  }

  /** The history as a reader puts it together, by day and user, from the window's first day on. */
  SortedMap<LocalDate, SortedMap<Integer, Values>> read() {
    SortedMap<LocalDate, SortedMap<Integer, Values>> all = new TreeMap<>();
    stored.forEach(
        (bucket, pieces) -> {
          pieces.forEach(
              (piece, blocks) -> {
                if (!piece.isPatch()) {
                  decode(blocks).forEach(block -> put(all, block, true));
                }
              });
          pieces.forEach(
              (piece, blocks) -> {
                if (piece.isPatch()) {
                  decode(blocks).forEach(block -> correct(all, block));
                }
              });
        });
    all.headMap(latest.minusDays(spec.days() - 1L)).clear();
    all.values().removeIf(Map::isEmpty);
    return all;
  }

  private void correct(SortedMap<LocalDate, SortedMap<Integer, Values>> all, Block block) {
    if (block.removed() != null) {
      Block removed = new Block(block.bucket(), block.piece(), block.removed(), List.of(), null);
      for (BlockCursor at = new BlockCursor(List.of(removed)); !at.isAtEnd(); at.advance()) {
        all.get(LocalDate.ofEpochDay(at.day())).remove(at.user() * BUCKETS + block.bucket());
      }
    }
    put(all, block, false);
  }

  private void put(
      SortedMap<LocalDate, SortedMap<Integer, Values>> all, Block block, boolean once) {
    for (BlockCursor at = new BlockCursor(List.of(block)); !at.isAtEnd(); at.advance()) {
      Values values =
          new Values(
              (Long) value(block, 0, at.userDay()),
              (BigDecimal) value(block, 1, at.userDay()),
              (Double) value(block, 2, at.userDay()));
      Values before =
          all.computeIfAbsent(LocalDate.ofEpochDay(at.day()), day -> new TreeMap<>())
              .put(at.user() * BUCKETS + block.bucket(), values);
      if (once && before != null) {
        throw new AssertionError("two pieces have user-day " + at.user() + ", " + at.day());
      }
    }
  }

  private static Object value(Block block, int metric, int userDay) {
    return block.metrics().get(metric).value(types().get(metric), userDay);
  }

  /** The pieces that have blocks, as the plan has them; patches apart. */
  boolean isAsPlanned() {
    return stored.entrySet().stream()
        .allMatch(
            bucket ->
                bucket.getValue().keySet().stream()
                    .filter(piece -> !piece.isPatch())
                    .allMatch(spec.pieces().pieces(bucket.getKey(), number(latest))::contains));
  }

  long patches() {
    return stored.values().stream()
        .flatMap(pieces -> pieces.keySet().stream())
        .filter(Piece::isPatch)
        .count();
  }

  private static List<Block> decode(List<StoredBlock> blocks) {
    return blocks.stream().map(block -> block.decode(types(), "dws.block", "memory")).toList();
  }

  private static List<MetricType> types() {
    return List.copyOf(METRICS.values());
  }

  private static int number(LocalDate day) {
    return Math.toIntExact(day.toEpochDay());
  }
}
