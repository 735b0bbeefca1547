package dev.caisson.runtime.dl4j;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/// The classes of another loader, which shows of a service's providers one only, wherever it is
/// declared. Other services keep theirs.
final class OneProvider extends ClassLoader {
  private final String declaration;
  private final String provider;

  OneProvider(ClassLoader classes, Class<?> service, String provider) {
    super(classes);
    this.declaration = "META-INF/services/" + service.getName();
    this.provider = provider;
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    Enumeration<URL> all = super.getResources(name);
    if (!name.equals(declaration)) {
      return all;
    }
    List<URL> shown = new ArrayList<>();
    for (URL url : Collections.list(all)) {
      if (names(url)) {
        shown.add(url);
      }
    }
    return Collections.enumeration(shown);
  }

  private boolean names(URL url) throws IOException {
    try (InputStream in = url.openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .anyMatch(line -> line.strip().equals(provider));
    }
  }
}
