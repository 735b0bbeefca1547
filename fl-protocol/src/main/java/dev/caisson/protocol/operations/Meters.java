package dev.caisson.protocol.operations;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/// What one process counts, for Prometheus. Thread-safe. A label's values must come from a closed
/// set of ours: a study's or a site's name would tell whoever scrapes what is studied, and never
/// ends.
public final class Meters implements AutoCloseable {
  private static final String OWN = "caisson.";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collector = new JvmGcMetrics();

  /// Meters of the process itself are there at once: memory, threads, files, processor, uptime.
  public Meters() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collector.bindTo(registry);
  }

  /// A count that only grows, e.g. `rounds` with the tag `outcome`; the same one for the same
  /// words.
  public Counter counter(String name, String help, String... tags) {
    return Counter.builder(OWN + name).description(help).tags(tags).register(registry);
  }

  /// How long something takes, and how often.
  public Timer timer(String name, String help, String... tags) {
    return Timer.builder(OWN + name).description(help).tags(tags).register(registry);
  }

  /// A number that is asked for when somebody looks; it must not block.
  public void gauge(String name, String help, Supplier<Number> value, String... tags) {
    Gauge.builder(OWN + name, value).description(help).tags(tags).register(registry);
  }

  /// Everything in Prometheus' text format.
  public String scrape() {
    return registry.scrape();
  }

  /// Our own counts and gauges by name and tags, for `status.json`.
  public SortedMap<String, Double> figures() {
    SortedMap<String, Double> figures = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      String name = meter.getId().getName();
      if (name.startsWith(OWN)) {
        StringBuilder words = new StringBuilder(name.substring(OWN.length()).replace('.', ' '));
        meter.getId().getTags().forEach(tag -> words.append(", ").append(tag.getValue()));
        double value =
            switch (meter) {
              case Counter counter -> counter.count();
              case Timer timer -> timer.count();
              case Gauge gauge -> gauge.value();
              default -> Double.NaN; // no other kind is made above
            };
        if (Double.isFinite(value)) {
          figures.put(words.toString(), value);
        }
      }
    }
    return figures;
  }

  @Override
  public void close() {
    collector.close();
    registry.close();
  }
}
