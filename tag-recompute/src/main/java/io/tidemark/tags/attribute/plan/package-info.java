/**
 * What of attribution needs no engine: values of tags, cells as bytes, what a result looks like.
 */
package io.tidemark.tags.attribute.plan;
