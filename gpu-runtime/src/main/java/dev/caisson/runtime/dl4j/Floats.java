package dev.caisson.runtime.dl4j;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/// Copies numbers between Java's memory and ND4J's, all of an array at once. Of an array on a card
/// ND4J keeps a copy in the host's memory, which is brought up to date before it is read, and named
/// as the newer one after it was written; on the processor both do nothing.
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
    Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
  }

  private static FloatPointer pointer(INDArray array) {
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
    Pointer pointer = array.data().addressPointer();
    return pointer instanceof FloatPointer floats ? floats : new FloatPointer(pointer);
  }
}
