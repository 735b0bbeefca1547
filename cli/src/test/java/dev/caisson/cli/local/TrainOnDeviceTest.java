package dev.caisson.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.runtime.build.ModelSpec;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Engine and device together, on a host with one H100 that is not there.
final class TrainOnDeviceTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();

  private static Devices oneH100() {
    Seen seen =
        new Seen.Driver(
            Optional.of(new Version("550.127.08")),
            Optional.of(new Version("12.4")),
            List.of(
                new Gpu(
                    new Device.Cuda(0),
                    "GPU-1",
                    "NVIDIA H100",
                    "00000000:18:00.0",
                    new ComputeCapability(9, 0),
                    80L << 30,
                    79L << 30,
                    false)),
            List.of());
    return Devices.pretended(() -> seen, Map.of(), Natives.NONE);
  }

  @BeforeEach
  void makeModelAndTable() throws Exception {
    Files.write(folder.resolve("m.onnx"), ModelSpec.logistic(2, 1, 1).build().bytes());
    StringBuilder csv = new StringBuilder("a,b,y\n");
    for (int i = 0; i < 40; i++) {
      csv.append("%d,%d,%d%n".formatted(i % 7, i % 5, i % 2));
    }
    Files.writeString(folder.resolve("t.csv"), csv.toString());
  }

  private int train(String engine, String device) throws Exception {
    TrainCommand command = new TrainCommand(TrainOnDeviceTest::oneH100);
    new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out, true))
        .parseArgs(
            "--model",
            folder.resolve("m.onnx").toString(),
            "--data",
            folder.resolve("t.csv").toString(),
            "--label",
            "y",
            "--out",
            folder.resolve("o.onnx").toString(),
            "--epochs",
            "1",
            "--engine",
            engine,
            "--device",
            device);
    return command.call();
  }

  @Test
  void refusesDl4jOnAHopperCardWithTheReason() {
    assertThatThrownBy(() -> train("dl4j", "cuda:0"))
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            "dl4j cannot compute on cuda:0: nd4j-cuda 11.6 has code for compute capability 3.7 to"
                + " 8.9 only, this GPU is 9.0: use pytorch; 'caisson devices' says what can compute"
                + " here");
    assertThat(folder.resolve("o.onnx")).doesNotExist();
  }

  @Test
  void refusesPyTorchWithoutNativesForTheCardWithWhatToDo() {
    assertThatThrownBy(() -> train("pytorch", "cuda:0"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("build with -Pcuda");
  }

  @Test
  void autoTrainsByDl4jOnTheProcessorAndSaysWhyNotOnTheCard() throws Exception {
    assertThat(train("dl4j", "auto")).isZero();
    assertThat(out.toString()).contains("device cpu: cuda:0: nd4j-cuda 11.6");
    assertThat(folder.resolve("o.onnx.json"))
        .content()
        .contains("\"engine\" : \"dl4j\"", "\"device\" : \"cpu\"");
  }
}
