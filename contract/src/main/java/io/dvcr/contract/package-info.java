@NullMarked
package io.dvcr.contract;

import org.jspecify.annotations.NullMarked;
