"""Makes torch-mlp.onnx and sklearn-logistic.onnx: files as PyTorch and scikit-learn users export them.

torch-mlp.onnx needs PyTorch (made only where it is installed); sklearn-logistic.onnx needs skl2onnx.
Usage: python fixtures.py OUTPUT_FOLDER
"""
import pathlib
import sys

import numpy as np

out = pathlib.Path(sys.argv[1])
rng = np.random.default_rng(1)
x = rng.normal(size=(200, 6)).astype(np.float32)
y = (x[:, 0] + rng.normal(size=200) > 0).astype(int)

from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

model = make_pipeline(StandardScaler(), LogisticRegression()).fit(x, y)
onnx_model = to_onnx(model, x[:1], target_opset=17, options={"zipmap": False})
(out / "sklearn-logistic.onnx").write_bytes(onnx_model.SerializeToString())

try:
    import torch
except ImportError:
    sys.exit("PyTorch is not installed: torch-mlp.onnx was not made")
torch.manual_seed(1)
net = torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
torch.onnx.export(net, (torch.zeros(1, 6),), str(out / "torch-mlp.onnx"), dynamo=True,
                  optimize=False, external_data=False, input_names=["x"], output_names=["logit"])

# PyTorch notes its own folder in each node's stack trace: the maker's paths are not part of the fixture
import onnx
exported = onnx.load(out / "torch-mlp.onnx")
for node in exported.graph.node:
    for prop in node.metadata_props:
        prop.value = prop.value.replace(sys.prefix, "")
(out / "torch-mlp.onnx").write_bytes(exported.SerializeToString())
