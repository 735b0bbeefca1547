package dev.caisson.protocol.study;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caisson.trust.Digest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ParameterCheckTest {
  private static final float[] VECTOR = {1, 2, 3, 4, 5};
  private static final ParameterManifest MANIFEST =
      new ParameterManifest(
          List.of(
              new ParameterManifest.Entry("w", List.of(2, 2), 0, digest(1, 2, 3, 4)),
              new ParameterManifest.Entry("b", List.of(1), 4, digest(5))));

  private static Digest digest(float... values) {
    return Digest.of(ParameterManifest.bytes(values));
  }

  private static void check(int size, float... vector) {
    check(size, ParameterManifest.bytes(vector));
  }

  private static void check(int size, byte[] bytes) {
    ParameterCheck check = new ParameterCheck(MANIFEST);
    for (int from = 0; from < bytes.length; from += size) {
      check.take(ByteBuffer.wrap(bytes, from, Math.min(size, bytes.length - from)));
    }
    check.end();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 7, 16, 20})
  void piecesOfAnySizeAreTheSameVector(int size) {
    assertThatCode(() -> check(size, VECTOR)).doesNotThrowAnyException();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> check(size, 1, 2, 3, 9, 5))
        .withMessage("parameter 'w' does not have the values that the manifest states");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> check(size, 1, 2, 3, 4, 6))
        .withMessage("parameter 'b' does not have the values that the manifest states");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 6, 20})
  void aValueThatIsNoneIsNamedByItsPlaceWhereverPiecesEnd(int size) {
    ParameterManifest manifest =
        new ParameterManifest(
            List.of(
                new ParameterManifest.Entry("w", List.of(3), 0, digest(1, Float.NaN, 3)),
                new ParameterManifest.Entry("b", List.of(2), 3, digest(4, 5))));
    byte[] bytes = ParameterManifest.bytes(new float[] {1, Float.NaN, 3, 4, 5});
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> {
              ParameterCheck check = new ParameterCheck(manifest);
              for (int from = 0; from < bytes.length; from += size) {
                check.take(ByteBuffer.wrap(bytes, from, Math.min(size, bytes.length - from)));
              }
            })
        .withMessage("value 1 of a state vector is not finite");
  }

  @Test
  void refusesAVectorThatIsShorterOrLonger() {
    byte[] bytes = ParameterManifest.bytes(VECTOR);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> check(20, Arrays.copyOf(bytes, 19)))
        .withMessage("the vector has 4 values, the manifest 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> check(20, Arrays.copyOf(bytes, 21)))
        .withMessage("the vector has more than the 5 values of the manifest");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> check(20, new byte[0]))
        .withMessage("the vector has 0 values, the manifest 5");
  }
}
