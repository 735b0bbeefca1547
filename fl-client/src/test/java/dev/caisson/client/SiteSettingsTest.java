package dev.caisson.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
