/** An upload as a pod takes it: told by flags and environment, watched by metrics. */
@NullMarked
package io.dvcr.uploader.pod;

import org.jspecify.annotations.NullMarked;
