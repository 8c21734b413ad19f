package io.dvcr.registry.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Connections that wait for their next exchange. Vert.x's own pool lends a connection again as soon
 * as the response has arrived; while that response waits to be read, the next one would wait behind
 * it.
 */
final class Connections {
  /** More than the legs of an import use at once; an idle connection costs both sides. */
  private static final int MOST = 4;

  /**
   * Shorter than the idle time of common servers (nginx 75 s, Go none), to meet few closed ones.
   */
  private static final Duration LONGEST_IDLE = Duration.ofSeconds(15);

  /** The one that was used last is first. */
  private final Deque<Connection> idle = new ArrayDeque<>();

  private final Set<String> distrusted = new HashSet<>();

  /** A connection of that route, out of those that wait; null if there is none. */
  @Nullable Connection take(String route) {
    synchronized (idle) {
      for (Iterator<Connection> each = idle.iterator(); each.hasNext(); ) {
        Connection connection = each.next();
        if (connection.route().equals(route) && connection.usable(LONGEST_IDLE)) {
          each.remove();
          return connection;
        }
      }
    }
    return null;
  }

  /**
   * Keeps no more connections of that route: its server closes them without a word (RFC 9112,
   * section 9.6, lets it), and every request on one would fail first.
   */
  void distrust(String route) {
    synchronized (idle) {
      distrusted.add(route);
    }
  }

  /** Keeps a connection for the next {@link #take}; the one that waited longest makes room. */
  void keep(Connection connection) {
    Connection oldest = null;
    synchronized (idle) {
      if (distrusted.contains(connection.route())) {
        oldest = connection;
      } else {
        idle.addFirst(connection);
      }
      if (idle.size() > MOST) {
        oldest = idle.removeLast();
      }
    }
    if (oldest != null) {
      oldest.close();
    }
  }

  void forget(Connection connection) {
    synchronized (idle) {
      idle.remove(connection);
    }
  }
}
