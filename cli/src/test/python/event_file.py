"""Prints, as hex, the events of EventFileTest as TensorBoard's own writer encodes them.

python -m venv v && v/bin/pip install tensorboard && v/bin/python event_file.py
"""
import io

from tensorboard.compat.proto import event_pb2
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter


def scalar(tag, step, at, value):
    summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
    return event_pb2.Event(wall_time=at, step=step, summary=summary)


out = io.BytesIO()
writer = RecordWriter(out)
for event in (
    event_pb2.Event(wall_time=1_700_000_000.0, file_version="brain.Event:2"),
    scalar("auc", 1, 1_700_000_001.0, 0.5),
    scalar("loss", 300, 1_700_000_002.5, 0.6931471805599453),
):
    writer.write(event.SerializeToString())
print(out.getvalue().hex())
