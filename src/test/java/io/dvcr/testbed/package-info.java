/**
 * What the tests are run against: real programs, and servers of our own that can be told to fail.
 * Everything listens on the loopback address only and every wait has an end.
 */
@NullMarked
package io.dvcr.testbed;

import org.jspecify.annotations.NullMarked;
