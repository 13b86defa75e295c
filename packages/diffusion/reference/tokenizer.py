"""Records what transformers' CLIPTokenizer makes of awkward text: python tokenizer.py

Writes ../test/tokenizers/clip.json, and beside it the real vocabulary of CLIP as OpenAI published it (MIT; here out of
the package open_clip_torch), from which vocab.json and merges.txt of every Stable Diffusion folder are made.
"""

import gzip
import json
import shutil
from pathlib import Path

import open_clip
import transformers

TESTS = Path(__file__).parent.parent / "test" / "tokenizers"
VOCABULARY = "bpe_simple_vocab_16e6.txt.gz"

TEXTS = {
    "nothing": "",
    "only spaces": "  \t\n ",
    "a plain prompt": "a photo of an astronaut riding a horse on mars",
    "capitals and spaces": "  A  Photo\tOF\n\na   CAT  ",
    "punctuation": "hello, world!!! (really?) [yes] {no} - -- --- ...",
    "contractions": "I'm sure it's what they've said, we'll don't; he'd, you're 'tis ''s o'clock rock'n'roll",
    "capital contractions": "IT'S WHAT THEY'VE, WE'LL DON'T",
    "curly apostrophes": "it’s what they’ve “said”",
    "digits": "12345 3.14 1,000,000 x2 4k 8K 50mm f/1.8 2049 ½ ² Ⅷ ١٢٣",
    "accents composed": "un café crème brûlée à la française, garçon naïf, Ångström, São Paulo, ÉLÉGANT",
    "accents decomposed": "un cafe\u0301 cre\u0300me, A\u030angstro\u0308m, e\u0301\u0302",
    "combining marks alone": "\u0301 a\u0338b x\u20dd \u0489",
    "zalgo": "z\u0351\u0343\u0312a\u0334\u030dl\u0318g\u0317o\u0313\u0323",
    "emoji": "a 😀 smiling 🐱 cat ❤️ and ❤ 🏳️‍🌈 👨‍👩‍👧‍👦 👍🏽 🇫🇷 ⛄",
    "emoji alone": "😂😂😂",
    "keycaps": "1️⃣ #️⃣",
    "chinese": "一只猫坐在桌子上，水彩画。",
    "japanese": "東京タワー、ネコがいます。ｶﾀｶﾅ",
    "korean": "고양이 한 마리",
    "korean decomposed": "\u1100\u1169\u110b\u1163\u11bc\u110b\u1175",
    "mixed scripts": "a cat 猫 кошка قطة γάτα חתול बिल्ली แมว",
    "greek final sigma": "ΟΔΥΣΣΕΥΣ ΣΑΣ",
    "turkish and german": "İSTANBUL ıstanbul STRASSE Straße ẞ",
    "ligatures and full width": "ﬁre ﬂow Ｆｕｌｌ ｗｉｄｔｈ Ǆ ǅ",
    "titlecase digraphs and roman numerals": "ⅣⅤ ⓐⒶ",
    "arabic with marks": "مَرْحَبًا بِالعَالَم",
    "devanagari": "नमस्ते दुनिया",
    "thai": "สวัสดีชาวโลก",
    "control characters": "a\u0000b\u0007c\u001bd\u007fe\u009ff",
    "information separators": "a\u001cb\u001dc\u001ed\u001fe",
    "zero width": "a\u200bb\u200cc\u200dd\ufeffe\u2060f\u00adg",
    "unicode spaces": "a\u00a0b\u2003c\u202fd\u3000e\u1680f\u2028g\u2029h\u0085i\u180ej",
    "direction marks": "\u202eabc\u202c \u200fdef",
    "html entities": "&lt;b&gt;bold&lt;/b&gt; &amp;amp; caf&eacute; &#39;x&#39;",
    "html": "<b>bold</b><br/>",
    "web": "https://example.com/a_b?c=d&e=f#g @user #hashtag user@example.com",
    "underscores and joins": "snake_case kebab-case camelCase x+y=z a/b\\c",
    "weights are text here": "(masterpiece:1.2), [blurry], ((detailed))",
    "begin in text": "a <|startoftext|> b",
    "end in text": "a <|endoftext|> b<|endoftext|>",
    "special tokens in capitals": "<|STARTOFTEXT|> <|EndOfText|>",
    "special tokens split": "<| endoftext |> <|endoftext| >",
    "end of word marker": "cat</w> </w>",
    "currency and symbols": "€100 $5 £3 ¥ © ® ™ ° ± × ÷ ∞ √ π Ω",
    "quotes": "\"double\" 'single' «guillemets» „low“ `tick` ´acute´",
    "dashes": "em—dash en–dash hyphen‐hyphen minus−minus",
    "mathematical letters": "𝓯𝓪𝓷𝓬𝔂 𝔣𝔯𝔞𝔨𝔱𝔲𝔯 𝟙𝟚𝟛",
    "old scripts": "𓀀𓁐 𐎀𐎁 𒀀",
    "private use": "\ue000 \U0010fffd",
    "noncharacters": "\ufffe \uffff \ufffd",
    "one long word": "pneumonoultramicroscopicsilicovolcanoconiosis" * 3,
    "one letter often": "a" * 200,
    "exclamation often": "!" * 150,
    "rare word": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
    "artist style": "trending on artstation, by greg rutkowski and alphonse mucha, 8k, octane render, --ar 16:9",
    "newlines": "first line\nsecond line\r\nthird line\r",
    "72 tokens": " ".join(["cat"] * 72),
    "75 tokens": " ".join(["cat"] * 75),
    "76 tokens": " ".join(["cat"] * 76),
    "77 tokens": " ".join(["cat"] * 77),
    "151 tokens": ", ".join(["a red fox"] * 38),
}


def words_of(path):
    """vocab and merges of a Stable Diffusion folder, from OpenAI's list of merges."""
    lines = gzip.open(path).read().decode("utf-8").split("\n")[1 : 49152 - 256 - 2 + 1]
    merges = [tuple(line.split()) for line in lines]
    letters = list(open_clip.tokenizer.bytes_to_unicode().values())
    tokens = letters + [letter + "</w>" for letter in letters] + ["".join(pair) for pair in merges]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    return {token: index for index, token in enumerate(tokens)}, merges


def main():
    source = Path(open_clip.__file__).parent / VOCABULARY
    shutil.copyfile(source, TESTS / VOCABULARY)
    vocab, merges = words_of(source)
    tokenizer = transformers.CLIPTokenizer(vocab=vocab, merges=merges)
    cases = [
        {
            "name": name,
            "text": text,
            "ids": tokenizer(text, add_special_tokens=False).input_ids,
            "window": tokenizer(text, padding="max_length", truncation=True, max_length=77).input_ids,
        }
        for name, text in TEXTS.items()
    ]
    head = {"made with": f"transformers {transformers.__version__}"}
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (TESTS / "clip.json").write_text(json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}\n")
    return tokenizer


if __name__ == "__main__":
    main()
