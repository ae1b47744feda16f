/** What is compared, how, and what the verdict is: SQL text and arithmetic, without an engine. */
package io.tidemark.reconciliation.plan;
