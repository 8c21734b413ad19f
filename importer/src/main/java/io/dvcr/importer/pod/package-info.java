/**
 * The importer as a pod's program: configured by its environment, it reports by metrics and by a
 * termination message to a controller that knows only that contract.
 */
@NullMarked
package io.dvcr.importer.pod;

import org.jspecify.annotations.NullMarked;
