#!/usr/bin/env bash
# Trains everything from a pack to the shipped folder: all.sh PACK WORK OUT [MINUTES]
# MINUTES is the denoiser's time; imagining takes as long before it (the imaginer and the jury, half of it each), and the decoder trains beside it and gets a quarter more to end on.
set -euo pipefail
pack="$1" work="$2" out="$3" minutes="${4:-120}"
python="${TRAINING_PYTHON:-python3}"
cd "$(dirname "$0")"
[ -f "$work/latents.pt" ] || "$python" train.py prepare --pack "$pack" --work "$work"
[ -f "$work/imagined.pt" ] || "$python" train.py imagine --work "$work" --minutes "$((minutes / 2))" --rate 1e-3
threads=$(( ($(nproc) + 1) / 2 ))
"$python" train.py denoiser --work "$work" --minutes "$minutes" --threads "$threads" &
denoiser=$!
"$python" train.py decoder --work "$work" --minutes "$((minutes * 5 / 4))" --threads "$threads" --rate 1.5e-3
wait "$denoiser"
"$python" export_onnx.py --work "$work" --out "$out" --licences "$pack/LICENSES"
"$python" evaluate.py --work "$work" --model "$out" > "$work/evaluation.json"
