package io.dvcr.registry.http;

import java.io.IOException;

/** A host that may not be connected to; trying again does not help. */
public final class BlockedAddressException extends IOException {
  private static final long serialVersionUID = 1;

  BlockedAddressException(String host, String address) {
    super(
        "connections to "
            + host
            + (host.equals(address) ? "" : " (" + address + ")")
            + " are blocked by the address rules");
  }
}
