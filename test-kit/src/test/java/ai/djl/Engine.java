package ai.djl;

/// Stands for a foreign engine.
public interface Engine {}
