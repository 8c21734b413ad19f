@NullMarked
package io.dvcr.cli;

import org.jspecify.annotations.NullMarked;
