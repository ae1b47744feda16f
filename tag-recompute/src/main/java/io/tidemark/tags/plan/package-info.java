/** What a build of a history reads, writes and drops, and the text of its view; no engine. */
package io.tidemark.tags.plan;
