package dev.caisson.secagg.agreement;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// One case of a file of published vectors: a paragraph of lines `name = hex`, of which the first
/// tells its kind and number.
record VectorCase(String name, Map<String, String> values) {
  /// The cases of one kind, in the order of the file, a resource beside this class.
  static List<VectorCase> read(String resource, String kind) throws IOException {
    List<VectorCase> cases = new ArrayList<>();
    try (InputStream in =
        Objects.requireNonNull(VectorCase.class.getResourceAsStream(resource), resource)) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      for (String paragraph : text.split("\n\n", -1)) {
        Map<String, String> values = new TreeMap<>();
        for (String line : paragraph.lines().filter(l -> !l.startsWith("#")).toList()) {
          int equals = line.indexOf(" = ");
          values.put(line.substring(0, equals), line.substring(equals + 3));
        }
        String name = values.getOrDefault("case", "");
        if (name.startsWith(kind + " ")) {
          cases.add(new VectorCase(name, values));
        }
      }
    }
    return cases;
  }

  byte[] array(String key) {
    return HexFormat.of().parseHex(Objects.requireNonNull(values.get(key), key));
  }

  Bytes bytes(String key) {
    return Bytes.of(array(key));
  }

  Secret secret(String key) {
    return Secret.taking(array(key));
  }
}
