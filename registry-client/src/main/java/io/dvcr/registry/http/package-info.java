/**
 * HTTP/1.1 for streams: requests that block the calling thread, on Netty through Vert.x. Nothing of
 * Vert.x shows outside of this package.
 */
@NullMarked
package io.dvcr.registry.http;

import org.jspecify.annotations.NullMarked;
