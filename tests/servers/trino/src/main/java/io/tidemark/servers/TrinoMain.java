package io.tidemark.servers;

/**
 * Trino's server, as its own archive starts it. By name, because its classes are of a newer Java
 * than the compiler here.
 */
final class TrinoMain {
  private TrinoMain() {}

  /**
   * @param args Trino's version
   */
  public static void main(String[] args) throws ReflectiveOperationException {
    Class<?> server = Class.forName("io.trino.server.Server");
    server.getMethod("start", String.class).invoke(server.getConstructor().newInstance(), args[0]);
  }
}
