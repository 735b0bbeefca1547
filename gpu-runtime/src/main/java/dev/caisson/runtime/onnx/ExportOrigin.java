package dev.caisson.runtime.onnx;

import ai.onnx.proto.OnnxMl;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Who wrote a file and from what, as far as it says so.
///
/// @param producer for example `pytorch`
/// @param modules simple class names of the PyTorch modules that nodes came from, for example
///   `BatchNorm2d`, and names of rewriting rules that joined nodes; at most 200
public record ExportOrigin(String producer, Set<String> modules) {
  private static final int MOST = 200;
  private static final Pattern MODULE =
      Pattern.compile("torch\\.nn\\.modules\\.\\w+\\.(\\w{1,60})");
  private static final Pattern RULE = Pattern.compile("(\\w{1,60})");

  public ExportOrigin {
    modules = Set.copyOf(modules);
  }

  static ExportOrigin of(OnnxMl.ModelProto model) {
    Set<String> modules = new TreeSet<>();
    for (OnnxMl.NodeProto node : model.getGraph().getNodeList()) {
      for (OnnxMl.StringStringEntryProto entry : node.getMetadataPropsList()) {
        switch (entry.getKey()) {
          case "pkg.torch.onnx.class_hierarchy" -> collect(MODULE, entry.getValue(), modules);
          case "pkg.onnxscript.rewriter.rule_name" -> collect(RULE, entry.getValue(), modules);
          default -> {
            // other remarks say nothing about training
          }
        }
      }
    }
    return new ExportOrigin(model.getProducerName(), modules);
  }

  private static void collect(Pattern pattern, String text, Set<String> modules) {
    Matcher matcher = pattern.matcher(text);
    while (modules.size() < MOST && matcher.find()) {
      modules.add(matcher.group(1));
    }
  }
}
