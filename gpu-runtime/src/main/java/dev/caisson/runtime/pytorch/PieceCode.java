package dev.caisson.runtime.pytorch;

/// A step in pieces, for a batch whose values do not fit the device's memory together: the pieces'
/// gradients are added up, each by its share of the rows. That is the batch's gradient up to
/// rounding, except where rows of a batch see each other (BatchNormalization takes each piece's
/// statistics) and that dropout draws for each piece.
final class PieceCode {
  private PieceCode() {}

  /// The function `in_pieces`: the gradients, and the loss as the last of the list.
  ///
  /// @param loss of `out` and `py`
  static String of(int weights, String loss) {
    return """
          def in_pieces(self, bx: Tensor, by: Tensor, w: List[Tensor], s: List[Tensor], t: List[Tensor], seed: int, piece: int) -> List[Tensor]:
            size = torch.size(bx, 0)
            all = annotate(List[Tensor], [])
            for i in range(%1$d):
              _0 = torch.append(all, torch.zeros_like(torch.detach(w[i])))
            total = annotate(List[Tensor], [])
            for j in range(torch.floordiv(torch.add(size, torch.sub(piece, 1)), piece)):
              at = torch.mul(j, piece)
              many = ops.prim.min(piece, torch.sub(size, at))
              py = torch.narrow(by, 0, at, many)
              out = (self).training_output(torch.narrow(bx, 0, at, many), w, s, t, torch.add(seed, torch.mul(j, 65536)))
              loss = torch.mul(%2$s, torch.div(many, size))
              gs = (self).gradients(loss, w)
              for i in range(%1$d):
                _1 = torch.add_(all[i], gs[i])
              _2 = torch.append(total, torch.detach(loss))
            _3 = torch.append(all, torch.sum(torch.stack(total)))
            return all
        """
        .formatted(weights, loss);
  }

  /// The body of `trial`: forwards and backwards through the rows in `order`, on copies of the
  /// statistics.
  ///
  /// @param loss of `out` and `by`
  static String trial(String loss) {
    return """
            w = (self).weights(v)
            by = torch.index_select(y, 0, order)
            out = (self).training_output(torch.index_select(x, 0, order), w, (self).statistics(torch.clone(b)), t, 0)
            loss = %s
            gs = (self).gradients(loss, w)
            return torch.cpu(torch.detach(loss))
        """
        .formatted(loss);
  }
}
