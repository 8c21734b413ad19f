package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerCredentialsTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("config.json");
  }

  private static String config(String registry, String user, String password) {
    String auth =
        Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    return "{\"auths\":{\"" + registry + "\":{\"auth\":\"" + auth + "\"}}}";
  }

  @Test
  void changedFile_isReadAgain() throws IOException {
    DockerCredentials store = DockerCredentials.in(file);
    Files.writeString(file, config("h:1", "u", "first"));
    assertThat(store.find("h:1")).contains(new Credentials("u", "first"));

    Files.writeString(file, config("h:1", "u", "second"));

    assertThat(store.find("h:1")).contains(new Credentials("u", "second"));
  }

  @Test
  void otherRegistry_isAnonymous() throws IOException {
    Files.writeString(file, config("h:1", "u", "p"));

    assertThat(DockerCredentials.in(file).find("h:2")).isEmpty();
  }

  @Test
  void keyWithScheme_isFoundByItsHost() throws IOException {
    Files.writeString(file, config("https://h:1", "u", "p"));

    assertThat(DockerCredentials.in(file).find("h:1")).contains(new Credentials("u", "p"));
  }

  @Test
  void brokenFile_isToldWithoutItsContent() throws IOException {
    Files.writeString(file, "{\"auths\": hunter2");

    assertThatThrownBy(() -> DockerCredentials.in(file).find("h:1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .message()
        .doesNotContain("hunter2");
  }

  @Test
  void missingFile_isTold() {
    assertThatThrownBy(() -> DockerCredentials.in(file).find("h:1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("can't be read");
  }

  @Test
  void usersFiles_areAskedInOrder() throws IOException {
    Path docker = Files.createDirectories(folder.resolve(".docker")).resolve("config.json");
    Files.writeString(docker, config("h:1", "docker", "p"));
    assertThat(DockerCredentials.ofUser(Map.of("HOME", folder.toString())).find("h:1"))
        .contains(new Credentials("docker", "p"));

    Files.writeString(file, config("h:1", "named", "p"));

    Map<String, String> environment =
        Map.of("HOME", folder.toString(), "REGISTRY_AUTH_FILE", file.toString());
    assertThat(DockerCredentials.ofUser(environment).find("h:1"))
        .contains(new Credentials("named", "p"));
  }

  @Test
  void credentials_neverPrintTheirPassword() {
    assertThat(new Credentials("u", "hunter2").toString()).doesNotContain("hunter2");
  }
}
