@NullMarked
package io.dvcr.formats;

import org.jspecify.annotations.NullMarked;
