package dev.caisson.runtime.train;

/// What a call of [Trainer#train] did.
///
/// @param meanLoss over all rows seen, each at the weights of its step
/// @param lastEpochLoss the same over the last epoch
/// @param rows rows seen, counting each once per epoch
public record TrainingReport(double meanLoss, double lastEpochLoss, long steps, long rows) {}
