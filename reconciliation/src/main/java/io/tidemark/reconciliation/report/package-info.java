/** The daily report: what it says, and how that becomes HTML, text, CSV and pictures. No engine. */
package io.tidemark.reconciliation.report;
