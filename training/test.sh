#!/usr/bin/env bash
# Runs the whole chain (data, training, export, parity, evaluation) with tiny settings on a
# data set drawn on the spot. Makes its own Python environment, once (5 GB: PyPI's torch for Linux
# brings CUDA along). Needs no pack and no GPU. Under three minutes of one processor; a busy machine takes longer.
set -euo pipefail
cd "$(dirname "$0")"
venv="${TRAINING_VENV:-$PWD/.venv}"
python="${TRAINING_PYTHON:-$(command -v python3.11 || command -v python3)}"
stamp="$venv/requirements.sha256"
wanted="$(sha256sum requirements.txt | cut -d' ' -f1)"
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
  echo "Making the Python environment $venv, once ..."
  "$python" -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
  echo "$wanted" > "$stamp"
fi
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
# One thread: waiting for each other costs tiny networks more than it brings, above all on a busy machine.
export OMP_NUM_THREADS=1
run() { echo "- $*"; "$venv/bin/python" -W ignore "$@"; }
run tiny_pack.py "$work/pack"
run train.py prepare --pack "$work/pack" --work "$work/run" --latent 48
run train.py imagine --work "$work/run" --steps 6 --batch 8 --threads 1 --full-precision
# Two calls: the second resumes from the first one's checkpoint.
run train.py denoiser --work "$work/run" --steps 30 --width 128 --batch 64 --rate 2e-3 --threads 1 --full-precision
run train.py denoiser --work "$work/run" --steps 120 --width 128 --batch 64 --rate 2e-3 --threads 1 --full-precision
run train.py decoder --work "$work/run" --steps 10 --batch 4 --rate 1e-3 --threads 1 --full-precision
run export_onnx.py --work "$work/run" --out "$work/model" --id tiny --name Tiny
run evaluate.py --work "$work/run" --model "$work/model" --audit-steps 50 --audit-batch 64 --count 16 --report "$work/report.json"
run check_chain.py --work "$work/run" --model "$work/model" --report "$work/report.json"
