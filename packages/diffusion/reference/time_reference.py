"""Draws with diffusers on onnxruntime and says how long it took: `python time_reference.py FOLDER THREADS ROUNDS`."""

import json
import sys
import time

import onnxruntime
import torch
from optimum.onnxruntime import ORTPipelineForText2Image


def main(folder: str, threads: int, rounds: int) -> None:
    torch.set_num_threads(threads)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    pipeline = ORTPipelineForText2Image.from_pretrained(folder, session_options=options, providers=["CPUExecutionProvider"])
    pipeline.set_progress_bar_config(disable=True)
    milliseconds = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        with torch.no_grad():
            pipeline("the blue house", num_inference_steps=1, guidance_scale=0.0, width=512, height=512)
        milliseconds.append((time.perf_counter() - started) * 1000)
    print(json.dumps({"milliseconds": milliseconds[1:]}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
