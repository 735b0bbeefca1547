package dev.caisson.runtime.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  @Test
  void readsEachKind() throws BadYamlException {
    reads(
        "kind: mlp\ninputs: 9\nhidden: [8, 4]\nactivation: gelu\ndropout: 0.5\nseed: 5",
        new ModelSpec(9, List.of(8, 4), 1, Activation.GELU, 0.5, 5));
    reads("kind: logistic\ninputs: 9\noutputs: 3", ModelSpec.logistic(9, 3, 0));
    reads(
        """
        kind: cnn
        channels: 3
        height: 28
        width: 20
        convolutions: [6, 16]
        kernel: 5
        dense: [120]
        outputs: 10
        """,
        new Cnn(3, List.of(28, 20), List.of(6, 16), 5, 2, List.of(120), 10, Activation.RELU, 0, 0));
    reads(
        "kind: cnn\nlength: 100\nconvolutions: [8]\npooling: 1",
        new Cnn(1, List.of(100), List.of(8), 3, 1, List.of(), 1, Activation.RELU, 0, 0));
    reads("kind: resnet18\nsize: 32\noutputs: 10", new ResNet18(3, 32, 64, 10, 0));
    reads(
        "kind: transformer\nvocabulary: 1000\nsequence: 64\nlayers: 3",
        new Transformer(1000, 0, 64, 128, 4, 3, 512, 0, 1, 0));
    reads(
        "kind: transformer\nfeatures: 5\nsequence: 64\nwidth: 32\nheads: 2\nfeed-forward: 64",
        new Transformer(0, 5, 64, 32, 2, 2, 64, 0, 1, 0));
  }

  @Test
  void namesWhatIsWrongAndWhere() {
    refuses("kind: mlp\ninputs: 9\nhiden: [8]", "line 3", "unknown key 'hiden'", "hidden");
    refuses("kind: forest\ninputs: 9", "line 1", "'forest' is not one of");
    refuses("kind: mlp\ninputs: 9", "'hidden' is missing");
    refuses("kind: mlp\ninputs: 9\nhidden: [0]", "hidden[0]", "got 0");
    refuses("kind: logistic\ninputs: many", "line 2", "'many'");
    refuses("kind: logistic\ninputs: 70000", "inputs must be 1..65536, got 70000");
    refuses("kind: logistic\ninputs: 9\nhidden: [8]", "unknown key 'hidden'");
    refuses("kind: mlp\ninputs: 9\nhidden: [8]\nactivation: swish", "'swish'");
    refuses("kind: cnn\nlength: 9\nheight: 9\nconvolutions: [4]", "not both");
    refuses("kind: cnn\nlength: 9\nkernel: 4\nconvolutions: [4]", "kernel must be odd, got 4");
    refuses("kind: cnn\nlength: 9\nconvolutions: [4, 4, 4, 4]", "leaves nothing of [9]");
    refuses("kind: transformer\nsequence: 9", "one of the two");
    refuses("kind: transformer\nfeatures: 2\nsequence: 9\nwidth: 10", "multiple of heads");
  }

  /// Each of these would need gigabytes; the default heap of a test would not survive one.
  @Test
  void refusesFewWordsThatMeanGigabytesBeforeAllocating() {
    String most = "at most 67,108,864 are allowed";
    refuses("kind: mlp\ninputs: 65536\nhidden: [65536, 65536]\noutputs: 65536", most);
    refuses("kind: logistic\ninputs: 65536\noutputs: 1025", "67,175,425", most);
    refuses("kind: resnet18\nsize: 32\nwidth: 512", most);
    refuses("kind: transformer\nvocabulary: 16000000\nsequence: 9\nwidth: 8192", most);
    refuses(
        "kind: cnn\nheight: 4096\nwidth: 4096\npooling: 1\nconvolutions: [64]\ndense: [65536]",
        most);
    refuses("kind: cnn\nheight: 65536\nwidth: 65536\nconvolutions: [64]", "one row of input");
  }

  @Test
  void countsItsWeights() {
    // torchvision's resnet18 has 11,689,512 with 1,000 classes of 512 + 1 numbers each
    assertThat(new ResNet18(3, 224, 64, 1000, 0).weights()).isEqualTo(11_689_512);
    // torch's nn.TransformerEncoderLayer(128, 4, 512) has 198,272; then 1000 + 64 embeddings, the
    // last norm, and the head
    assertThat(new Transformer(1000, 0, 64, 128, 4, 2, 512, 0, 2, 0).weights())
        .isEqualTo(2 * 198_272 + 1064 * 128 + 256 + 258);
    assertThat(ModelSpec.mlp(784, List.of(256, 128), 10, 0).weights())
        .isEqualTo(785 * 256 + 257 * 128 + 129 * 10);
  }

  private static void reads(String yaml, Architecture wanted) throws BadYamlException {
    assertThat(Architecture.read(node(yaml))).isEqualTo(wanted);
  }

  private static void refuses(String yaml, String... reasons) {
    assertThatThrownBy(() -> Architecture.read(node(yaml)))
        .isInstanceOf(BadYamlException.class)
        .hasMessageContainingAll(reasons);
  }

  private static YamlNode node(String yaml) throws BadYamlException {
    return YamlNode.parse("spec.yaml", yaml.getBytes(StandardCharsets.UTF_8));
  }
}
