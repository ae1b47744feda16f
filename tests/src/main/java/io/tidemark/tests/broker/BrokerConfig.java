package io.tidemark.tests.broker;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The properties of a broker that is alone and is its own controller. */
final class BrokerConfig {
  private static final String HOST = "127.0.0.1";
  private static final String FOREVER = String.valueOf(Long.MAX_VALUE);

  private BrokerConfig() {}

  static String address(int port) {
    return HOST + ":" + port;
  }

  /**
   * @param extra properties beside these; listeners are added to the broker's own
   */
  static String properties(
      Path logs, int port, int controllerPort, int partitions, Map<String, String> extra) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("process.roles", "broker,controller");
    map.put("node.id", 1);
    map.put("controller.quorum.voters", "1@" + address(controllerPort));
    map.put("controller.listener.names", "CONTROLLER");
    map.put(
        "listeners", "PLAINTEXT://" + address(port) + ",CONTROLLER://" + address(controllerPort));
    map.put("advertised.listeners", "PLAINTEXT://" + address(port));
    map.put("log.dirs", logs);

    map.put("auto.create.topics.enable", true);
    map.put("num.partitions", partitions);
    map.put("offsets.topic.replication.factor", 1);
    map.put("offsets.topic.num.partitions", 4);
    map.put("transaction.state.log.replication.factor", 1);
    map.put("transaction.state.log.min.isr", 1);
    map.put("transaction.state.log.num.partitions", 4);
    map.put("group.initial.rebalance.delay.ms", 0);

    // Record timestamps are the business's, and may be years old: nothing is deleted or refused
    // for its age, and a file that spans years is not cut into one segment per week.
    map.put("log.retention.ms", -1);
    map.put("log.retention.bytes", -1);
    map.put("log.roll.ms", FOREVER);
    map.put("log.message.timestamp.type", "CreateTime");
    map.put("log.message.timestamp.before.max.ms", FOREVER);
    map.put("log.message.timestamp.after.max.ms", FOREVER);

    // Sized for a laptop.
    map.put("num.network.threads", 2);
    map.put("num.io.threads", 4);
    map.put("log.cleaner.dedupe.buffer.size", 16 << 20);
    extra.forEach(
        (key, value) ->
            map.merge(
                key, value, (own, more) -> key.endsWith("listeners") ? own + "," + more : more));
    return map.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + escaped(entry.getValue().toString()) + "\n")
        .collect(Collectors.joining());
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\");
  }
}
