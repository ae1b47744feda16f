/** The tables of a history: what they are, and their rows as blocks and back. */
package io.tidemark.tags.table;
