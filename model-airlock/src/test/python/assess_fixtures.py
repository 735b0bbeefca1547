"""Makes the fixtures under `resources/dev/caisson/airlock/assess`: models by the tools that people use, with their rows.

Each folder NAME has model.onnx, members.csv (the rows it was fitted on), non-members.csv (rows of the same origin that
it has never seen) and expected.csv: what the library itself gives for the first 20 non-members, as probabilities
(columns p:CLASS), logits (z:CLASS) or values (v). A table's columns are the model's inputs in order, and `label`;
`patient`, where there is one, names the person. `cnn-digits` has images.zip (SIDE/CLASS/NAME.png) in place of tables.

Data: scikit-learn's breast cancer and digits (UCI, CC BY 4.0) and diabetes (Efron et al. 2004), and this project's
demo-data (LGPL >= 2, see its README). `visits` is made from demo-data: six rows a patient, hormone receptors jittered.
Made on CPU, one thread, with scikit-learn 1.9.1, skl2onnx 1.20.0, onnxmltools 1.16.0, xgboost-cpu 3.2.0,
lightgbm 4.7.0, torch 2.15.0, onnx 1.23.2, onnxscript 0.7.2, pandas 3.1.1, pillow 13.0.0, Python 3.11.
Usage: python assess_fixtures.py DEMO_DATA_FOLDER OUTPUT_FOLDER
"""
import io
import pathlib
import sys
import warnings
import zipfile

import lightgbm
import numpy as np
import onnx
import pandas as pd
import torch
import xgboost
from onnxmltools import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from PIL import Image
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType as Double
from skl2onnx.common.data_types import FloatTensorType as Float
from skl2onnx.common.data_types import Int64TensorType as Int64
from skl2onnx.common.data_types import StringTensorType as String
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeRegressor
from torch import nn

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
demo, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
OPSETS = {"": 17, "ai.onnx.ml": 3}
SHOWN = 20


def halves(table, members, seed=1):
    order = np.random.default_rng(seed).permutation(len(table))
    shuffled = table.iloc[order].reset_index(drop=True)
    return shuffled[:members], shuffled[members:].reset_index(drop=True)


def plain(model):
    """Without texts that say where and when it was made."""
    model.producer_version, model.doc_string = "", ""
    del model.metadata_props[:]
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    for value in [*model.graph.value_info, *model.graph.input, *model.graph.output]:
        del value.metadata_props[:]
    for tensor in model.graph.initializer:
        del tensor.metadata_props[:]
    del model.graph.value_info[:], model.graph.metadata_props[:]
    return model


def keep(name, model, sides, expected, columns):
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(plain(model).SerializeToString())
    for file, rows in zip(["members.csv", "non-members.csv"], sides):
        rows.to_csv(folder / file, index=False, float_format="%.9g", lineterminator="\n")
    expected = np.asarray(expected, dtype=np.float64).reshape(SHOWN, -1)
    pd.DataFrame(expected, columns=columns).to_csv(
        folder / "expected.csv", index=False, float_format="%.9g", lineterminator="\n")


def features(rows):
    return rows.drop(columns="label")


def numbers(rows):
    return features(rows).to_numpy(np.float32)


def probabilities(model):
    return ["p:" + str(c) for c in model.classes_]


# ---- scikit-learn, XGBoost, LightGBM: one matrix of floats -----------------------------------------------------------
def names(columns):
    return [c.replace(" ", "_") for c in columns]


cancer = load_breast_cancer(as_frame=True)
cells = cancer.data.iloc[:, :10].astype(np.float32)
cells.columns = names(cells.columns)
words = cells.assign(label=np.where(cancer.target == 1, "benign", "malignant"))
cancer_words = halves(words, 300)
cancer_codes = halves(cells.assign(label=cancer.target), 300)

diabetes = load_diabetes(as_frame=True, scaled=False)
body = diabetes.data.astype(np.float32)
progress = halves(body.assign(label=diabetes.target.astype(np.float32)), 221)
thirds = halves(body.assign(label=pd.qcut(diabetes.target, 3, labels=False)), 221)


