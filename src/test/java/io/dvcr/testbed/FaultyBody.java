package io.dvcr.testbed;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** Bodies in which a fault happens once so many bytes have passed. */
final class FaultyBody {
  private FaultyBody() {}

  /** A fault that waits in an exchange; happens once. */
  static final class Trap {
    private final Fault fault;
    private final Faults faults;
    private final Exchange exchange;
    private boolean sprung;

    Trap(Fault fault, Faults faults, Exchange exchange) {
      this.fault = fault;
      this.faults = faults;
      this.exchange = exchange;
    }

    void spring() throws IOException {
      if (!sprung) {
        sprung = true;
        faults.count();
        fault.effect().happen(exchange);
      }
    }

    /** How many of {@code wanted} bytes may pass after {@code passed}; lets it happen at 0. */
    int allows(long passed, int wanted) throws IOException {
      if (!sprung && passed == fault.bytes()) {
        spring();
      }
      return sprung ? wanted : (int) Math.min(wanted, fault.bytes() - passed);
    }
  }

  /** Of a request; counts what is read. */
  static final class In extends FilterInputStream {
    private final Request request;
    private final Optional<Trap> trap;

    In(InputStream in, Request request, Optional<Trap> trap) {
      super(in);
      this.request = request;
      this.trap = trap;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int allowed = length;
      if (trap.isPresent()) {
        allowed = trap.get().allows(request.bodyBytes(), length);
      }
      int n = super.read(bytes, offset, allowed);
      request.received(Math.max(n, 0));
      return n;
    }
  }

  /** Of an answer; counts what is written. */
  static final class Out extends FilterOutputStream {
    private final Request request;
    private final Optional<Trap> trap;
    private long sent;

    Out(OutputStream out, Request request, Optional<Trap> trap) {
      super(out);
      this.request = request;
      this.trap = trap;
    }

    long sent() {
      return sent;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int done = 0;
      while (done < length) {
        int n = length - done;
        if (trap.isPresent()) {
          n = trap.get().allows(sent, n);
        }
        out.write(bytes, offset + done, n);
        request.answered(n);
        sent += n;
        done += n;
      }
      if (trap.isPresent()) {
        // At the very end of a body no further write asks.
        int ignored = trap.get().allows(sent, 0);
      }
    }
  }

  /** Leaves the connection open. */
  static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      out.flush();
    }
  }
}
