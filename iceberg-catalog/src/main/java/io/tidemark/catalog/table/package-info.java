/**
 * Declared tables: what they should be, how that differs from what they are, and the way from one
 * to the other. Free of the engine: Iceberg's metadata in, Iceberg's updates out.
 */
package io.tidemark.catalog.table;
