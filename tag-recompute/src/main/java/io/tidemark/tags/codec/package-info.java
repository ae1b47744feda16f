/**
 * The streams a block of user histories is stored as, byte by byte as docs/format/user-history.md
 * says. Decoding believes nothing: what is not such a stream is refused with its place.
 */
package io.tidemark.tags.codec;
