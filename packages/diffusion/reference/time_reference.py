"""Draws with diffusers on onnxruntime, once for each line of input: `python time_reference.py FOLDER THREADS SIDE`.

Answers each line with the milliseconds that the picture took; the first answer, before any line, says that the model is loaded.
onnxruntime writes to stderr what memory its arenas take (`Extended allocation by`), which is what activations need.
"""

import json
import sys
import time

import onnxruntime
import torch
from optimum.onnxruntime import ORTPipelineForText2Image

INFORMATION = 1


def answer(**fields) -> None:
    print(json.dumps(fields), flush=True)


def main(folder: str, threads: int, side: int) -> None:
    torch.set_num_threads(threads)
    onnxruntime.set_default_logger_severity(INFORMATION)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    pipeline = ORTPipelineForText2Image.from_pretrained(folder, session_options=options, providers=["CPUExecutionProvider"])
    pipeline.set_progress_bar_config(disable=True)
    answer(loaded=True, onnxruntime=onnxruntime.__version__)
    for _ in sys.stdin:
        started = time.perf_counter()
        with torch.no_grad():
            pipeline("the blue house", num_inference_steps=1, guidance_scale=0.0, width=side, height=side)
        answer(milliseconds=(time.perf_counter() - started) * 1000)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
