package dev.caisson.airlock.scan;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.ArrayList;
import java.util.List;

/// An attribute's outline from its message. Part of the protobuf edge.
final class AttributeMapper {
  private AttributeMapper() {}

  static AttributeOutline outline(AttributeProto attribute) {
    List<AttributeOutline.Held> held = new ArrayList<>();
    keep(held, "FLOAT", attribute.hasF() ? 1 : 0);
    keep(held, "INT", attribute.hasI() ? 1 : 0);
    keep(held, "STRING", attribute.hasS() ? 1 : 0);
    keep(held, "TENSOR", attribute.hasT() ? 1 : 0);
    keep(held, "GRAPH", attribute.hasG() ? 1 : 0);
    keep(held, "SPARSE_TENSOR", attribute.hasSparseTensor() ? 1 : 0);
    keep(held, "TYPE_PROTO", attribute.hasTp() ? 1 : 0);
    keep(held, "FLOATS", attribute.getFloatsCount());
    keep(held, "INTS", attribute.getIntsCount());
    keep(held, "STRINGS", attribute.getStringsCount());
    keep(held, "TENSORS", attribute.getTensorsCount());
    keep(held, "GRAPHS", attribute.getGraphsCount());
    keep(held, "SPARSE_TENSORS", attribute.getSparseTensorsCount());
    keep(held, "TYPE_PROTOS", attribute.getTypeProtosCount());
    long loud = attribute.hasF() && loud(attribute.getF()) ? 1 : 0;
    for (int i = 0; i < attribute.getFloatsCount(); i++) {
      loud += loud(attribute.getFloats(i)) ? 1 : 0;
    }
    return new AttributeOutline(
        attribute.getName(), attribute.getType().name(), held, attribute.hasRefAttrName(), loud);
  }

  /// A NaN other than the one that stands for a missing value.
  private static boolean loud(float value) {
    return Float.isNaN(value) && (Float.floatToRawIntBits(value) & 0x7fffffff) != 0x7fc00000;
  }

  private static void keep(List<AttributeOutline.Held> held, String type, long count) {
    if (count > 0) {
      held.add(new AttributeOutline.Held(type, count));
    }
  }
}
