"""Wrote the networks of this folder (Debian's python3-onnx 1.12): small detectors whose boxes can be told from the picture.

Every cell of 8x8 pixels of a 64x64 input is a box; its score for class 0 is the cell's largest red minus its largest green value, for class 1 the
reverse. The v5 network has an objectness of 0.5 before the scores. any-size.onnx takes any size and gives one box, the middle half of a 64x64 input.
"""
import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

SIDE, CELL = 64, 8
GRID = SIDE // CELL
COUNT = GRID * GRID


def constant(name, values, kind=np.float32):
    return numpy_helper.from_array(np.asarray(values, kind), name)


def write(path, nodes, initializers, shape_in, shape_out):
    graph = helper.make_graph(
        nodes, "cells",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, shape_in)],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, shape_out)], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="magma tests")
    model.ir_version = 7
    checker.check_model(model)
    save(model, path)


def cells(extra):
    y, x = np.divmod(np.arange(COUNT), GRID)
    rows = [x * CELL + CELL / 2, y * CELL + CELL / 2, np.full(COUNT, CELL), np.full(COUNT, CELL)] + ([np.full(COUNT, 0.5)] if extra else [])
    nodes = [
        helper.make_node("MaxPool", ["images"], ["most"], kernel_shape=[CELL, CELL], strides=[CELL, CELL]),
        helper.make_node("Slice", ["most", "zero", "one", "one"], ["red"]),
        helper.make_node("Slice", ["most", "one", "two", "one"], ["green"]),
        helper.make_node("Sub", ["red", "green"], ["first"]),
        helper.make_node("Sub", ["green", "red"], ["second"]),
        helper.make_node("Concat", ["first", "second"], ["scores"], axis=1),
        helper.make_node("Reshape", ["scores", "flat"], ["columns"]),
        helper.make_node("Concat", ["boxes", "columns"], ["all"], axis=1),
    ]
    values = [
        constant("zero", [0], np.int64), constant("one", [1], np.int64), constant("two", [2], np.int64),
        constant("flat", [1, 2, COUNT], np.int64), constant("boxes", np.stack(rows)[None]),
    ]
    return nodes, values


nodes, values = cells(extra=False)
nodes[-1].output[0] = "output0"
write("cells-v8.onnx", nodes, values, [1, 3, SIDE, SIDE], [1, 6, COUNT])

nodes, values = cells(extra=True)
write("cells-v5.onnx", nodes + [helper.make_node("Transpose", ["all"], ["output0"], perm=[0, 2, 1])], values, [1, 3, SIDE, SIDE], [1, COUNT, 7])

write(
    "any-size.onnx",
    [
        helper.make_node("GlobalMaxPool", ["images"], ["most"]),
        helper.make_node("ReduceMax", ["most"], ["score"], axes=[1, 3], keepdims=0),
        helper.make_node("Reshape", ["score", "flat"], ["column"]),
        helper.make_node("Concat", ["box", "column"], ["output0"], axis=1),
    ],
    [constant("flat", [1, 1, 1], np.int64), constant("box", [[[32], [32], [32], [32]]])],
    ["batch", 3, "height", "width"], ["batch", 5, "boxes"])
