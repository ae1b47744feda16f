package io.tidemark.tags.build;

import io.tidemark.tags.codec.StoredBlock;
import io.tidemark.tags.history.Block;
import io.tidemark.tags.history.MetricType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The days of a bucket that a build has read. A few are kept as they are, many encoded. */
final class ReadDays {
  private static final int FEW = 8;

  private final List<MetricType> types;
  private final String table;
  private final Map<Integer, List<Block>> few = new HashMap<>();
  private final Map<Integer, List<StoredBlock>> many = new HashMap<>();

  /**
   * No day yet.
   *
   * @param table the table of blocks, for messages
   */
  ReadDays(List<MetricType> types, String table) {
    this.types = types;
    this.table = table;
  }

  /** Keeps a day. */
  void put(int day, List<Block> blocks) {
    if (few.size() < FEW) {
      few.put(day, blocks);
    } else {
      List<StoredBlock> encoded = new ArrayList<>();
      blocks.forEach(block -> encoded.add(StoredBlock.encode(block, types)));
      many.put(day, encoded);
    }
  }

  /** The blocks of a day, in the order of their users. */
  List<Block> of(int day) {
    List<Block> blocks = few.get(day);
    return blocks != null
        ? blocks
        : many.getOrDefault(day, List.of()).stream()
            .map(block -> block.decode(types, table, "(in memory)"))
            .toList();
  }
}
