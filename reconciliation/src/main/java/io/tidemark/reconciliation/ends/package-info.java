/**
 * Both ends: what Kafka, a source database or a serving table has, held against the tables that are
 * to show it.
 */
package io.tidemark.reconciliation.ends;
