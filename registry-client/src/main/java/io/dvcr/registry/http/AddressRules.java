package io.dvcr.registry.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which addresses may be connected to. Where an address is in a blocked and in an allowed network,
 * the more specific one wins, the allowed one of two equals.
 */
public final class AddressRules {
  private static final Pattern FOUR_PARTS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  /** Nothing is blocked. */
  public static final AddressRules ALLOW_ALL = new AddressRules(List.of(), List.of());

  private final List<Network> blocked;
  private final List<Network> allowed;

  private AddressRules(List<Network> blocked, List<Network> allowed) {
    this.blocked = blocked;
    this.allowed = allowed;
  }

  /**
   * @param blocked networks as CIDR, {@code 169.254.0.0/16}; a bare address is a network of one
   * @param allowed exceptions
   * @throws IllegalArgumentException if one is no network
   */
  public static AddressRules of(List<String> blocked, List<String> allowed) {
    return new AddressRules(networks(blocked), networks(allowed));
  }

  private static List<Network> networks(List<String> texts) {
    List<Network> networks = new ArrayList<>();
    for (String text : texts) {
      networks.add(Network.parse(text));
    }
    return List.copyOf(networks);
  }

  /** Whether a connection to {@code address} is allowed. */
  public boolean allows(InetAddress address) {
    if (address.isAnyLocalAddress()) {
      // Linux connects to this machine then.
      return allows(InetAddress.getLoopbackAddress());
    }
    return longestPrefix(blocked, address) <= longestPrefix(allowed, address);
  }

  private static int longestPrefix(List<Network> networks, InetAddress address) {
    int longest = -1;
    for (Network network : networks) {
      if (network.contains(address)) {
        longest = Math.max(longest, network.prefixLength());
      }
    }
    return longest;
  }

  private record Network(InetAddress address, int prefixLength) {
    static Network parse(String text) {
      int slash = text.indexOf('/');
      String literal = slash < 0 ? text : text.substring(0, slash);
      if (!literal.contains(":") && !FOUR_PARTS.matcher(literal).matches()) {
        // Java takes 127 for 0.0.0.127.
        throw new IllegalArgumentException("not a network: " + text);
      }
      InetAddress address = InetAddress.ofLiteral(literal);
      int bits = address.getAddress().length * Byte.SIZE;
      int length = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
      if (length < 0 || length > bits) {
        throw new IllegalArgumentException("not a network: " + text);
      }
      return new Network(address, length);
    }

    boolean contains(InetAddress other) {
      byte[] mine = address.getAddress();
      byte[] theirs = other.getAddress();
      if (mine.length != theirs.length) {
        return false;
      }
      for (int bit = 0; bit < prefixLength; bit++) {
        int mask = 0x80 >> (bit % Byte.SIZE);
        if ((mine[bit / Byte.SIZE] & mask) != (theirs[bit / Byte.SIZE] & mask)) {
          return false;
        }
      }
      return true;
    }
  }
}
