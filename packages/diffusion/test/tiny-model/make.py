"""Writes the smallest model of the format: it draws the plain colour that the prompt names, with a tenth of the noise left.

Run with the `onnx` package: python make.py
"""
import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

here = pathlib.Path(__file__).parent
side, latent, max_tokens = 4, 4 * 4 * 4, 3
colours = {"red": (0.8, -0.8, -0.8, 0.8), "blue": (-0.8, -0.8, 0.8, 0.8), "clear": (-1, -1, -1, -1)}
table = np.zeros((3 + len(colours), latent), np.float32)
for row, colour in enumerate(colours.values(), 3):
    table[row] = np.repeat(np.array(colour, np.float32), side * side)


def value(name, kind, *shape):
    return helper.make_tensor_value_info(name, kind, ["batch", *shape])


def save(name, nodes, inputs, outputs, **constants):
    tensors = [numpy_helper.from_array(np.asarray(data), key) for key, data in constants.items()]
    graph = helper.make_graph(nodes, name, inputs, outputs, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, here / f"{name}.onnx")


colour_of_words = [
    helper.make_node("Gather", ["table", "tokens"], ["rows"]),
    helper.make_node("ReduceSum", ["rows", "axes"], ["colour"], keepdims=0),
]
f32, i64 = TensorProto.FLOAT, TensorProto.INT64
save(
    "denoiser",
    [
        *colour_of_words,
        helper.make_node("Mul", ["z", "share"], ["rest"]),
        helper.make_node("Add", ["colour", "rest"], ["x"]),
    ],
    [value("z", f32, latent), value("t", f32), value("tokens", i64, max_tokens)],
    [value("x", f32, latent)],
    table=table,
    axes=np.array([1], np.int64),
    share=np.array(0.1, np.float32),
)
picture = value("rgba", f32, 4, side, side)
save("decoder", [helper.make_node("Reshape", ["x", "shape"], ["rgba"])], [value("x", f32, latent)], [picture], shape=np.array([-1, 4, side, side], np.int64))
# Paints the words and ignores the latents: a decoder may read the prompt.
save(
    "decoder-of-words",
    [
        *colour_of_words,
        helper.make_node("Mul", ["x", "nothing"], ["none"]),
        helper.make_node("Add", ["colour", "none"], ["sum"]),
        helper.make_node("Reshape", ["sum", "shape"], ["rgba"]),
    ],
    [value("x", f32, latent), value("tokens", i64, max_tokens)],
    [picture],
    table=table,
    axes=np.array([1], np.int64),
    nothing=np.array(0, np.float32),
    shape=np.array([-1, 4, side, side], np.int64),
)
save("encoder", [helper.make_node("Reshape", ["rgba", "shape"], ["x"])], [picture], [value("x", f32, latent)], shape=np.array([-1, latent], np.int64))
vocabulary = {"maxTokens": max_tokens, "pad": 0, "unknown": 1, "empty": 2, "stopWords": ["a"], "words": {word: id for id, word in enumerate(colours, 3)}}
(here / "vocabulary.json").write_text(json.dumps(vocabulary) + "\n")
