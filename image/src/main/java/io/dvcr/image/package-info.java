/** Builds the container image of all programs: a userland, a Java runtime, dvcr and its archive. */
@NullMarked
package io.dvcr.image;

import org.jspecify.annotations.NullMarked;
