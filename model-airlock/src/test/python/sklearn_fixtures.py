"""Makes the ONNX fixtures of `structure` and `rows` from scikit-learn and XGBoost, with the members' rows as CSV.

Made with scikit-learn 1.9, skl2onnx 1.20, onnxmltools 1.16, xgboost 3.2. The data are made up: 300 persons, six
columns with two decimals. Usage: python sklearn_fixtures.py OUTPUT_FOLDER
"""
import pathlib
import sys

import numpy as np
from onnxmltools import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from skl2onnx import to_onnx
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
import xgboost

out = pathlib.Path(sys.argv[1])
rng = np.random.default_rng(7)
n = 300
x = rng.normal(size=(n, 6)).round(3).astype(np.float32) + np.arange(6, dtype=np.float32)
score = x[:, 0] + 0.5 * x[:, 1] + rng.normal(size=n)
y = (score > np.median(score)).astype(int)
cost = (1000 * np.exp(score / 3) + rng.normal(size=n)).astype(np.float32)
np.savetxt(out / "members.csv", np.column_stack([x, y, cost]), delimiter=",", fmt=["%.9g"] * 8)


def keep(name, model):
    model.producer_version = ""
    (out / (name + ".onnx")).write_bytes(model.SerializeToString())


def sk(name, model, target, **options):
    model.fit(x, target)
    keep(name, to_onnx(model, x[:1], target_opset={"": 17, "ai.onnx.ml": 3}, options=options or None))


plain = {"zipmap": False}
sk("tree-regressor-unrestricted", DecisionTreeRegressor(random_state=1), cost)
sk("tree-classifier-unrestricted", DecisionTreeClassifier(random_state=1), y, **plain)
sk("tree-classifier-leaf-20", DecisionTreeClassifier(min_samples_leaf=20, random_state=1), y, **plain)
sk("forest-leaf-20", RandomForestClassifier(5, min_samples_leaf=20, bootstrap=False, random_state=1), y, **plain)
sk("svc-rbf", SVC(gamma=0.5), y, **plain)
sk("one-nearest-neighbour", KNeighborsClassifier(1), y, **plain)
sk("linear-regression", LinearRegression(), cost)
sk("minmax-logistic", make_pipeline(MinMaxScaler(), LogisticRegression()), y, **plain)
sk("mlp", make_pipeline(StandardScaler(), MLPClassifier((16,), max_iter=300, random_state=1)), y, **plain)

boosted = xgboost.XGBClassifier(n_estimators=4, max_depth=3, min_child_weight=5, random_state=1).fit(x, y)
keep("xgboost", convert_xgboost(boosted, initial_types=[("input", FloatTensorType([None, 6]))], target_opset=15))

# words: a town of a few persons, and one of a single person
towns = np.array([["Ayr"]] * 150 + [["Bath"]] * 149 + [["Zennor"]])
encoder = make_pipeline(OneHotEncoder(), LogisticRegression()).fit(towns, y)
keep("one-hot-towns", to_onnx(encoder, towns[:1], target_opset={"": 17, "ai.onnx.ml": 3}, options=plain))
