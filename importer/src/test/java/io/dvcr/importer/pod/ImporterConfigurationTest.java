package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dvcr.importer.LayerCompression;
import io.dvcr.importer.StoredForm;
import io.dvcr.registry.Credentials;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImporterConfigurationTest {
  private final Map<String, String> environment =
      new HashMap<>(
          Map.of(
              "IMPORTER_SOURCE", "http",
              "IMPORTER_ENDPOINT", "https://example.com/a/disk.qcow2",
              "IMPORTER_DESTINATION_ENDPOINT", "dvcr.example.svc/vi/ns/name:uid"));

  private ImporterConfiguration parse() {
    try {
      return ImporterConfiguration.parse(environment);
    } catch (InvalidConfigurationException e) {
      throw new AssertionError(e);
    }
  }

  private String problems() {
    InvalidConfigurationException problems =
        catchThrowableOfType(
            InvalidConfigurationException.class, () -> ImporterConfiguration.parse(environment));
    return String.valueOf(problems.getMessage());
  }

  /** What today's controller always sets, most of it empty. */
  @Test
  void everythingThatAControllerSets_isUnderstood() {
    for (String empty :
        new String[] {
          "IMPORTER_CONTENTTYPE",
          "IMPORTER_IMAGE_SIZE",
          "FILESYSTEM_OVERHEAD",
          "IMPORTER_DISK_ID",
          "IMPORTER_UUID",
          "IMPORTER_READY_FILE",
          "IMPORTER_DONE_FILE",
          "IMPORTER_BACKING_FILE",
          "IMPORTER_THUMBPRINT",
          "http_proxy",
          "https_proxy",
          "no_proxy",
          "IMPORTER_CERT_DIR",
          "IMPORTER_CHECKSUMS",
          "IMPORTER_AUTH_CONFIG"
        }) {
      environment.put(empty, "");
    }
    environment.put("INSECURE_TLS", "false");
    environment.put("DESTINATION_INSECURE_TLS", "true");
    environment.put("OWNER_UID", "0123");
    environment.put("IMPORTER_DESTINATION_AUTH_CONFIG", "/dvcr-auth/.dockerconfigjson");
    environment.put("IMPORTER_UNKNOWN", "what");

    ImporterConfiguration found = parse();

    assertThat(found.source())
        .isEqualTo(new PodSource.Http(URI.create("https://example.com/a/disk.qcow2")));
    assertThat(found.target().registry()).isEqualTo("dvcr.example.svc");
    assertThat(found.target().repository()).isEqualTo("vi/ns/name");
    assertThat(found.target().tag()).contains("uid");
    assertThat(found.targetAccess().insecure()).isTrue();
    assertThat(found.targetAccess().authFile()).contains(Path.of("/dvcr-auth/.dockerconfigjson"));
    assertThat(found.sourceAccess().insecure()).isFalse();
    assertThat(found.sourceAccess().authorities()).isEmpty();
    assertThat(found.ownerUid()).isEqualTo("0123");
    assertThat(found.form()).isEqualTo(StoredForm.AS_RECEIVED);
    assertThat(found.compression()).isEqualTo(LayerCompression.NONE);
    assertThat(found.checksums().expected()).isEmpty();
  }

  @Test
  void everyMistake_isToldAtOnce() {
    environment.put("IMPORTER_SOURCE", "ftp");
    environment.put("IMPORTER_DESTINATION_ENDPOINT", "");
    environment.put("IMPORTER_CHECKSUMS", "md5:12,sha3:00");
    environment.put("IMPORTER_STORE", "packed");
    environment.put("IMPORTER_BLOCK_ADDRESSES", "10.0.0.0/8, 10.0.0.0/99");
    environment.put("https_proxy", "socks5://user:secret@proxy");

    assertThat(problems())
        .contains("unknown source type: ftp")
        .contains("IMPORTER_DESTINATION_ENDPOINT is not set")
        .contains("IMPORTER_CHECKSUMS: malformed checksum \"md5:12\"")
        .contains("IMPORTER_STORE: \"packed\" is none of unpacked, as-received")
        .contains("IMPORTER_BLOCK_ADDRESSES: ")
        .contains("https_proxy")
        .doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "http, '', IMPORTER_ENDPOINT is not set",
    "http, ftp://a/b, no http or https URL",
    "http, https:///b, the URL has no host",
    "registry, host/a:b, does not begin with docker://",
    "registry, docker://host/a@b@c, not of the form",
    "dvcr, '', IMPORTER_ENDPOINT is not set",
    "'', '', IMPORTER_SOURCE is not set",
  })
  void endpointThatIsNone_isToldWithItsKey(String source, String endpoint, String problem) {
    environment.put("IMPORTER_SOURCE", source);
    environment.put("IMPORTER_ENDPOINT", endpoint);

    assertThat(problems()).contains(problem);
  }

  @ParameterizedTest
  @CsvSource({
    "http, http://h/a, Http",
    "registry, docker://h/a, Registry",
    "dvcr, h/a:t, Dvcr",
    "blockDevice, '', BlockDevice",
    "filesystem, '', FileSystem",
  })
  void everySource_isKnown(String source, String endpoint, String type) {
    environment.put("IMPORTER_SOURCE", source);
    environment.put("IMPORTER_ENDPOINT", endpoint);

    assertThat(parse().source().getClass().getSimpleName()).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "t", "T", "TRUE", "true", "True"})
  void flag_isReadAsGoDoes(String yes) {
    environment.put("DESTINATION_INSECURE_TLS", yes);
    environment.put("INSECURE_TLS", "yes");

    assertThat(parse().targetAccess().insecure()).isTrue();
    assertThat(parse().sourceAccess().insecure()).isFalse();
  }

  @Test
  void credentials_areBothOrNone_andMayStandInTheUrl() {
    environment.put("IMPORTER_ACCESS_KEY_ID", "anna");
    assertThat(parse().sourceAccess().credentials()).isEmpty();

    environment.put("IMPORTER_ENDPOINT", "http://otto:p%40ss@h/a");
    assertThat(parse().sourceAccess().credentials())
        .isEqualTo(Optional.of(new Credentials("otto", "p@ss")));

    environment.put("IMPORTER_SECRET_KEY", "secret");
    assertThat(parse().sourceAccess().credentials())
        .isEqualTo(Optional.of(new Credentials("anna", "secret")));
  }

  @Test
  void machineItsNetworkAndItsCloud_areNoSourcesUnlessAllowed() {
    for (String address :
        new String[] {"127.0.0.1", "::1", "169.254.169.254", "fe80::1", "fd00:ec2::254"}) {
      assertThat(parse().addresses().allows(InetAddress.ofLiteral(address))).as(address).isFalse();
    }
    assertThat(parse().addresses().allows(InetAddress.ofLiteral("10.1.2.3"))).isTrue();

    environment.put("IMPORTER_BLOCK_ADDRESSES", "10.0.0.0/8");
    environment.put("IMPORTER_ALLOW_ADDRESSES", "127.0.0.0/8,10.1.0.0/16");

    assertThat(parse().addresses().allows(InetAddress.ofLiteral("127.0.0.1"))).isTrue();
    assertThat(parse().addresses().allows(InetAddress.ofLiteral("10.1.2.3"))).isTrue();
    assertThat(parse().addresses().allows(InetAddress.ofLiteral("10.2.2.3"))).isFalse();
    assertThat(parse().addresses().allows(InetAddress.ofLiteral("169.254.169.254"))).isFalse();
  }

  @Test
  void extraHeaders_areAllVariablesThatBeginSo() {
    environment.put("IMPORTER_EXTRA_HEADER_2", "B: 2");
    environment.put("IMPORTER_EXTRA_HEADER_1", "A: 1");
    environment.put("IMPORTER_EXTRA_HEADER_3", "");

    assertThat(parse().headers()).containsExactly("A: 1", "B: 2");
  }

  @ParameterizedTest
  @CsvSource({
    "virtualimages/ns-1/my.image,"
        + " /apis/virtualization.deckhouse.io/v1alpha2/namespaces/ns-1/virtualimages/my.image/status",
    "clustervirtualimages/image,"
        + " /apis/virtualization.deckhouse.io/v1alpha2/clustervirtualimages/image/status"
  })
  void reportResource_isTheStatusOfAnImage(String resource, String path) {
    environment.put("REPORT_RESOURCE", resource);
    environment.put("REPORT_UID", "uid");
    environment.put("KUBERNETES_SERVICE_HOST", "fd00::1");
    environment.put("KUBERNETES_SERVICE_PORT", "6443");

    ReportConfiguration report = parse().report().orElseThrow();

    assertThat(report.target().statusPath()).isEqualTo(path);
    assertThat(report.target()).hasToString(resource);
    assertThat(report.target().uid()).isEqualTo("uid");
    assertThat(report.api()).hasToString("https://[fd00::1]:6443");
  }

  @Test
  void report_isOffUnlessAskedFor() {
    environment.put("REPORT_RESOURCE", "");
    environment.put("REPORT_UID", "");

    assertThat(parse().report()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "virtualimages/name",
        "clustervirtualimages/ns/name",
        "virtualimages/ns/name/status",
        "virtualimages/ns/../../secrets",
        "virtualimages/ns/Name",
        "virtualimages/n.s/name",
        "virtualimages//name",
        "secrets/ns/name",
        "/"
      })
  void reportResource_namesOneImage(String wrong) {
    environment.put("REPORT_RESOURCE", wrong);
    environment.put("IMPORTER_SOURCE", "ftp");

    assertThat(problems())
        .contains("REPORT_RESOURCE: \"" + wrong + "\" is neither")
        .contains("REPORT_UID is not set")
        .contains("unknown source type: ftp");
  }

  @Test
  void reportUid_needsItsResource() {
    environment.put("REPORT_UID", "uid");

    assertThat(problems()).contains("REPORT_RESOURCE is not set");
  }
}
