package io.dvcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dvcr.registry.Reference;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocationTest {
  @Test
  void source_isToldByItsForm() {
    assertThat(Location.source("-")).isEqualTo(new Location.StandardInput());
    assertThat(Location.source("HTTPS://example.com/a"))
        .isEqualTo(new Location.Web(URI.create("HTTPS://example.com/a")));
    assertThat(Location.source("disk.qcow2")).isEqualTo(new Location.Local(Path.of("disk.qcow2")));
    assertThat(Location.source("a:b/c")).isEqualTo(new Location.Local(Path.of("a:b/c")));
    assertThat(Location.source("docker://localhost:5000/a/b:1"))
        .isEqualTo(new Location.Registry(new Reference("localhost:5000", "a/b", Optional.of("1"))));
  }

  @Test
  void layout_takesTheTagBehindItsLastColon() {
    assertThat(Location.source("oci:images")).isEqualTo(layout("images", null));
    assertThat(Location.source("oci:./a/b:1.2")).isEqualTo(layout("./a/b", "1.2"));
    assertThat(Location.target("oci:a:b/c")).isEqualTo(layout("a:b/c", null));
    assertThat(Location.target("oci:a:b/c:d")).isEqualTo(layout("a:b/c", "d"));
  }

  @Test
  void target_needsNoPrefixWhereThereIsAHost() {
    assertThat(Location.target("example.com/a")).isEqualTo(registry("example.com", "a", null));
    assertThat(Location.target("localhost/a")).isEqualTo(registry("localhost", "a", null));
    assertThat(Location.target("host:5000/a:1")).isEqualTo(registry("host:5000", "a", "1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ftp://example.com/a",
        "http:///a",
        "https://[bad/",
        "docker://example.com/A",
        "oci:",
        "oci::tag",
        "oci:a:",
        "oci:a:-x",
        "a\0b"
      })
  void noSource_isRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Location.source(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-", "a", "a/b", "disk.img", "https://example.com/a", "oci:", "a.b/C"})
  void noTarget_isRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Location.target(text));
  }

  @Test
  void malformedUrl_isNotShown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Location.source("https://user:geheim@exa mple.com/?token=geheim"))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("geheim"));
  }

  private static Location layout(String folder, @Nullable String tag) {
    return new Location.Layout(Path.of(folder), Optional.ofNullable(tag));
  }

  private static Location registry(String host, String repository, @Nullable String tag) {
    return new Location.Registry(new Reference(host, repository, Optional.ofNullable(tag)));
  }
}