def sk(name, model, sides, answer="predict_proba", zipmap=False):
    model.fit(numbers(sides[0]), sides[0].label)
    options = {"zipmap": zipmap} if hasattr(model, "classes_") else None
    onnx_model = to_onnx(model, numbers(sides[0])[:1], target_opset=OPSETS, options=options)
    expected = getattr(model, answer)(numbers(sides[1])[:SHOWN])
    columns = probabilities(model) if answer == "predict_proba" else ["v"]
    keep(name, onnx_model, sides, expected, columns)


sk("forest-unrestricted", RandomForestClassifier(20, random_state=1), cancer_codes)
sk("forest-leaf-20", RandomForestClassifier(20, min_samples_leaf=20, random_state=1), cancer_codes, zipmap=True)
sk("logistic-words", make_pipeline(StandardScaler(), LogisticRegression()), cancer_words, zipmap=True)
sk("logistic-thirds", make_pipeline(StandardScaler(), LogisticRegression()), thirds)
sk("svc-probability", make_pipeline(StandardScaler(), SVC(probability=True, random_state=1)), cancer_codes)
svc = LinearSVC(random_state=1).fit(numbers(cancer_codes[0]), cancer_codes[0].label)
keep("linear-svc", to_onnx(svc, numbers(cancer_codes[0])[:1], target_opset=OPSETS), cancer_codes,
     svc.decision_function(numbers(cancer_codes[1])[:SHOWN]), ["v"])
sk("one-nearest-neighbour", make_pipeline(StandardScaler(), KNeighborsClassifier(1)), cancer_codes, zipmap=True)
sk("gradient-boosting", GradientBoostingClassifier(n_estimators=30, random_state=1), cancer_codes, zipmap=True)
sk("sklearn-mlp", make_pipeline(StandardScaler(), MLPClassifier((16,), max_iter=400, random_state=1)), cancer_words)
sk("sklearn-mlp-thirds", make_pipeline(StandardScaler(), MLPClassifier((16,), max_iter=300, random_state=1)), thirds,
   zipmap=True)
sk("tree-regressor-unrestricted", DecisionTreeRegressor(random_state=1), progress, "predict")
sk("linear-regression", LinearRegression(), progress, "predict")


def boosted(name, convert, model, sides):
    model.fit(numbers(sides[0]), sides[0].label)
    shape = FloatTensorType([None, numbers(sides[0]).shape[1]])
    answer = model.predict_proba if hasattr(model, "predict_proba") else model.predict
    columns = probabilities(model) if hasattr(model, "predict_proba") else ["v"]
    keep(name, convert(model, initial_types=[("input", shape)], target_opset=15), sides,
         answer(numbers(sides[1])[:SHOWN]), columns)


boosted("xgboost", convert_xgboost, xgboost.XGBClassifier(n_estimators=30, max_depth=4, random_state=1, n_jobs=1),
        cancer_codes)
boosted("xgboost-thirds", convert_xgboost, xgboost.XGBClassifier(n_estimators=10, max_depth=4, random_state=1, n_jobs=1),
        thirds)
boosted("xgboost-regressor", convert_xgboost, xgboost.XGBRegressor(n_estimators=20, max_depth=3, random_state=1, n_jobs=1),
        progress)
light = dict(n_estimators=20, random_state=1, n_jobs=1, verbose=-1, deterministic=True)
boosted("lightgbm", convert_lightgbm, lightgbm.LGBMClassifier(**light), cancer_codes)
boosted("lightgbm-thirds", convert_lightgbm, lightgbm.LGBMClassifier(**light), thirds)

# ---- scikit-learn: one input a column, texts among them --------------------------------------------------------------
TEXTS = {"menopause": str, "tumour_size": str, "grade": str}
patients = pd.concat([pd.read_csv(demo / f"{n}.csv", dtype=TEXTS) for n in ["rotterdam-late", "rotterdam-early"]])
patients = patients.rename(columns={"event_3y": "label"}).drop(columns="id")
table = halves(patients, 600)
table = (table[0], table[1][:600])


