package dev.caisson.cli.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Reads the sites' ledgers as they grow and tells of each [Moment], within milliseconds and in
/// each site's order.
final class LedgerWatch implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long TICK = 2;

  private final Map<String, Path> ledgers;
  private final Map<String, Long> read = new TreeMap<>();
  private final Consumer<Moment> listener;
  private final Thread thread;
  private volatile boolean closed;

  /// @param ledgers by site; they need not be there yet
  LedgerWatch(Map<String, Path> ledgers, Consumer<Moment> listener) {
    this.ledgers = new TreeMap<>(ledgers);
    this.listener = listener;
    this.thread = Thread.ofPlatform().daemon().name("ledgers").start(this::watch);
  }

  private void watch() {
    try {
      while (!closed) {
        for (Map.Entry<String, Path> ledger : ledgers.entrySet()) {
          look(ledger.getKey(), ledger.getValue());
        }
        Thread.sleep(TICK);
      }
    } catch (IOException e) {
      throw new IllegalStateException("a ledger of our own cannot be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(String site, Path ledger) throws IOException {
    long from = read.getOrDefault(site, 0L);
    if (!Files.exists(ledger) || Files.size(ledger) <= from) {
      return;
    }
    byte[] news;
    try (RandomAccessFile file = new RandomAccessFile(ledger.toFile(), "r")) {
      file.seek(from);
      news = new byte[(int) (file.length() - from)];
      file.readFully(news);
    }
    int begin = 0;
    for (int i = 0; i < news.length; i++) {
      if (news[i] == '\n') {
        String line = new String(news, begin, i - begin, StandardCharsets.UTF_8);
        begin = i + 1;
        Moment.of(site, JSON.readTree(line)).ifPresent(listener);
      }
    }
    read.put(site, from + begin); // a line without its end is read again
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the test ends; the thread is a daemon
    }
  }
}
