package dev.caisson.protocol.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ParameterManifestTest {
  private static final float[] VECTOR = {1, 2, 3, 4, 5};

  private static ParameterManifest manifest() {
    return new ParameterManifest(
        List.of(
            entry("w", List.of(2, 2), 0, 1, 2, 3, 4), entry("b", List.of(1), 4, new float[] {5})));
  }

  private static ParameterManifest.Entry entry(
      String name, List<Integer> shape, int offset, float... values) {
    return new ParameterManifest.Entry(
        name, shape, offset, Digest.of(ParameterManifest.bytes(values)));
  }

  @Test
  void acceptsTheVectorItDescribesAndNamesTheParameterThatDiffers() {
    ParameterManifest manifest = manifest();
    assertThat(manifest.length()).isEqualTo(5);
    manifest.check(VECTOR);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> manifest.check(new float[] {1, 2, 3, 4, 6}))
        .withMessage("parameter 'b' does not have the values that the manifest states");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> manifest.check(new float[4]))
        .withMessage("the vector has 4 values, the manifest 5");
  }

  @Test
  void readsWhatItWroteAndRefusesTheRest() throws Exception {
    byte[] encoded = manifest().encoded();
    assertThat(ParameterManifest.decode(encoded)).isEqualTo(manifest());
    for (int length = 0; length < encoded.length; length++) {
      byte[] cut = Arrays.copyOf(encoded, length);
      assertThatExceptionOfType(MalformedException.class)
          .isThrownBy(() -> ParameterManifest.decode(cut));
    }
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> ParameterManifest.decode(Arrays.copyOf(encoded, encoded.length + 1)));
  }

  @Test
  void everyPartEntersTheDigest() {
    Digest digest = manifest().digest();
    assertThat(manifest().digest()).isEqualTo(digest);
    assertThat(
            List.of(
                new ParameterManifest(
                    List.of(
                        entry("v", List.of(2, 2), 0, 1, 2, 3, 4), entry("b", List.of(1), 4, 5))),
                new ParameterManifest(
                    List.of(entry("w", List.of(4), 0, 1, 2, 3, 4), entry("b", List.of(1), 4, 5))),
                new ParameterManifest(
                    List.of(
                        entry("w", List.of(2, 2), 0, 1, 2, 3, 9), entry("b", List.of(1), 4, 5))),
                new ParameterManifest(List.of(entry("w", List.of(2, 2), 0, 1, 2, 3, 4)))))
        .extracting(ParameterManifest::digest)
        .doesNotContain(digest)
        .doesNotHaveDuplicates();
  }

  @Test
  void refusesGapsOverlapsRepeatedNamesAndImpossibleShapes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ParameterManifest(List.of(entry("w", List.of(2), 1, 1, 2))))
        .withMessage("parameter 'w' starts at 1 instead of 0");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ParameterManifest(
                    List.of(entry("w", List.of(2), 0, 1, 2), entry("v", List.of(1), 1, 2))))
        .withMessage("parameter 'v' starts at 1 instead of 2");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ParameterManifest(
                    List.of(entry("w", List.of(1), 0, 1), entry("w", List.of(1), 1, 1))))
        .withMessage("two parameters are named 'w'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ParameterManifest(List.of()))
        .withMessageContaining("got 0");
    for (List<Integer> shape :
        List.of(List.of(0), List.of(-1), List.of(2, -3), List.of(65_536, 65_536))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> entry("w", shape, 0, 1))
          .withMessageContaining("parameter 'w' has an impossible shape");
    }
  }

  @Test
  void refusesMoreValuesThanAVectorHasBeforeAnythingIsAllocated() {
    int half = 1 << 30;
    ParameterManifest.Entry first =
        new ParameterManifest.Entry("a", List.of(half), 0, Digest.ofText("a"));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ParameterManifest(
                    List.of(
                        first,
                        new ParameterManifest.Entry("b", List.of(half), half, Digest.ofText("b")))))
        .withMessageContaining("'b'");
    assertThat(
            new ParameterManifest(
                    List.of(
                        first,
                        new ParameterManifest.Entry(
                            "b", List.of(half - 1), half, Digest.ofText("b"))))
                .length())
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void aLongVectorHasTheDigestOfItsBytes() {
    float[] vector = new float[100_001];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = i;
    }
    assertThat(ParameterManifest.digest(vector))
        .isEqualTo(Digest.of(ParameterManifest.bytes(vector)));
  }

  /// IEEE 754: 1.0f is 0x3f800000, -2.5f is 0xc0200000; little-endian on the wire.
  @Test
  void aVectorIsLittleEndianFloats() {
    byte[] wire = HexFormat.of().parseHex("0000803f000020c0");
    assertThat(ParameterManifest.bytes(new float[] {1, -2.5f})).isEqualTo(wire);
    assertThat(ParameterManifest.vector(wire)).containsExactly(1, -2.5f);
  }

  @Test
  void refusesHalfANumberAndNumbersThatAreNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ParameterManifest.vector(new byte[5]))
        .withMessageContaining("5 bytes");
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ParameterManifest.vector(ParameterManifest.bytes(new float[] {0, bad})))
          .withMessage("value 1 of a state vector is not finite");
    }
  }
}