def columns(name, encoder):
    kinds = {"age": Int64, "menopause": String, "tumour_size": String, "grade": String, "nodes": Float,
             "progesterone": Float, "oestrogen": Float, "hormone_therapy": Int64}
    doubles = {"nodes": Float, "progesterone": Float, "oestrogen": Float}
    model = make_pipeline(
        ColumnTransformer([("words", encoder, list(TEXTS)), ("floats", StandardScaler(), list(doubles)),
                           ("wholes", StandardScaler(), ["age", "hormone_therapy"])]),
        LogisticRegression())
    model.fit(features(table[0]), table[0].label)
    inputs = [(c, kinds[c]([None, 1])) for c in features(table[0]).columns]
    keep(name, to_onnx(model, initial_types=inputs, target_opset=OPSETS), table,
         model.predict_proba(features(table[1])[:SHOWN]), probabilities(model))


columns("columns", OneHotEncoder(handle_unknown="ignore"))
columns("columns-strict", OneHotEncoder(handle_unknown="error"))
double = make_pipeline(StandardScaler(), LogisticRegression())
double.fit(numbers(cancer_codes[0]).astype(np.float64), cancer_codes[0].label)
keep("logistic-double", to_onnx(double, initial_types=[("X", Double([None, 10]))], target_opset=OPSETS,
                                options={"zipmap": False}),
     cancer_codes, double.predict_proba(numbers(cancer_codes[1])[:SHOWN].astype(np.float64)), probabilities(double))

# ---- PyTorch: columns unscaled in the table, scaled by constants in the graph ----------------------------------------
CODES = {"menopause": {"pre": 0, "post": 1}, "tumour_size": {"<=20": 0, "20-50": 1, ">50": 2},
         "grade": {"1": 1, "2": 2, "3": 3}}
coded = patients.assign(**{c: patients[c].map(codes) for c, codes in CODES.items()})


class Scaled(nn.Module):
    def __init__(self, rows, body, ending=None):
        super().__init__()
        self.register_buffer("shift", torch.tensor(rows.mean(0).round(2)))
        self.register_buffer("scale", torch.tensor((1 / rows.std(0)).round(4)))
        self.body, self.ending = body, ending

    def forward(self, x):
        scores = self.body((x - self.shift) * self.scale)
        return scores if self.ending is None else self.ending(scores)


def mlp(inputs, outputs, width, depth=2):
    layers = []
    for _ in range(depth):
        layers += [nn.Linear(inputs, width), nn.ReLU()]
        inputs = width
    return nn.Sequential(*layers, nn.Linear(inputs, outputs))


def fitted(model, x, y, loss, epochs, decay, rate):
    step = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=decay)
    x, y = torch.tensor(x), torch.tensor(y)
    for _ in range(epochs):
        for part in torch.randperm(len(x)).split(100):
            step.zero_grad()
            loss(model.body((x[part] - model.shift) * model.scale), y[part]).backward()
            step.step()
    return model.eval()


def exported(model, example, name="x"):
    program = torch.onnx.export(model, (torch.tensor(example),), dynamo=True, external_data=False, optimize=False,
                                input_names=[name], output_names=["y"], dynamic_shapes=({0: torch.export.Dim("rows")},),
                                opset_version=18)
    return program.model_proto


def network(name, sides, outputs, width, epochs, decay, ending=None, rate=2e-3, regression=False):
    torch.manual_seed(1)
    rows = sides[0].drop(columns=[c for c in ["patient", "label"] if c in sides[0]]).to_numpy(np.float32)
    others = sides[1].drop(columns=[c for c in ["patient", "label"] if c in sides[1]]).to_numpy(np.float32)[:SHOWN]
    model = Scaled(rows, mlp(rows.shape[1], outputs, width), ending)
    label = sides[0].label.to_numpy()
    if regression:
        centre, spread = float(label.mean().round()), float(label.std().round())
        last = model.body[-1]
        target, loss = ((label - centre) / spread).astype(np.float32)[:, None], nn.MSELoss()
    elif outputs == 1:
        target, loss = label.astype(np.float32)[:, None], nn.BCEWithLogitsLoss()
    else:
        target, loss = label.astype(np.int64), nn.CrossEntropyLoss()
    fitted(model, rows, target, loss, epochs, decay, rate)
    if regression:
        with torch.no_grad():
            last.weight *= spread
            last.bias.copy_(last.bias * spread + centre)
    with torch.no_grad():
        expected = model(torch.tensor(others)).numpy()
    kinds = ["v"] if regression else [("z:" if ending is None else "p:") + str(k) for k in range(outputs)]
    if outputs == 1 and not regression:
        kinds = ["z:1" if ending is None else "p:1"]
    keep(name, exported(model, rows[:3]), sides, expected, kinds)


