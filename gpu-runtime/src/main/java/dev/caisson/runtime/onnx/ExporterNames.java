package dev.caisson.runtime.onnx;

import java.util.regex.Pattern;

/// Names that exporters make up for values they computed, folded or copied themselves. An
/// initializer with such a name may be a weight in another arrangement or a plain constant; nobody
/// can tell.
///
/// Seen in files of torch.onnx (`val_12`, `onnx::Mul_42`, `/gn/Constant_1_output_0`, `238`,
/// `_to_copy_3`, `lifted_tensor_0`), tf2onnx (`const_fold_opt__33`, `dense/Add/y:0`), skl2onnx
/// (`Su_Subcst1`, `Di_Divcst`) and ONNX Runtime's optimiser (`ortshared_1_1_4_0_token_7`).
public final class ExporterNames {
  private static final Pattern MADE_UP =
      Pattern.compile(
          "onnx::.*|_?val_\\d+|\\d+|.*Constant(_\\d+)?(_output_\\d+)?|_?to_copy(_\\d+)?"
              + "|(c_)?lifted_tensor_\\d+|const_fold_opt__\\d+|const_\\d+|.*/[xy](:0)?"
              + "|[A-Z][a-z]_[A-Z][a-z]+cst\\d*|ortshared_.*|.*_token_\\d+|fused .*");

  private ExporterNames() {}

  public static boolean madeUp(String name) {
    return MADE_UP.matcher(name).matches();
  }
}
