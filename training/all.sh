#!/usr/bin/env bash
# Trains everything from a pack to the shipped folders: all.sh PACK WORK MODELS [MINUTES]
# MINUTES is the denoiser's time; imagining takes as long before it (the imaginer and the jury, half of it each), the decoder trains beside it and gets a quarter more to end on, the upscaler two thirds after it.
set -euo pipefail
pack="$1" work="$2" models="$3" minutes="${4:-120}"
out="$models/sticker-one"
python="${TRAINING_PYTHON:-python3}"
cd "$(dirname "$0")"
[ -f "$work/latents.pt" ] || "$python" train.py prepare --pack "$pack" --work "$work"
[ -f "$work/imagined.pt" ] || "$python" train.py imagine --work "$work" --minutes "$((minutes / 2))" --rate 1e-3
threads=$(( ($(nproc) + 1) / 2 ))
"$python" train.py denoiser --work "$work" --minutes "$minutes" --threads "$threads" &
denoiser=$!
"$python" train.py decoder --work "$work" --minutes "$((minutes * 5 / 4))" --threads "$threads" --rate 1.5e-3
wait "$denoiser"
"$python" train_upscaler.py --pack "$pack" --work "$work" --minutes "$((minutes * 2 / 3))"
"$python" export_upscaler.py --work "$work" --out "$models/upscaler-one" --licences "$pack/LICENSES"
"$python" export_onnx.py --work "$work" --out "$out" --licences "$pack/LICENSES"
"$python" evaluate.py --work "$work" --model "$out" > "$work/evaluation.json"
