package io.tidemark.tags.sql;

import org.apache.spark.sql.catalyst.analysis.NoSuchFunctionException;
import org.apache.spark.sql.connector.catalog.FunctionCatalog;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A catalog of Spark that has functions and nothing else: {@code history_totals}. A session knows
 * it by the setting {@code spark.sql.catalog.NAME}, and calls {@code NAME.history_totals}.
 */
public final class HistoryFunctions implements FunctionCatalog {
  private String name = "";

  @Override
  public void initialize(String catalog, CaseInsensitiveStringMap options) {
    name = catalog;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Identifier[] listFunctions(String[] namespace) {
    return namespace.length == 0
        ? new Identifier[] {Identifier.of(namespace, HistoryTotals.NAME)}
        : new Identifier[0];
  }

  @Override
  public UnboundFunction loadFunction(Identifier function) throws NoSuchFunctionException {
    if (function.namespace().length > 0 || !function.name().equalsIgnoreCase(HistoryTotals.NAME)) {
      throw new NoSuchFunctionException(function);
    }
    return new HistoryTotals();
  }
}
