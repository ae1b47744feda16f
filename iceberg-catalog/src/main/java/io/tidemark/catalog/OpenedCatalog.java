package io.tidemark.catalog;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.spark.sql.SparkSession;

/**
 * Opens a session's catalog and asks it a small question before anything depends on it, so that one
 * that is down is named as such, and soon, whatever its client does about it.
 */
final class OpenedCatalog {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** SQL states that begin so: the user or the password is wrong; there is no such database. */
  private static final List<String> REFUSED_STATES = List.of("28", "3D");

  private static final List<Class<? extends Exception>> REFUSALS =
      List.of(
          NotAuthorizedException.class,
          ForbiddenException.class,
          BadRequestException.class,
          NotFoundException.class);

  private OpenedCatalog() {}

  /**
   * Opens the catalog of a session.
   *
   * @throws CatalogUnavailableException when it does not answer within a minute
   * @throws CatalogRefusedException when it does not take what the environment says
   */
  static Catalog of(CatalogSettings catalog, SparkSession session) {
    return catalog.type() == CatalogSettings.Type.EMBEDDED
        ? load(catalog.name(), session)
        : of(catalog, session, LIMIT);
  }

  static Catalog of(CatalogSettings catalog, SparkSession session, Duration limit) {
    FutureTask<Catalog> opening = new FutureTask<>(() -> open(catalog.name(), session));
    Thread thread = new Thread(opening, "open-catalog");
    thread.setDaemon(true);
    thread.start();
    try {
      return opening.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      opening.cancel(true);
      throw unavailable(catalog, "no answer within " + limit.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw failure(catalog, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the catalog was opened", e);
    }
  }

  private static Catalog open(String name, SparkSession session) {
    // Iceberg opens a catalog by the settings of the thread's session.
    SparkSession.setActiveSession(session);
    Catalog opened = load(name, session);
    ((SupportsNamespaces) opened).namespaceExists(Namespace.of("ods"));
    return opened;
  }

  /**
   * Of two processes that open a new JDBC catalog at once, both make its tables, and one fails: it
   * finds them when it looks again.
   */
  private static Catalog load(String name, SparkSession session) {
    try {
      return Spark3Util.loadIcebergCatalog(session, name);
    } catch (UncheckedSQLException e) {
      return Spark3Util.loadIcebergCatalog(session, name);
    }
  }

  private static RuntimeException failure(CatalogSettings catalog, Throwable thrown) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable next = thrown; next != null && !chain.contains(next); next = next.getCause()) {
      chain.add(next);
    }
    String reason = reason(chain.get(chain.size() - 1));
    RuntimeException failure =
        chain.stream().anyMatch(OpenedCatalog::isRefusal)
            ? new CatalogRefusedException(where(catalog) + " refuses the environment: " + reason)
            : unavailable(catalog, reason);
    // Not the cause: clients put whole stack traces into messages.
    failure.addSuppressed(thrown);
    return failure;
  }

  private static boolean isRefusal(Throwable thrown) {
    if (thrown instanceof SQLException sql && sql.getSQLState() != null) {
      return REFUSED_STATES.stream().anyMatch(sql.getSQLState()::startsWith);
    }
    return REFUSALS.stream().anyMatch(refusal -> refusal.isInstance(thrown));
  }

  private static CatalogUnavailableException unavailable(CatalogSettings catalog, String reason) {
    return new CatalogUnavailableException(
        where(catalog)
            + " does not answer: "
            + reason
            + ". Start it, or set catalog.uri to where it is");
  }

  private static String where(CatalogSettings catalog) {
    return "the catalog at " + catalog.uri();
  }

  /** The first line alone. */
  private static String reason(Throwable root) {
    String message = root.getMessage() == null ? "" : root.getMessage().strip();
    String line = message.lines().findFirst().orElse("").replaceAll("[.:]$", "");
    return root.getClass().getSimpleName() + (line.isEmpty() ? "" : ": " + line);
  }
}
