package io.tidemark.jobs.run;

import io.tidemark.jobs.plan.ColumnOrigin;
import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.TransformSpec;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.CreateNamedStruct;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationDef;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationRef;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.Dataset;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What each column of a transform is made of, read off the analysed plan: stars, subqueries and
 * fields of {@code source} and of lookups are resolved there.
 */
final class ColumnOrigins {
  private final List<String> lookups;

  /** Every name that the plan gives, and what it gives it to. */
  private final Map<ExprId, Expression> given = new HashMap<>();

  /** The columns that stand for lookups. */
  private final Map<ExprId, String> lookedUp = new HashMap<>();

  private final Map<Long, LogicalPlan> named = new HashMap<>();

  private ColumnOrigins(List<String> lookups) {
    this.lookups = lookups;
  }

  /**
   * The origins by column, whose names are in lower case.
   *
   * @param analysed the transform's frame without rows
   */
  static Map<String, List<ColumnOrigin>> of(
      TransformSpec job, org.apache.spark.sql.Dataset<Row> analysed) {
    return of(job.lookups().stream().map(LookupSpec::name).toList(), analysed);
  }

  /** The same of any frame without rows, in which nothing but {@code lookups} is looked up. */
  static Map<String, List<ColumnOrigin>> of(
      List<String> lookups, org.apache.spark.sql.Dataset<Row> analysed) {
    LogicalPlan plan = ((Dataset<Row>) analysed).queryExecution().analyzed();
    ColumnOrigins origins = new ColumnOrigins(lookups);
    origins.visit(plan);
    Map<String, List<ColumnOrigin>> columns = new LinkedHashMap<>();
    CollectionConverters.asJava(plan.output())
        .forEach(column -> columns.put(lower(column.name()), List.copyOf(origins.of(column))));
    return columns;
  }

  /** Spark calls a column as it was written where it was used. */
  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private void visit(LogicalPlan plan) {
    CollectionConverters.asJava(plan.children()).forEach(this::visit);
    if (plan instanceof CTERelationDef definition) {
      named.put(definition.id(), definition.child());
    } else if (plan instanceof CTERelationRef reference) {
      List<Attribute> here = CollectionConverters.asJava(reference.output());
      List<Attribute> there = CollectionConverters.asJava(named.get(reference.cteId()).output());
      for (int i = 0; i < here.size(); i++) {
        give(here.get(i).exprId(), there.get(i));
      }
    }
    CollectionConverters.asJava(plan.expressions()).forEach(this::name);
  }

  private void name(Expression expression) {
    if (expression instanceof Alias alias) {
      // As a lookup stands where nothing is looked up; a column of that name is made of something.
      if (alias.child().references().isEmpty() && lookups.contains(alias.name())) {
        lookedUp.put(alias.exprId(), alias.name());
      } else {
        give(alias.exprId(), alias.child());
      }
    }
  }

  private void give(ExprId name, Expression to) {
    if (!(to instanceof Attribute same && same.exprId().equals(name))) {
      given.put(name, to);
    }
  }

  private Set<ColumnOrigin> of(Expression expression) {
    if (expression instanceof GetStructField field) {
      return ofField(field);
    }
    if (!(expression instanceof Attribute column)) {
      return ofAll(CollectionConverters.asJava(expression.children()));
    }
    if (lookedUp.containsKey(column.exprId())) {
      return Set.of(new ColumnOrigin(lookedUp.get(column.exprId()), lower(column.name())));
    }
    Expression made = given.get(column.exprId());
    return made == null ? Set.of(ColumnOrigin.ofInput(lower(column.name()))) : of(made);
  }

  private Set<ColumnOrigin> ofField(GetStructField field) {
    Expression struct = made(field.child());
    if (struct instanceof Attribute column && lookedUp.containsKey(column.exprId())) {
      return Set.of(
          new ColumnOrigin(lookedUp.get(column.exprId()), lower(field.extractFieldName())));
    }
    return struct instanceof CreateNamedStruct made
        ? of(CollectionConverters.asJava(made.valExprs()).get(field.ordinal()))
        : of(struct);
  }

  /** What a struct is made of, through the names that it was passed on under. */
  private Expression made(Expression struct) {
    Expression at = struct;
    while (true) {
      if (at instanceof Cast cast) {
        at = cast.child();
      } else if (at instanceof Attribute column && given.containsKey(column.exprId())) {
        at = given.get(column.exprId());
      } else {
        return at;
      }
    }
  }

  private Set<ColumnOrigin> ofAll(Collection<Expression> expressions) {
    Set<ColumnOrigin> all = new TreeSet<>();
    expressions.forEach(each -> all.addAll(of(each)));
    return all;
  }
}
