/** What is uploaded over HTTP, as a source of an import. */
@NullMarked
package io.dvcr.uploader;

import org.jspecify.annotations.NullMarked;
