package io.dvcr.registry;

import java.net.URI;

/**
 * Is told which upload sessions are open, so that what a killed process left can be cancelled. May
 * be called on any thread.
 */
public interface SessionLog {
  /** Forgets. */
  SessionLog NONE =
      new SessionLog() {
        @Override
        public void opened(URI location) {}

        @Override
        public void ended(URI location) {}
      };

  /** A session that began, by its first location. */
  void opened(URI location);

  /** The session that began there was committed or cancelled. */
  void ended(URI location);
}
