package com.google.protobuf;

/// Stands for foreign protobuf.
public interface Message {}
