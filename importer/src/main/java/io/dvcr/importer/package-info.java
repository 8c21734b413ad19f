@NullMarked
package io.dvcr.importer;

import org.jspecify.annotations.NullMarked;
