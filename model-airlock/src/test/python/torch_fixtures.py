"""Makes torch-script.pt, torch-state.pt and torch-view.pt as PyTorch users save them (made with PyTorch 2.5.1).

torch-view.pt is an honest mistake: a slice of a table saved, with the whole table behind it.
Usage: python torch_fixtures.py OUTPUT_FOLDER
"""
import pathlib
import sys

import torch

out = pathlib.Path(sys.argv[1])
torch.manual_seed(1)
net = torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.ReLU(), torch.nn.BatchNorm1d(16),
                          torch.nn.Linear(16, 1)).eval()
torch.jit.script(net).save(str(out / "torch-script.pt"))
torch.save(net.state_dict(), out / "torch-state.pt")
table = torch.randn(100, 6)
torch.save({"example": table[:1]}, out / "torch-view.pt")
