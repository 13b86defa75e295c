"""Rebuilds the emoji part of the picture pack from checkouts of the public repositories.

  git clone --depth 1 https://github.com/shuding/fluentui-emoji-unicode   CHECKOUTS/fluent
  git clone --depth 1 https://github.com/googlefonts/noto-emoji           CHECKOUTS/noto
  git clone --depth 1 https://github.com/cptpiepmatz/twemoji-assets       CHECKOUTS/twemoji
  git clone --depth 1 https://github.com/C1710/blobmoji                   CHECKOUTS/blob
  git clone --depth 1 https://github.com/EmojiTwo/emojitwo                CHECKOUTS/emojitwo
  git clone --depth 1 https://github.com/milesj/emojibase                 CHECKOUTS/emojibase
  pip install resvg-py==0.5.0
  python build_pack.py CHECKOUTS PACK

The model was trained on the versions that README.md lists; later versions of the sources
add and change pictures. Only the six coloured styles are built: they are all that training reads.
"""
import gzip
import io
import json
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from PIL import Image

EDGE = 256
LANGUAGES = ("en", "fr", "de", "es")
# style: (folder of the checkout, glob, pattern of a file's code points, licence, name of the source)
SOURCES = {
    "3d": ("fluent", "assets/*_3d.png", r"(.+)_3d$", "MIT", "microsoft/fluentui-emoji (via shuding/fluentui-emoji-unicode)"),
    "flat": ("fluent", "assets/*_flat.svg", r"(.+)_flat$", "MIT", "microsoft/fluentui-emoji (via shuding/fluentui-emoji-unicode)"),
    "noto": ("noto", "svg/emoji_u*.svg", r"emoji_u(.+)$", "Apache-2.0", "googlefonts/noto-emoji svg/"),
    "twemoji": ("twemoji", "assets/svg/*.svg", r"(.+)$", "CC-BY-4.0", "Twitter Twemoji (via cptpiepmatz/twemoji-assets)"),
    "blob": ("blob", "svg/emoji_u*.svg", r"emoji_u(.+)$", "Apache-2.0", "C1710/blobmoji svg/"),
    "emojitwo": ("emojitwo", "svg/*.svg", r"([0-9a-f-]+)$", "CC-BY-4.0", "EmojiTwo/emojitwo svg/"),
}
SKIN_TONES = {"1f3fb", "1f3fc", "1f3fd", "1f3fe", "1f3ff"}
# Country flags, keycaps and letters in squares are signs rather than things to draw.
LEFT_OUT_SUBGROUPS = {"country-flag", "subdivision-flag", "keycap", "alphanum", "skin-tone", "hair-style"}


def code_points(text):
    """'1f468_200d_1f680' or '2764-fe0f' -> canonical '1f468-200d-1f680': lower case, no variation selector."""
    parts = [p.lstrip("0") or "0" for p in re.split("[-_ ]", text.lower()) if p]
    return "-".join(p.zfill(4) for p in parts if p != "fe0f")


def read_concepts(emojibase):
    """Concept rows by code points, with names and tags in all languages."""
    tables = {}
    for language in LANGUAGES:
        folder = emojibase / "packages" / "data" / language
        path = next(p for p in (folder / "data.raw.json", folder / "data.json") if p.exists())
        tables[language] = {code_points(row["hexcode"]): row for row in json.loads(path.read_text(encoding="utf-8"))}
    meta = json.loads((emojibase / "packages" / "data" / "meta" / "groups.json").read_text(encoding="utf-8"))
    concepts = {}
    for code, row in tables["en"].items():
        group, subgroup = meta["groups"].get(str(row.get("group"))), meta["subgroups"].get(str(row.get("subgroup")))
        if group is None or subgroup in LEFT_OUT_SUBGROUPS or SKIN_TONES & set(code.split("-")):
            continue
        rows = {language: table.get(code, {}) for language, table in tables.items()}
        concepts[code] = {"id": code, "kind": "emoji", "group": group, "subgroup": subgroup, "char": row.get("emoji", ""),
                          "names": {k: r["label"] for k, r in rows.items() if "label" in r}, "tags": {k: r.get("tags", []) for k, r in rows.items()}}
    return concepts


def render(path):
    """A PNG or SVG file as lossless WebP bytes, EDGE x EDGE; None where it cannot be read."""
    import resvg_py
    try:
        data = path.read_bytes() if path.suffix == ".png" else bytes(resvg_py.svg_to_bytes(svg_path=str(path), width=EDGE, height=EDGE))
        image = Image.open(io.BytesIO(data)).convert("RGBA")
    except Exception as problem:  # a broken drawing costs one picture, not the pack
        print(f"left out {path.name}: {problem}", file=sys.stderr)
        return None
    if image.size != (EDGE, EDGE):
        image.thumbnail((EDGE, EDGE), Image.LANCZOS)
        square = Image.new("RGBA", (EDGE, EDGE))
        square.paste(image, ((EDGE - image.width) // 2, (EDGE - image.height) // 2))
        image = square
    out = io.BytesIO()
    image.save(out, "WEBP", lossless=True, method=4)
    return out.getvalue()


def main(checkouts, out):
    checkouts, out = Path(checkouts), Path(out)
    out.mkdir(parents=True, exist_ok=True)
    concepts, found = read_concepts(checkouts / "emojibase"), []
    for style, (folder, pattern, name, licence, source) in SOURCES.items():
        for path in sorted((checkouts / folder).glob(pattern)):
            match = re.match(name, path.stem)
            code = code_points(match.group(1)) if match else None
            if code in concepts:
                found.append((path, code, style, licence, source))
    used, rows, offset = set(), [], 0
    with open(out / "core.bin", "wb") as body, ProcessPoolExecutor() as pool:
        for (path, code, style, licence, source), picture in zip(found, pool.map(render, [f[0] for f in found], chunksize=32)):
            if picture is None:
                continue
            rows.append({"file": f"{style}/{code}.webp", "pack": "core", "off": offset, "len": len(picture), "w": EDGE, "h": EDGE,
                         "concept": code, "style": style, "license": licence, "source": source})
            body.write(picture)
            offset += len(picture)
            used.add(code)
    for name, table in (("images", rows), ("concepts", [c for k, c in concepts.items() if k in used])):
        with gzip.open(out / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in table)
    print(f"{len(rows)} pictures of {len(used)} concepts, {offset / 1e6:.1f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:3])
