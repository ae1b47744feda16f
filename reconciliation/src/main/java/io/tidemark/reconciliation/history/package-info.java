/** What the tables know of a day: results kept in {@code ops}, commits, rows as received. */
package io.tidemark.reconciliation.history;
