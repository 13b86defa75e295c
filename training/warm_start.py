"""Reads the weights of a shipped ONNX network back into PyTorch, so that training can go on without its checkpoints.

8-bit weights are restored with their scales; a percent of rounding is learnt away in minutes.
"""
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper


def restored_tensors(path):
    """name -> float array of every stored tensor of an ONNX file; quantised ones restored along their channel axis."""
    graph = onnx.load(str(path)).graph
    stored = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    found = {name: value for name, value in stored.items() if not name.endswith((".int8", ".scale", ".zero"))}
    axes = {node.input[0]: next((a.i for a in node.attribute if a.name == "axis"), 1) for node in graph.node if node.op_type == "DequantizeLinear"}
    for name, small in stored.items():
        if name.endswith(".int8"):
            plain = name.removesuffix(".int8")
            shape = [1] * small.ndim
            shape[axes.get(name, 0)] = -1       # tables of words have no DequantizeLinear; their rows have the scales
            found[plain] = small.astype(np.float32) * stored[plain + ".scale"].reshape(shape)
    return found


def stored_value(found, name, shape):
    """The tensor of a parameter: by its name, by its name transposed (quantise.unroll_gemm), or None."""
    if name in found and list(found[name].shape) == list(shape):
        return found[name]
    columns = found.get(name + ".columns")
    if columns is not None:
        return columns.T
    # The exporter folds the transpose of a small matrix into a constant without a name.
    nameless = [v for k, v in found.items() if k.startswith("val_") and v.ndim == 2 and list(v.T.shape) == list(shape)]
    return nameless[0].T if len(nameless) == 1 and len(shape) == 2 else None


def load(network, path):
    """Copies the weights of the ONNX file at path into network; returns the names of the parameters that it did not hold."""
    found, missing = restored_tensors(path), []
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            value = stored_value(found, name, parameter.shape)
            if value is None or list(value.shape) != list(parameter.shape):
                missing.append(name)
            else:
                parameter.copy_(torch.from_numpy(value.copy()))
        for name, buffer in network.named_buffers():
            # Whole-number tables (phrase sums) belong to the weights; scales and bases come from the prepared folder.
            if not buffer.is_floating_point() and name in found and found[name].shape == tuple(buffer.shape):
                buffer.copy_(torch.from_numpy(found[name].copy()))
    return missing


def shipped_basis(folder):
    """The latent of a shipped decoder: components [L, WIDTH], which are odd [L], mean [WIDTH], scale [L] (see latent.Basis).

    Found again on another machine, weak components change signs and places: then shipped weights mean nothing.
    """
    path = Path(folder) / "decoder.onnx"
    found, graph = restored_tensors(path), onnx.load(str(path)).graph
    made_by = {name: node for node in graph.node for name in node.output}
    vectors, odd = torch.empty(len(found["scale"]), len(found["mean"])), torch.zeros(len(found["scale"]), dtype=torch.bool)
    for name in ("vectors_even", "vectors_odd"):
        product = next(node for node in graph.node if node.op_type == "MatMul" and name in node.input)
        # The coordinates of either side are gathered before they are multiplied.
        places = torch.from_numpy(found[made_by[product.input[0]].input[1]].copy())
        vectors[places], odd[places] = torch.from_numpy(found[name]), name == "vectors_odd"
    return vectors, odd, torch.from_numpy(found["mean"].copy()), torch.from_numpy(found["scale"].copy())


def shipped_pictures(folder, styles):
    """What the memory of a shipped denoiser shows of each thing in each style: leading latent coordinates [C,styles,shown]."""
    found = restored_tensors(Path(folder) / "denoiser.onnx")
    shown = found["memory.thing.weight"] @ found["memory.show.weight.columns"] + found["memory.show.bias"]
    return torch.from_numpy(shown).unflatten(1, (styles, -1))
