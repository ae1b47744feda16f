package io.tidemark.catalog.table;

import io.tidemark.catalog.table.TableChange.Kind;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.jdbc.UncheckedSQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes tables what they are declared to be. Nothing is remembered between two attempts: each plans
 * anew on what the catalog says, so a stream that commits in between, an unknown outcome and an
 * interrupted run all take the same path, and a second run finds nothing left to do.
 */
public final class TableApply {
  private static final Logger LOG = LoggerFactory.getLogger(TableApply.class);
  private static final int MAX_ATTEMPTS = 50;

  private final TableStore store;

  public TableApply(TableStore store) {
    this.store = store;
  }

  /** What has to be done to a table. */
  public TablePlan plan(DeclaredTable declared) {
    return store
        .find(declared.name())
        .map(table -> TablePlanner.plan(declared, table))
        .orElseGet(() -> TablePlanner.create(declared));
  }

  /**
   * Makes a table what is declared: created when it is not there, else changed in one transaction.
   *
   * @param allowed ids of changes that may be made although they take something away
   * @return what was done; empty when there was nothing to do
   * @throws RefusedChangesException when there is a change that may not be made
   */
  public List<TableChange> apply(DeclaredTable declared, Collection<String> allowed) {
    return apply(
        declared,
        plan -> {
          List<TableChange> refused = plan.refused(allowed);
          if (!refused.isEmpty()) {
            throw new RefusedChangesException(refused);
          }
          return plan.changes();
        });
  }

  /**
   * Makes some changes of a plan.
   *
   * @param choice gives the changes of a plan that are to be made; it is asked anew whenever
   *     somebody else has changed the table
   */
  public List<TableChange> apply(DeclaredTable declared, Choice choice) {
    Map<String, TableChange> done = new LinkedHashMap<>();
    for (int attempt = 1; ; attempt++) {
      try {
        if (!step(declared, choice, done)) {
          return List.copyOf(done.values());
        }
      } catch (CommitFailedException
          | CommitStateUnknownException
          | UncheckedSQLException
          | AlreadyExistsException e) {
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
        LOG.debug("{} changed meanwhile, or may have; planning anew", declared.name(), e);
      }
    }
  }

  /** Which changes of a plan to make. */
  @FunctionalInterface
  public interface Choice {
    /** The changes to make, in order. */
    List<TableChange> of(TablePlan plan);
  }

  /**
   * One step of the way.
   *
   * @param done gets what is attempted: it is done, by this process or another, when all is
   * @return whether there was anything to do
   */
  private boolean step(DeclaredTable declared, Choice choice, Map<String, TableChange> done) {
    Optional<Table> found = store.find(declared.name());
    // Planned on what the transaction begins with: it refuses to commit on anything else.
    Optional<Transaction> transaction = found.map(Table::newTransaction);
    List<TableChange> chosen =
        choice.of(
            transaction
                .map(begun -> TablePlanner.plan(declared, begun.table()))
                .orElseGet(() -> TablePlanner.create(declared)));
    Optional<TableChange> branch =
        chosen.stream().filter(change -> change.kind() == Kind.CREATE_BRANCH).findFirst();
    List<TableChange> now = branch.map(List::of).orElse(chosen);
    now.forEach(change -> done.put(change.id(), change));
    if (now.isEmpty()) {
      return false;
    }
    if (found.isEmpty()) {
      store.create(declared);
    } else if (branch.isPresent()) {
      createBranch(found.get());
    } else {
      TableChanges.commit(declared, transaction.orElseThrow(), now);
    }
    return true;
  }

  /** From an empty snapshot of its own, so that the batch never builds on what a stream wrote. */
  private static void createBranch(Table table) {
    try {
      table.manageSnapshots().createBranch(DeclaredTable.OFFLINE).commit();
    } catch (ValidationException | IllegalArgumentException e) {
      table.refresh();
      if (table.refs().get(DeclaredTable.OFFLINE) == null) {
        throw e;
      }
      // another process created it first, which is as good
    }
  }
}
