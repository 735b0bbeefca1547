package dev.caisson.airlock.scan;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The numbers in a tree ensemble's tables that no reader uses: hit rates, and a leaf's threshold,
/// column and children. Part of the protobuf edge.
final class TreeTables {
  private static final Set<String> OF_BRANCHES =
      Set.of(
          "nodes_values",
          "nodes_featureids",
          "nodes_truenodeids",
          "nodes_falsenodeids",
          "nodes_missing_value_tracks_true");

  /// What a tree's node does: the operator's own words.
  private static final Set<ByteString> MODES =
      Stream.of(
              "BRANCH_LEQ",
              "BRANCH_LT",
              "BRANCH_GTE",
              "BRANCH_GT",
              "BRANCH_EQ",
              "BRANCH_NEQ",
              "LEAF")
          .map(ByteString::copyFromUtf8)
          .collect(Collectors.toUnmodifiableSet());

  private TreeTables() {}

  /// How many texts an attribute keeps that are not the operator's own.
  static int words(AttributeProto attribute) {
    return attribute.getName().equals("nodes_modes")
        ? (int) attribute.getStringsList().stream().filter(s -> !MODES.contains(s)).count()
        : attribute.getStringsCount();
  }

  /// Different values in places that no reader uses, and how many bytes those places have.
  record Unread(int different, long bytes) {}

  static Unread unread(NodeProto node) {
    List<Integer> leaves = leaves(node);
    long bytes = 0;
    int different = 0;
    for (AttributeProto attribute : node.getAttributeList()) {
      Set<Number> values = new HashSet<>();
      if (attribute.getName().equals("nodes_hitrates")) {
        values.addAll(attribute.getFloatsList());
        bytes += 4L * attribute.getFloatsCount();
      } else if (OF_BRANCHES.contains(attribute.getName())) {
        for (int leaf : leaves) {
          if (leaf < attribute.getFloatsCount()) {
            values.add(attribute.getFloats(leaf));
            bytes += 4;
          } else if (leaf < attribute.getIntsCount()) {
            values.add(attribute.getInts(leaf));
            bytes += 8;
          }
        }
      }
      different = Math.max(different, values.size());
    }
    return new Unread(different, bytes);
  }

  /// The same trees with zeros in a leaf's unread places.
  static NodeProto cleared(NodeProto node) {
    List<Integer> leaves = leaves(node);
    NodeProto.Builder out = node.toBuilder();
    for (AttributeProto.Builder attribute : out.getAttributeBuilderList()) {
      for (int leaf : OF_BRANCHES.contains(attribute.getName()) ? leaves : List.<Integer>of()) {
        if (leaf < attribute.getFloatsCount()) {
          attribute.setFloats(leaf, 0);
        } else if (leaf < attribute.getIntsCount()) {
          attribute.setInts(leaf, 0);
        }
      }
    }
    return out.build();
  }

  private static List<Integer> leaves(NodeProto node) {
    List<Integer> leaves = new ArrayList<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      for (int i = 0;
          attribute.getName().equals("nodes_modes") && i < attribute.getStringsCount();
          i++) {
        if (attribute.getStrings(i).toStringUtf8().equals("LEAF")) {
          leaves.add(i);
        }
      }
    }
    return leaves;
  }
}
