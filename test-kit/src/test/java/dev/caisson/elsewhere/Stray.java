package dev.caisson.elsewhere;

public interface Stray {}
