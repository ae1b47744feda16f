/** The daily upkeep of a history, its rebuild, and the check that its tables agree. */
package io.tidemark.tags.build;
