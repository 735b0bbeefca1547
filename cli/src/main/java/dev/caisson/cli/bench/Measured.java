package dev.caisson.cli.bench;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/// One run of one engine, as both sides print it on a line of JSON.
///
/// @param samplesPerSecond rows trained per second, after warming up
/// @param peakRssMiB the kernel's high-water mark of the process
/// @param importRssMiB what the process held before: the peer with torch imported, ours with the
///   graph read and the engine not loaded yet
@JsonIgnoreProperties(ignoreUnknown = true)
record Measured(
    String engine,
    String workload,
    @JsonAlias("torch") String version,
    double samplesPerSecond,
    double msPerStep,
    long steps,
    double peakRssMiB,
    double importRssMiB) {}
