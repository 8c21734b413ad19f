package io.dvcr.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressRulesTest {
  private static boolean allows(List<String> blocked, List<String> allowed, String address) {
    return AddressRules.of(blocked, allowed).allows(InetAddress.ofLiteral(address));
  }

  @Test
  void noRules_allowEverything() {
    assertThat(AddressRules.ALLOW_ALL.allows(InetAddress.ofLiteral("169.254.169.254"))).isTrue();
  }

  @Test
  void blockedNetwork_endsWhereItsPrefixSays() {
    List<String> blocked = List.of("10.32.0.0/11");

    assertThat(allows(blocked, List.of(), "10.32.0.1")).isFalse();
    assertThat(allows(blocked, List.of(), "10.63.255.255")).isFalse();
    assertThat(allows(blocked, List.of(), "10.64.0.0")).isTrue();
    assertThat(allows(blocked, List.of(), "10.31.255.255")).isTrue();
  }

  @Test
  void shortFormOfANetwork_isRefused() {
    assertThatThrownBy(() -> AddressRules.of(List.of("127/8"), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("127/8");
  }

  @Test
  void anyAddress_isThisMachine() {
    assertThat(allows(List.of("127.0.0.0/8"), List.of(), "0.0.0.0")).isFalse();
  }

  @Test
  void moreSpecificNetwork_wins() {
    List<String> blocked = List.of("10.0.0.0/8", "10.1.2.3");
    List<String> allowed = List.of("10.1.0.0/16");

    assertThat(allows(blocked, allowed, "10.1.9.9")).isTrue();
    assertThat(allows(blocked, allowed, "10.2.0.0")).isFalse();
    assertThat(allows(blocked, allowed, "10.1.2.3")).isFalse();
  }

  @Test
  void sameNetworkInBoth_isAllowed() {
    assertThat(allows(List.of("fd00::/8"), List.of("fd00::/8"), "fd00::1")).isTrue();
  }

  @Test
  void everyAddressOfAVersion_canBeBlocked() {
    assertThat(allows(List.of("0.0.0.0/0"), List.of(), "8.8.8.8")).isFalse();
    assertThat(allows(List.of("0.0.0.0/0"), List.of(), "2001:db8::1")).isTrue();
  }

  @Test
  void whatIsNoNetwork_isToldWithoutALookUp() {
    for (String text : List.of("example.com", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "")) {
      assertThatThrownBy(() -> AddressRules.of(List.of(text), List.of()))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
