package org.nd4j;

/// Stands for a foreign engine that one package alone may use.
public interface Array {}
