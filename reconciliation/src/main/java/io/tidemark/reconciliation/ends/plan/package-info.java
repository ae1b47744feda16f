/** What the two ends of a pipe are held against each other by, without the engine. */
package io.tidemark.reconciliation.ends.plan;
