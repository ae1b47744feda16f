/** What is declared below conf/tags: histories of users, and the tags they are added up by. */
package io.tidemark.tags.spec;
