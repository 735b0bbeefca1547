package dev.caisson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.runtime.device.ComputeCapability;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.device.Devices;
import dev.caisson.runtime.device.Gpu;
import dev.caisson.runtime.device.Natives;
import dev.caisson.runtime.device.Seen;
import dev.caisson.runtime.device.Version;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class DevicesCommandTest {
  private static final Seen ONE_H100 =
      new Seen.Driver(
          Optional.of(new Version("550.127.08")),
          Optional.of(new Version("12.4")),
          List.of(
              new Gpu(
                  new Device.Cuda(0),
                  "GPU-8932f937",
                  "NVIDIA H100 \u001b[31m",
                  "00000000:18:00.0",
                  new ComputeCapability(9, 0),
                  80L << 30,
                  79L << 30,
                  false)),
          List.of(new Seen.Lost(new Device.Cuda(1), "GPU is lost (15)")));

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Seen seen, Natives natives, String... args) {
    DevicesCommand command =
        new DevicesCommand(() -> Devices.pretended(() -> seen, Map.of(), natives));
    return new CommandLine(command)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  /// On whatever runs this test.
  @Test
  void thisHostIsListedWithOrWithoutADriver() {
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), "devices");
    assertThat(code).isZero();
    assertThat(out.toString())
        .containsPattern("cpu +[0-9,]+ ")
        .containsPattern("cpu +pytorch +runs")
        .contains("driver");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aHostWithoutADriverIsNoFailureAndSaysWhy() {
    assertThat(run(new Seen.NoDriver("no driver here"), Natives.NONE)).isZero();
    assertThat(out.toString()).contains("no driver here").doesNotContain("cuda:");
  }

  @Test
  void eachEngineSaysWhetherItRunsOnAGpuOrWhyNot() {
    assertThat(run(ONE_H100, new Natives(new Natives.Torch.Cu124(), Natives.Nd4j.NONE, false)))
        .isZero();
    assertThat(out.toString())
        .contains("NVIDIA driver 550.127.08, CUDA up to 12.4", "cuda:1 is lost: GPU is lost (15)")
        .containsPattern("cuda:0 +81,920 +80,896 +9.0 +00000000:18:00.0 +NVIDIA H100 \\?")
        .containsPattern("cuda:0 +pytorch +runs \\(natives of CUDA 12.4\\)")
        .containsPattern("cuda:0 +dl4j +cannot run: .*3.7 to 8.9.*use pytorch")
        .containsPattern("cuda:0 +onnxruntime +cannot run: .*-Pcuda")
        .doesNotContain("\u001b");
  }

  /// A folder that is none, and a libtorch of another release whose bridge is not there: PyTorch
  /// computes nowhere then, and the others as before.
  @Test
  void aBrokenLibtorchOfTheHostIsSaidOfTheProcessorToo(@TempDir Path folder) throws Exception {
    Natives broken = Natives.find(Map.of("CAISSON_LIBTORCH", "/nowhere/lib"));
    assertThat(run(new Seen.NoDriver("no driver here"), broken)).isZero();
    assertThat(out.toString())
        .containsPattern(
            "cpu +pytorch +cannot run: CAISSON_LIBTORCH is /nowhere/lib, where there is no libc10.so; name")
        .containsPattern("cpu +dl4j +runs")
        .containsPattern("cpu +onnxruntime +runs");

    Path lib = Files.createDirectory(folder.resolve("lib"));
    for (String library : List.of("libc10.so", "libtorch_cpu.so", "libtorch.so")) {
      Files.createFile(lib.resolve(library));
    }
    Files.writeString(folder.resolve("version.py"), "__version__ = '2.11.0+cu130'");
    Natives unbridged = Natives.find(Map.of("CAISSON_LIBTORCH", lib.toString()));
    out.getBuffer().setLength(0);
    assertThat(run(new Seen.NoDriver("no driver here"), unbridged, "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.at("/devices/0/engines/pytorch/runs").asBoolean(true)).isFalse();
    assertThat(json.at("/devices/0/engines/pytorch/reason").asText())
        .contains("libtorch 2.11.0", "compile one", "CAISSON_LIBTORCH_JNI");
    assertThat(json.at("/devices/0/engines/dl4j/runs").asBoolean()).isTrue();
  }

  @Test
  void dl4jSaysOfACardWhatItLacksThere() {
    Natives nd4j =
        new Natives(
            new Natives.Torch.ProcessorOnly(), new Natives.Nd4j(true, Optional.empty()), false);
    assertThat(run(oneA100("550.1"), Natives.NONE)).isZero();
    assertThat(out.toString())
        .containsPattern("cuda:0 +dl4j +cannot run: .*build with -Pcuda-dl4j, or use pytorch");
    assertThat(run(oneA100("440.33"), nd4j)).isZero();
    assertThat(out.toString())
        .containsPattern(
            "cuda:0 +dl4j +cannot run: nd4j-cuda 11.6: the driver is 440.33, and 450.80.02 or newer");
    assertThat(run(oneA100("550.1"), nd4j)).isZero();
    assertThat(out.toString()).containsPattern("cuda:0 +dl4j +runs \\(nd4j-cuda 11.6\\)");
  }

  private static Seen oneA100(String driver) {
    return new Seen.Driver(
        Optional.of(new Version(driver)),
        Optional.empty(),
        List.of(
            new Gpu(
                new Device.Cuda(0),
                "GPU-1",
                "NVIDIA A100",
                "00000000:18:00.0",
                new ComputeCapability(8, 0),
                40L << 30,
                39L << 30,
                false)),
        List.of());
  }

  @Test
  void programsGetTheSameAsJson() throws Exception {
    assertThat(run(ONE_H100, Natives.NONE, "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("schema").asText()).isEqualTo("caisson/devices/v1");
    JsonNode gpu = json.get("devices").get(1);
    assertThat(gpu.get("device").asText()).isEqualTo("cuda:0");
    assertThat(gpu.get("uuid").asText()).isEqualTo("GPU-8932f937");
    assertThat(gpu.get("memoryBytes").asLong()).isEqualTo(80L << 30);
    assertThat(gpu.get("computeCapability").asText()).isEqualTo("9.0");
    assertThat(gpu.get("cudaOrdinal").asInt()).isZero();
    assertThat(gpu.at("/engines/pytorch/runs").asBoolean()).isFalse();
    assertThat(gpu.at("/engines/pytorch/reason").asText()).contains("CAISSON_LIBTORCH");
    assertThat(json.at("/devices/0/engines/onnxruntime/runs").asBoolean()).isTrue();
    assertThat(json.at("/driver/version").asText()).isEqualTo("550.127.08");
    assertThat(json.at("/lost/0/device").asText()).isEqualTo("cuda:1");
  }

  @Test
  void trainingOnADeviceThatIsMisspeltOrMissingIsRefused() {
    String[] train = {
      "train",
      "--model",
      "m.onnx",
      "--data",
      "t.csv",
      "--label",
      "y",
      "--out",
      "o.onnx",
      "--epochs",
      "1",
      "--device",
      "gpu"
    };
    assertThat(Main.run(new PrintWriter(out, true), new PrintWriter(err, true), train))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--device: a device is auto, cpu or cuda:N", "'gpu'");
  }
}
