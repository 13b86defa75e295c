"""Weight-only 8-bit quantisation of an ONNX graph, in ordinary operators.

Large matrices become int8 with one scale per output channel and a DequantizeLinear in front of
the MatMul, which onnxruntime fuses into its 8-bit kernel: a quarter of the bytes at the same
speed. Convolution kernels are restored by Cast and Mul, which onnxruntime does once, when it
loads, so that it knows them as constants and lays them out for its fastest kernels; a
DequantizeLinear it would repeat for every picture. Of a table of words only the rows that are
looked up are restored: restoring six million numbers for twelve words took two thirds of a
step.
"""
import numpy as np
import onnx
from onnx import helper, numpy_helper

LEAST = 32768       # smaller tensors stay float32


def unroll_gemm(graph, initialisers):
    """Rewrites Gemm(x, W, b, transB=1) as MatMul(x, Wt) + b, the form that fuses. In place."""
    nodes = []
    for node in graph.node:
        flags = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        plain = flags.get("alpha", 1.0) == 1.0 and flags.get("beta", 1.0) == 1.0 and not flags.get("transA", 0)
        if node.op_type != "Gemm" or not plain or node.input[1] not in initialisers:
            nodes.append(node)
            continue
        weight = numpy_helper.to_array(initialisers[node.input[1]])
        name = node.input[1] + ".columns"
        if name not in initialisers:
            initialisers[name] = numpy_helper.from_array(np.ascontiguousarray(weight.T if flags.get("transB", 0) else weight), name)
        has_bias = len(node.input) > 2
        product = node.output[0] + ".product" if has_bias else node.output[0]
        nodes.append(helper.make_node("MatMul", [node.input[0], name], [product], node.name + ".matmul"))
        if has_bias:
            nodes.append(helper.make_node("Add", [product, node.input[2]], list(node.output), node.name + ".add"))
    del graph.node[:]
    graph.node.extend(nodes)


def restore_rows(graph, tables):
    """Rewrites Gather(table, i), for the quantised tables, as Gather(int8, i) * Gather(scale, i). In place."""
    nodes = []
    for node in graph.node:
        table = node.input[0] if node.op_type == "Gather" and node.input[0] in tables else None
        if table is None:
            nodes.append(node)
            continue
        name = node.output[0]
        rows, numbers, scales, column = (f"{name}.{part}" for part in ("rows", "numbers", "scales", "column"))
        nodes += [helper.make_node("Gather", [table + ".int8", node.input[1]], [rows], name + ".gather"),
                  helper.make_node("Cast", [rows], [numbers], name + ".cast", to=onnx.TensorProto.FLOAT),
                  helper.make_node("Gather", [table + ".scale", node.input[1]], [scales], name + ".gather_scale"),
                  helper.make_node("Unsqueeze", [scales, "last_axis"], [column], name + ".unsqueeze"),
                  helper.make_node("Mul", [numbers, column], [name], name + ".restore")]
    del graph.node[:]
    graph.node.extend(nodes)


def keep_products_apart(graph, initialisers):
    """Adds two computed tensors with Sum where one is a product with stored weights. In place.

    onnxruntime makes a Gemm of MatMul and Add before it looks for 8-bit matrices, and then
    restores the whole matrix for every call, which may take ten milliseconds.
    """
    products = {node.output[0] for node in graph.node if node.op_type == "MatMul" and node.input[1] in initialisers}
    for node in graph.node:
        if node.op_type == "Add" and products & set(node.input) and not initialisers.keys() & set(node.input):
            node.op_type = "Sum"


def to_int8(weight, axis):
    """float array -> int8 array and float32 scales along axis, symmetric."""
    others = tuple(i for i in range(weight.ndim) if i != axis)
    scale = np.maximum(np.abs(weight).max(others), 1e-8) / 127
    shape = [1] * weight.ndim
    shape[axis] = -1
    return np.clip(np.round(weight / scale.reshape(shape)), -127, 127).astype(np.int8), scale.astype(np.float32)


def strip_traces(model):
    """Removes the exporter's notes (stack traces with the paths of whoever exported), in place."""
    graphs = [model.graph, *model.functions]
    for part in [model, *graphs, *(node for graph in graphs for node in graph.node), *model.graph.initializer,
                 *model.graph.input, *model.graph.output]:
        part.doc_string = ""
        if hasattr(part, "metadata_props"):
            del part.metadata_props[:]


def quantise(model):
    """Returns a copy of an ONNX model with quantised weights; see the file's docstring."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    graph = model.graph
    initialisers = {t.name: t for t in graph.initializer}
    unroll_gemm(graph, initialisers)
    keep_products_apart(graph, initialisers)
    users = {}
    for node in graph.node:
        for place, name in enumerate(node.input):
            users.setdefault(name, []).append((node.op_type, place))
    kept, front, tables = [], [], set()
    for name, tensor in initialisers.items():
        uses = users.get(name)
        if not uses:
            continue
        weight = numpy_helper.to_array(tensor)
        if weight.dtype != np.float32 or weight.size < LEAST:
            kept.append(tensor)
            continue
        place = uses[0]
        axis = {("MatMul", 1): 1, ("Gather", 0): 0, ("Conv", 1): 0}.get(place)
        if axis is None or any(use != place for use in uses):
            kept.append(tensor)
            continue
        small, scale = to_int8(weight, axis)
        if place == ("Conv", 1):
            scale = scale.reshape(-1, 1, 1, 1)
            front += [helper.make_node("Cast", [name + ".int8"], [name + ".whole"], name + ".cast", to=onnx.TensorProto.FLOAT),
                      helper.make_node("Mul", [name + ".whole", name + ".scale"], [name], name + ".restore")]
        kept += [numpy_helper.from_array(small, name + ".int8"), numpy_helper.from_array(scale, name + ".scale")]
        if place == ("Gather", 0):
            tables.add(name)
        if place != ("MatMul", 1):
            continue
        kept.append(numpy_helper.from_array(np.zeros(len(scale), np.int8), name + ".zero"))
        front.append(helper.make_node("DequantizeLinear", [name + ".int8", name + ".scale", name + ".zero"], [name], name + ".restore", axis=axis))
    del graph.initializer[:]
    graph.initializer.extend(kept)
    if tables:
        graph.initializer.append(numpy_helper.from_array(np.array([-1], np.int64), "last_axis"))
    restore_rows(graph, tables)
    nodes = front + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.value_info[:]
    strip_traces(model)
    onnx.checker.check_model(model)
    return model
