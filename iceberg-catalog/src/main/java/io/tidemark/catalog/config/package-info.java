/**
 * Reading configuration files: every key is declared once, with its type, default and meaning; what
 * does not fit becomes a problem, all problems are reported together, and the reference page is
 * printed from the same declarations. Precedence: command line, then file, then default.
 */
package io.tidemark.catalog.config;
