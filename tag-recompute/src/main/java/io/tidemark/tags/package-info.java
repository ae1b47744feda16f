/**
 * Days of history by today's tags. It may use iceberg-catalog and jobs, never another leaf. This
 * version has what needs no engine: how a history lies in memory and in bytes, how it is added up,
 * and how it is declared.
 */
package io.tidemark.tags;
