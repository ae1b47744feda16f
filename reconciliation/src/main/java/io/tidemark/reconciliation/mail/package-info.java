/** Sending the report: messages, what waits for the server, what was sent. No engine. */
package io.tidemark.reconciliation.mail;
