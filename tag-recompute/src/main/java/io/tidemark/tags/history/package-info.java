/** The history of a range of users in memory: their days, and a value a day for each metric. */
package io.tidemark.tags.history;
