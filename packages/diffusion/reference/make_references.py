"""Records what diffusers draws on onnxruntime with small random models: `python make_references.py OUTPUT_FOLDER`.

Writes models in the layout of Optimum's export, and pictures with the settings that they were drawn with. Weights that
several models share are stored once, in `parts/`; `models.json` says which file goes where.
"""

import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from cases import CASES, DERIVED
from derive import derive_model
from draw import draw_case
from optimum.exporters.onnx import onnx_export_from_model
from pictures import save_mask, save_source
from tiny_models import MODELS, lively


def export(name: str, work: Path) -> Path:
    pipeline = lively(MODELS[name](work / "tokenizers" / name))
    folder = work / "models" / name
    onnx_export_from_model(pipeline, folder, task="text-to-image", do_validation=False)
    for path in folder.rglob("*.onnx"):
        strip(path)
    return folder


def strip(path: Path) -> None:
    """Drops names and shapes that no runtime needs: half of a small file."""
    model = onnx.load(path)
    del model.graph.value_info[:]
    model.ClearField("doc_string")
    for index, node in enumerate(model.graph.node):
        node.ClearField("doc_string")
        node.name = str(index)
    renamed = {}
    kept = {value.name for value in [*model.graph.input, *model.graph.output]}
    for node in model.graph.node:
        for names in (node.input, node.output):
            for i, value in enumerate(names):
                if value and value not in kept:
                    names[i] = renamed.setdefault(value, f"v{len(renamed)}")
    for tensor in model.graph.initializer:
        tensor.name = renamed.get(tensor.name, tensor.name)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def store(folders: dict[str, Path], output: Path) -> None:
    """Every file once, under its digest; small text files are kept in the same way."""
    layout = {}
    (output / "parts").mkdir(parents=True)
    for name, folder in folders.items():
        layout[name] = {}
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16] + path.suffix
            shutil.copyfile(path, output / "parts" / digest)
            layout[name][path.relative_to(folder).as_posix()] = digest
    (output / "models.json").write_text(json.dumps(layout, indent=1) + "\n")


def main(output: Path) -> None:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        folders = {name: export(name, work) for name in MODELS}
        for name, (base, change) in DERIVED.items():
            folders[name] = derive_model(folders[base], work / "models" / name, change)
        store(folders, output)
        source, mask = save_source(output / "source.png"), save_mask(output / "mask.png")
        for case in CASES:
            picture = draw_case(folders[case["model"]], case, source, mask)
            picture.save(output / f"{case['name']}.png", optimize=True)
            values = np.asarray(picture)
            print(f"{case['name']:28} mean {values.mean():6.1f}  deviation {values.std():5.1f}")
    (output / "cases.json").write_text(json.dumps(CASES, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
