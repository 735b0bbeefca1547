package dev.caisson.client.unmarked;

public interface NoPackageInfo {}