few = halves(coded, 400)
few = (few[0], few[1][:400])
many = halves(coded, 1200)
many = (many[0], many[1][:1200])
network("mlp-overfitted", few, 2, 96, 300, 0.0)
network("mlp-regularised", many, 2, 16, 12, 0.3)
network("mlp-softmax", few, 2, 32, 60, 0.0, nn.Softmax(dim=1))
network("mlp-sigmoid", few, 1, 32, 60, 0.0, nn.Sigmoid())
network("mlp-regression", progress, 1, 64, 300, 0.0, regression=True)

rng = np.random.default_rng(3)
chosen = coded.sample(600, random_state=3).reset_index(drop=True)
visits = chosen.loc[np.repeat(np.arange(600), 6)].reset_index(drop=True)
for hormone in ["progesterone", "oestrogen"]:
    visits[hormone] = (visits[hormone] * np.exp(rng.normal(0, 0.3, len(visits)))).round().astype(int)
visits.insert(0, "patient", np.repeat([f"pat-{i:04d}" for i in range(600)], 6))
network("visits", (visits[:1800], visits[1800:].reset_index(drop=True)), 2, 96, 60, 0.0)

# ---- PyTorch: images -------------------------------------------------------------------------------------------------
digits = load_digits()
order = np.random.default_rng(1).permutation(len(digits.target))[:500]
levels = (digits.images[order] * 15).astype(np.uint8)  # 0..240
kinds = digits.target[order]
# a fifth of the labels are wrong, so that there is something to remember
wrong = np.random.default_rng(2).random(500) < 0.2
kinds = np.where(wrong, (kinds + 1 + np.random.default_rng(4).integers(0, 9, 500)) % 10, kinds)
torch.manual_seed(1)
pixels = levels[:, None].astype(np.float32) / 255


class Picture(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1), nn.ReLU(),
                                  nn.MaxPool2d(2), nn.Flatten(), nn.Linear(128, 48), nn.ReLU(), nn.Linear(48, 10))
        self.shift, self.scale = 0.0, 1.0

    def forward(self, x):
        return self.body(x)


cnn = fitted(Picture(), pixels[:250], kinds[:250].astype(np.int64), nn.CrossEntropyLoss(), 120, 0.0, 3e-3)
folder = out / "cnn-digits"
folder.mkdir(parents=True, exist_ok=True)
(folder / "model.onnx").write_bytes(plain(exported(cnn, pixels[:3], "image")).SerializeToString())
paths = []
with zipfile.ZipFile(folder / "images.zip", "w", zipfile.ZIP_STORED) as archive:
    for i in range(500):
        side = "members" if i < 250 else "non-members"
        picture = io.BytesIO()
        Image.fromarray(levels[i]).save(picture, "PNG", optimize=True)
        paths.append(f"{side}/{kinds[i]}/{i:03d}.png")
        archive.writestr(zipfile.ZipInfo(paths[-1]), picture.getvalue())
with torch.no_grad():
    answers = cnn(torch.tensor(pixels[250:250 + SHOWN])).numpy()
shown = pd.DataFrame(answers, columns=[f"z:{k}" for k in range(10)])
shown.insert(0, "file", paths[250:250 + SHOWN])
shown.to_csv(folder / "expected.csv", index=False, float_format="%.9g", lineterminator="\n")

for path in sorted(out.rglob("model.onnx")):
    onnx.checker.check_model(str(path))
    print(f"{path.parent.name:32s}{path.stat().st_size:9d}")
