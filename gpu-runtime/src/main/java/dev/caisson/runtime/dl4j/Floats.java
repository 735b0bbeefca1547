package dev.caisson.runtime.dl4j;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/// Copies numbers between Java's memory and ND4J's, all of an array at once.
final class Floats {
  private Floats() {}

  /// The numbers of an array of any order, row-major.
  static Block block(INDArray array) {
    INDArray dense = array.dup('c');
    float[] numbers = new float[Math.toIntExact(dense.length())];
    read(dense, numbers);
    if (!dense.isAttached()) {
      dense.close();
    }
    return new Block(array.shape(), numbers);
  }

  /// The numbers of an array that is dense in its own order.
  static void read(INDArray array, float[] numbers) {
    pointer(array).get(numbers);
  }

  /// Replaces the numbers of an array that is dense in its own order.
  static void fill(INDArray array, float[] numbers) {
    if (array.length() != numbers.length) {
      throw new IllegalArgumentException(
          "%d numbers do not fill %d places".formatted(numbers.length, array.length()));
    }
    pointer(array).put(numbers);
  }

  private static FloatPointer pointer(INDArray array) {
    Pointer pointer = array.data().addressPointer();
    return pointer instanceof FloatPointer floats ? floats : new FloatPointer(pointer);
  }
}
