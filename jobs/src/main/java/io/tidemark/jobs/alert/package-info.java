/**
 * Alerts: whether it is time to tell, what is told, once, and to whom. No engine: values come from
 * whoever has one.
 */
package io.tidemark.jobs.alert;
