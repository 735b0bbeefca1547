package dev.caisson.airlock.structure;

/// Limits of a policy: `k` persons at least share an output (ACRO: 10), `residualDegrees` at least
/// are left by an unpenalised linear model (ACRO: 10), `smallestLeaf` persons at least are in a
/// leaf (SACRO-ML: 5).
public record StructuralLimits(int k, int residualDegrees, int smallestLeaf) {
  public StructuralLimits {
    if (k < 1 || residualDegrees < 0 || smallestLeaf < 1) {
      throw new IllegalArgumentException(
          "k %d, residual degrees of freedom %d, smallest leaf %d"
              .formatted(k, residualDegrees, smallestLeaf));
    }
  }
}
