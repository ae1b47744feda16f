/** Functions of Spark SQL over the rows of a history. */
package io.tidemark.tags.sql;
