/**
 * How running jobs are seen from outside: the log of micro-batches, the metrics that a driver
 * serves, the record that it leaves, and the status that is made of that and of the tables.
 */
package io.tidemark.jobs.operation;
