package io.tidemark.tests.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;

/** The most memory that the heap has held since a moment, garbage included. */
final class PeakMemory {
  private static final List<MemoryPoolMXBean> HEAP =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .toList();

  private PeakMemory() {}

  /** Begins anew; what the side before has left is thrown away first. */
  static PeakMemory start() {
    System.gc();
    HEAP.forEach(MemoryPoolMXBean::resetPeakUsage);
    return new PeakMemory();
  }

  /** The peaks of the heap's parts together, which they need not have had at once. */
  long heapBytes() {
    return HEAP.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
  }
}
