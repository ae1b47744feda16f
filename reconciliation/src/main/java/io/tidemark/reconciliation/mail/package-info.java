/**
 * Sending the report: messages, what waits for the server, what was sent, the server. No engine.
 */
package io.tidemark.reconciliation.mail;
