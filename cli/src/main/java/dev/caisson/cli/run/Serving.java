package dev.caisson.cli.run;

import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a process serving until it is told to stop, then closes what it served with.
final class Serving {
  private static final Logger LOG = LoggerFactory.getLogger(Serving.class);

  private Serving() {}

  /// Waits for the end of the process; the server is closed then.
  static int untilTheEnd(AutoCloseable server) throws InterruptedException {
    closeAtTheEnd(server);
    new CountDownLatch(1).await();
    return 0;
  }

  static void closeAtTheEnd(AutoCloseable server) {
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("closing")
                .unstarted(
                    () -> {
                      try {
                        server.close();
                      } catch (Exception e) { // the process ends either way; its log says how
                        LOG.warn("while closing", e);
                      }
                    }));
  }
}
