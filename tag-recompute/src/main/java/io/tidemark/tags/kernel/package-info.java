/** Adds up the histories of users by their groups, in arrays and without a row per user-day. */
package io.tidemark.tags.kernel;
