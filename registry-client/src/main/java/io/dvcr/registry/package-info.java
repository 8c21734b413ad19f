@NullMarked
package io.dvcr.registry;

import org.jspecify.annotations.NullMarked;
