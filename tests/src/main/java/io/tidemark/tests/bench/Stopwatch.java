package io.tidemark.tests.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * Time since it was started: on the clock, and spent by all processors of this JVM, which says how
 * much of a machine was used and hardly depends on what else it does.
 */
final class Stopwatch {
  private static final OperatingSystemMXBean MACHINE =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final long start = System.nanoTime();
  private final long cpuStart = MACHINE.getProcessCpuTime();

  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  double cpuSeconds() {
    return (MACHINE.getProcessCpuTime() - cpuStart) / 1e9;
  }
}
