package io.dvcr.testbed;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The faults that a server was told of. Safe for several threads. */
public final class Faults {
  private final List<Counted> faults = new ArrayList<>();
  private final AtomicInteger happened = new AtomicInteger();

  /** Counts the requests that concern a fault. */
  private static final class Counted {
    private final Fault fault;
    private int seen;

    Counted(Fault fault) {
      this.fault = fault;
    }

    boolean isDue(Request request) {
      if (!fault.concerns(request)) {
        return false;
      }
      seen++;
      return seen >= fault.first() && seen - fault.first() < fault.times();
    }
  }

  /** Adds one; where two are due for one request, the one added first happens. */
  public synchronized void add(Fault fault) {
    faults.add(new Counted(fault));
  }

  /** Nothing goes wrong any more. */
  public synchronized void clear() {
    faults.clear();
  }

  /** How often an effect took place: a test of a fault that never happened proves nothing. */
  public int happened() {
    return happened.get();
  }

  /** The fault that is due for a request; each request is asked for once. */
  synchronized Optional<Fault> due(Request request) {
    // Not lazily: each fault has to count the request.
    return faults.stream().filter(counted -> counted.isDue(request)).toList().stream()
        .findFirst()
        .map(counted -> counted.fault);
  }

  void count() {
    happened.incrementAndGet();
  }
}
