/// Reading the YAML that people write for Caisson: plain mappings, lists and scalars from a bounded
/// file, with every error naming file, line, key path and what to do. Anchors, aliases, tags, merge
/// keys and duplicate keys are refused, so that a document means what it shows. Nothing here knows
/// what a document is about. Read [YamlNode].
@NullMarked
package dev.caisson.yaml;

import org.jspecify.annotations.NullMarked;
