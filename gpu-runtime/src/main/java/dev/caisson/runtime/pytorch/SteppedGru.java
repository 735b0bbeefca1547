package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.shape.Recurrence;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;

/// A GRU that resets the state before its matrix product (`linear_before_reset` 0, as Cho et al.
/// 2014 and Keras with `reset_after=False`). PyTorch's own resets after it, so this one goes
/// through the sequence in a loop of the script.
final class SteppedGru {
  private SteppedGru() {}

  /// The state after every step, `[steps × directions × rows × hidden]`, and the last one.
  static List<String> write(Emission node) throws UnsupportedModelException, InvalidModelException {
    Recurrence sizes = node.known().recurrence();
    String x = RecurrentOperations.sequence(node);
    String initial = RecurrentOperations.initial(node, 5);
    List<String> all = new ArrayList<>();
    List<String> last = new ArrayList<>();
    for (int direction = 0; direction < sizes.directions(); direction++) {
      String read = direction == 0 ? x : node.local("torch.flip(%s, [0])".formatted(x));
      String state = node.local("torch.select(%s, 0, %d)".formatted(initial, direction));
      String states = node.local("annotate(List[Tensor], [])");
      loop(node, sizes, direction, read, state, states);
      String stacked = node.local("torch.stack(%s)".formatted(states));
      all.add(direction == 0 ? stacked : "torch.flip(%s, [0])".formatted(stacked));
      last.add(state);
    }
    return List.of(
        "torch.stack([%s], 1)".formatted(String.join(", ", all)),
        "torch.stack([%s])".formatted(String.join(", ", last)));
  }

  /// Carries `state` through the steps and appends each to `states`. Gates are update, reset, new.
  private static void loop(
      Emission node, Recurrence sizes, int direction, String read, String state, String states)
      throws UnsupportedModelException, InvalidModelException {
    long hidden = sizes.hidden();
    String w = transposed(node, 1, direction, 0, 3 * hidden);
    String gates = transposed(node, 2, direction, 0, 2 * hidden);
    String fresh = transposed(node, 2, direction, 2 * hidden, hidden);
    String given = node.local("torch.matmul(%s, %s)".formatted(read, w));
    if (node.has(3)) {
      String b = node.local("torch.select(%s, 0, %d)".formatted(node.input(3), direction));
      given =
          node.local(
              "torch.add(%1$s, torch.add(torch.narrow(%2$s, 0, 0, %3$d), torch.narrow(%2$s, 0, %3$d, %3$d)))"
                  .formatted(given, b, 3 * hidden));
    }
    // Apart at once: the gradient of picking each step would be as large as the whole sequence.
    String steps = node.local("torch.unbind(%s, 0)".formatted(given));
    node.block(
        """
        for %1$s_i in range(%2$s):
          %1$s_x = %3$s[%1$s_i]
          %1$s_g = torch.sigmoid(torch.addmm(torch.narrow(%1$s_x, 1, 0, %4$d), %1$s, %5$s))
          %1$s_z = torch.narrow(%1$s_g, 1, 0, %6$d)
          %1$s_r = torch.mul(torch.narrow(%1$s_g, 1, %6$d, %6$d), %1$s)
          %1$s_n = torch.tanh(torch.addmm(torch.narrow(%1$s_x, 1, %4$d, %6$d), %1$s_r, %7$s))
          %1$s = torch.add(%1$s_n, torch.mul(%1$s_z, torch.sub(%1$s, %1$s_n)))
          _a = torch.append(%8$s, %1$s)
        """
            .formatted(
                state,
                Emission.size(sizes.steps()),
                steps,
                2 * hidden,
                gates,
                hidden,
                fresh,
                states));
  }

  /// Some rows of one direction's matrix, as columns.
  private static String transposed(
      Emission node, int position, int direction, long first, long count)
      throws UnsupportedModelException, InvalidModelException {
    return node.local(
        "torch.t(torch.narrow(torch.select(%s, 0, %d), 0, %d, %d))"
            .formatted(node.input(position), direction, first, count));
  }
}
