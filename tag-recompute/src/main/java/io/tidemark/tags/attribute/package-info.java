/**
 * Adds up a history by the tags that users have: reads blocks and tags in tasks of Spark, and puts
 * the results where they are served from.
 */
package io.tidemark.tags.attribute;
