package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.aggregate.ChunkStore;

/// Y, the sum of the uploads over the integers: its layout, and where its packed chunks are.
record Total(Layout layout, ChunkStore chunks) {}
