/** Looks at the tables of a database and drafts the declarations of their mirrors. */
package io.tidemark.jobs.database;
