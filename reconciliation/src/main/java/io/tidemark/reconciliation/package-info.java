/**
 * The day's comparison of stream and batch at one cut. It may use iceberg-catalog and jobs, never
 * another leaf. {@link io.tidemark.reconciliation.Reconciliation} shows every operation.
 */
package io.tidemark.reconciliation;
