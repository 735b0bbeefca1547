package dev.caisson.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.protocol.grpc.Proxy;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SiteSettingsTest {
  @TempDir Path home;

  private SiteSettings read(String device) throws IOException, BadYamlException {
    Files.writeString(
        home.resolve("site.yaml"),
        """
        version: caisson/site/v1
        coordinator: {host: localhost, port: 7000}
        table: t.csv
        dataset: d.yaml
        threads: 1
        %s
        policy:
          projects: [trial]
          maximum-rounds: 10
          maximum-epochs: 5
          maximum-parameters: 1000
          maximum-clip-norm: 5
          minimum-held-out: 10
          colluding-sites: 0
          honest-sites: 2
          allow-total-weights: false
        """
            .formatted(device));
    return SiteSettings.read(home);
  }

  @Test
  void theDeviceIsAutoUnlessTheCustodianSaysOtherwise() throws Exception {
    assertThat(read("").device()).hasToString("auto");
    assertThat(read("device: cuda:1").device()).hasToString("cuda:1");
    assertThat(read("device: cpu").device()).hasToString("cpu");
  }

  @Test
  void refusesADeviceThatIsMisspelt() {
    assertThatThrownBy(() -> read("device: gpu"))
        .isInstanceOf(BadYamlException.class)
        .hasMessageContainingAll("device", "auto, cpu or cuda:N", "'gpu'");
  }

  @Test
  void theWayToTheCoordinatorIsThatOfTheEnvironmentUnlessTheCustodianSaysOtherwise()
      throws Exception {
    Map<String, String> environment = Map.of("HTTPS_PROXY", "http://outside:8080");
    assertThat(read("").line().dialling(environment, "x").proxy())
        .hasToString("through the proxy outside:8080");
    assertThat(read("").line().keepAlive()).isEqualTo(Duration.ofSeconds(30));
    assertThat(
            read("proxy: {host: inside, port: 3128}\nkeep-alive-seconds: 45")
                .line()
                .dialling(environment, "localhost"))
        .as("loopback too, for it was asked for")
        .isEqualTo(
            new Wire.Dialling(
                new Proxy.Through("inside", 3128, Optional.empty()), Duration.ofSeconds(45)));
  }

  @Test
  void aProxysPasswordIsAFileOfTheSitesOwn() throws Exception {
    String proxy = "proxy: {host: p, port: 1, user: me, password-file: p.txt}";
    Path file = Files.writeString(home.resolve("p.txt"), "s3cret\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> read(proxy))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("p.txt", "chmod 600")
        .hasMessageNotContaining("s3cret");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(read(proxy).line().toString()).doesNotContain("s3cret");
    assertThatThrownBy(() -> read("proxy: {host: p, port: 1, user: me}"))
        .isInstanceOf(BadYamlException.class)
        .hasMessageContaining("both user and password-file");
    assertThatThrownBy(() -> read("proxy: {host: p, port: 1, user: me, password-file: ../p.txt}"))
        .isInstanceOf(BadYamlException.class)
        .hasMessageContaining("leaves the site's home");
  }

  @ParameterizedTest
  @ValueSource(strings = {"keep-alive-seconds: 9", "keep-alive-seconds: 301", "proxy: {host: p}"})
  void refusesAWayThatCannotBe(String line) {
    assertThatThrownBy(() -> read(line)).isInstanceOf(BadYamlException.class);
  }
}
