package io.tidemark.tests.servers;

import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A Redis of the program that a jar brings; what it holds ends with it. */
public final class Redis implements AutoCloseable {
  /** Why there is none, where there is none. */
  public static final String NOT_THERE = "the class path has Redis for Linux on x86-64 alone";

  /** The password of its only user. */
  public static final String PASSWORD = "tidemark";

  private static final String PROGRAM = "redis-server-6.2.6-v5-linux-amd64";

  private final ServerProcess process;
  private final int port;
  private final Path folder;

  private Redis(ServerProcess process, int port, Path folder) {
    this.process = process;
    this.port = port;
    this.folder = folder;
  }

  /** Whether it can be started here. */
  public static boolean isThere() {
    return Programs.isThere(PROGRAM);
  }

  /** Starts one and waits until it takes connections. */
  public static Redis start() {
    Path folder = Folders.fresh(Path.of(System.getProperty("java.io.tmpdir")), "tidemark-redis");
    Path program = folder.resolve("redis-server");
    try (InputStream from = Redis.class.getResourceAsStream("/" + PROGRAM)) {
      Files.copy(from, program);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack Redis", e);
    }
    Programs.makeExecutable(program);
    int port = LocalBroker.freePort();
    ServerProcess process =
        ServerProcess.start(
            "redis",
            folder,
            "TERM",
            Map.of(),
            List.of(
                program.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--requirepass",
                PASSWORD));
    Redis server = new Redis(process, port, folder);
    process.awaitReady(server::takesConnections);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-redis"));
    return server;
  }

  private boolean takesConnections() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Its address, without the password. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {
    process.close();
    Folders.delete(folder);
  }
}
