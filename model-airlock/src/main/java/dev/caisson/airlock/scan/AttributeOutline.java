package dev.caisson.airlock.scan;

import java.util.List;

/// A node's attribute as the file declares it and as it really is: the type it names, and the
/// fields that hold something with how many entries each.
record AttributeOutline(
    String name, String type, List<Held> held, boolean refersOutside, long loudNans) {

  /// The types that a field can be the content of, and how many entries it has.
  record Held(String type, long count) {}

  AttributeOutline {
    held = List.copyOf(held);
  }

  /// Entries in the field that the type names.
  long entries() {
    return held.stream().filter(h -> h.type().equals(type)).mapToLong(Held::count).sum();
  }
}
