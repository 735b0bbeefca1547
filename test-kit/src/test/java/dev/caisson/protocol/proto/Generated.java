package dev.caisson.protocol.proto;

public interface Generated {}
