package io.tidemark.jobs.run;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationDef;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationRef;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.Generate;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.catalyst.plans.logical.WithCTE;
import org.apache.spark.sql.catalyst.trees.TreePattern;
import org.apache.spark.sql.classic.Dataset;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Checks on the analysed plan of a transform that each row of its input gives at most one row, and
 * always the same one. What this refuses would make the answer depend on where a stream cuts its
 * input into micro-batches, or on when it runs.
 */
final class RowByRowCheck {
  /** All that a transform may be made of; the input is an empty frame, hence the local relation. */
  private static final Set<Class<? extends LogicalPlan>> ALLOWED =
      Set.of(
          Project.class,
          Filter.class,
          SubqueryAlias.class,
          View.class,
          WithCTE.class,
          CTERelationDef.class,
          CTERelationRef.class,
          LocalRelation.class);

  private static final Map<Class<? extends LogicalPlan>, String> NAMES =
      Map.of(
          Join.class, "a second table",
          Generate.class, "a function that makes several rows of one",
          Aggregate.class, "an aggregate function",
          Window.class, "a window function");

  private final Set<String> remedies = new LinkedHashSet<>();

  private RowByRowCheck() {}

  /** What is wrong with a transform over an empty frame, each with its remedy. */
  static Set<String> check(Dataset<Row> transformed) {
    RowByRowCheck check = new RowByRowCheck();
    check.plan(transformed.queryExecution().analyzed());
    return check.remedies;
  }

  private void plan(LogicalPlan plan) {
    if (!ALLOWED.contains(plan.getClass())) {
      remedies.add(
          "uses "
              + NAMES.getOrDefault(plan.getClass(), plan.nodeName())
              + "; a transform makes at most one row of each row of input, from that row alone:"
              + " remove it, or declare an aggregate");
      return;
    }
    CollectionConverters.asJava(plan.expressions()).forEach(this::expression);
    CollectionConverters.asJava(plan.children()).forEach(this::plan);
  }

  private void expression(Expression expression) {
    if (expression.containsPattern(TreePattern.PLAN_EXPRESSION())) {
      remedies.add(
          "uses a subquery, whose answer differs from micro-batch to micro-batch; work with the"
              + " columns of input");
    } else if (!expression.deterministic()
        || expression.containsPattern(TreePattern.CURRENT_LIKE())) {
      remedies.add(
          "calls "
              + unstable(expression).prettyName()
              + ", which differs from run to run; the same row must give the same result in any"
              + " micro-batch, so use a column such as event_time or kafka_time");
    }
  }

  /** The innermost part of an expression that makes it unstable. */
  private static Expression unstable(Expression expression) {
    return CollectionConverters.asJava(expression.children()).stream()
        .filter(part -> !part.deterministic() || part.containsPattern(TreePattern.CURRENT_LIKE()))
        .findFirst()
        .map(RowByRowCheck::unstable)
        .orElse(expression);
  }
}
