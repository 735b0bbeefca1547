package ai.onnx.proto;

/// Stands for foreign ONNX classes.
public interface Model {}
