package dev.caisson.airlock.payload;

/// What the low mantissa bytes of one tensor look like. `tested` numbers had a free byte; `entropy`
/// is of those bytes, in bits (a little below 8 for uniform bytes); `pValue` the smallest of all
/// tests of this tensor. Where nothing was tested, `reason` says why.
public record TensorStatistics(
    String tensor, int numbers, int tested, double entropy, double pValue, String reason) {}
