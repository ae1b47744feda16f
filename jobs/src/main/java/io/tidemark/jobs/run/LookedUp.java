package io.tidemark.jobs.run;

import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.TransformSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationDef;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationRef;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.Dataset;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What of a transform's rows depends on its dimensions, read off the analysed plan: with another
 * version of a dimension nothing else can come out differently.
 *
 * @param columns columns of the output that a looked-up value goes into
 * @param rows whether a looked-up value decides which rows there are
 */
public record LookedUp(List<String> columns, boolean rows) {
  /** Nothing is looked up. */
  public static final LookedUp NOTHING = new LookedUp(List.of(), false);

  public LookedUp {
    columns = List.copyOf(columns);
  }

  /** What depends on dimensions here or there. */
  LookedUp and(LookedUp other) {
    return new LookedUp(
        Stream.concat(columns.stream(), other.columns.stream()).distinct().toList(),
        rows || other.rows);
  }

  /** What a transform looks up, from its frame without rows. */
  static LookedUp of(TransformSpec job, org.apache.spark.sql.Dataset<Row> analysed) {
    LogicalPlan plan = ((Dataset<Row>) analysed).queryExecution().analyzed();
    Walk walk = new Walk(job.lookups().stream().map(LookupSpec::name).toList());
    walk.visit(plan);
    List<String> columns =
        CollectionConverters.asJava(plan.output()).stream()
            .filter(column -> walk.depends(column.exprId()))
            .map(Attribute::name)
            .toList();
    boolean rows =
        walk.filters.stream().anyMatch(walk::depends)
            || job.dedupeKey().stream().anyMatch(columns::contains);
    return new LookedUp(columns, rows);
  }

  /** What every name in the plan is made of. */
  private static final class Walk {
    private final List<String> lookups;
    private final Map<ExprId, Set<ExprId>> madeOf = new HashMap<>();
    private final Set<ExprId> lookedUp = new HashSet<>();
    private final Set<ExprId> filters = new HashSet<>();
    private final Map<Long, LogicalPlan> named = new HashMap<>();

    Walk(List<String> lookups) {
      this.lookups = lookups;
    }

    void visit(LogicalPlan plan) {
      CollectionConverters.asJava(plan.children()).forEach(this::visit);
      if (plan instanceof CTERelationDef definition) {
        named.put(definition.id(), definition.child());
      } else if (plan instanceof CTERelationRef reference) {
        List<Attribute> here = CollectionConverters.asJava(reference.output());
        List<Attribute> there = CollectionConverters.asJava(named.get(reference.cteId()).output());
        for (int i = 0; i < here.size(); i++) {
          madeOf.put(here.get(i).exprId(), Set.of(there.get(i).exprId()));
        }
      } else if (plan instanceof Filter filter) {
        filters.addAll(references(filter.condition()));
      }
      CollectionConverters.asJava(plan.expressions()).forEach(this::name);
    }

    private void name(Expression expression) {
      if (expression instanceof Alias alias) {
        Set<ExprId> references = references(alias.child());
        madeOf.put(alias.exprId(), references);
        // As it stands where nothing is looked up; a column of that name is made of something.
        if (references.isEmpty() && lookups.contains(alias.name())) {
          lookedUp.add(alias.exprId());
        }
      }
    }

    private static Set<ExprId> references(Expression expression) {
      Set<ExprId> references = new HashSet<>();
      CollectionConverters.asJava(expression.references().toSeq())
          .forEach(attribute -> references.add(attribute.exprId()));
      return references;
    }

    boolean depends(ExprId name) {
      return lookedUp.contains(name)
          || madeOf.getOrDefault(name, Set.of()).stream()
              .anyMatch(part -> !part.equals(name) && depends(part));
    }
  }
}
