"""Writes what the rule for poses (pose.py, the product's pose.ts) knows of things, and a reference that both are held against.

  python record_pose.py traits --pack PACK > ../packages/engines/src/local/composing/pose-traits.json
  python record_pose.py reference > ../packages/engines/src/local/composing/pose.reference.json

What may be done to a thing comes from its group in the emoji list (Unicode CLDR), by hand, and from hand-checked exceptions.
"""
import argparse
import collections
import functools
import gzip
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np

import pose
import runtime

# Groups by what may be done to their things; the first beginning that fits counts. Left out: symbols, flags, hands, clocks, places, weather.
GROUPS = {
    "mirror tilt stretch": ["animal-", "plant-flower", "food-", "drink", "dishware", "clothing", "cat-face", "monkey-face", "face-costume", "sport",
                            "arts-crafts", "tool", "science", "medical", "household", "lock", "writing"],
    "mirror tilt": ["face-"],
    "mirror stretch": ["plant-other", "person-fantasy", "person-role", "person-gesture", "person-activity", "person-sport", "person-resting", "person",
                       "family", "transport-ground", "transport-water", "place-building", "place-religious", "hotel"],
    "tilt stretch": ["musical-instrument", "office", "book-paper", "mail", "body-parts", "money"],
    "tilt": ["heart", "award-medal", "computer", "phone", "light-video"],
}
NEVER = ["person-symbol", "transport-sign", "hand-"]

# Single things that differ from their group. Upright: buildings, furniture, trees. No mirror: writing on them, a side that matters.
EXCEPTIONS = {
    "mirror tilt stretch": """rocket|helicopter|airplane|small airplane|flying saucer|parachute|satellite|teddy bear|kite|yo-yo|piñata|nesting dolls|joystick|
        magic wand|puzzle piece|water pistol|chess pawn|wrapped gift|jack-o-lantern|balloon|party popper|confetti ball|firecracker|sparkler|ribbon|
        wind chime|carousel horse|microphone|studio microphone|headphone|light bulb|candle|diya lamp|flashlight|bell|megaphone|postal horn|anchor|
        treasure chest|umbrella|closed umbrella|umbrella with rain drops|fire|droplet|snowman|snowman without snow|brick|rock|wood|skateboard|
        roller skate|kick scooter|maracas|drum|long drum|seedling|herb|four leaf clover|maple leaf|fallen leaf|leaf fluttering in wind|mushroom|shamrock|
        sheaf of rice|potted plant|trophy|bellhop bell|coffin|funeral urn|cigarette|nail polish|kiss mark|tooth|bone|crystal ball|skull|package""",
    "mirror tilt": """basketball|volleyball|soccer ball|baseball|softball|tennis|bowling|flying disc|mirror ball|skull and crossbones|comet|ringed planet|
        pill|petri dish|kiwi fruit|melon|blueberries|tangerine|doughnut|cookie|coconut|rosette|wheel""",
    "mirror stretch": """door|toilet|shower|bathtub|couch and lamp|bed|shopping cart|elevator|chair|window|fire extinguisher|ladder|balance scale|tent|circus tent|
        fountain|playground slide|desert island|mountain|snow-capped mountain|mount fuji|volcano|camping|carp streamer|Christmas tree|pine decoration|
        goal net|running shirt|moai|headstone|suspension railway|mountain cableway|aerial tramway|seat|cloud|sun behind cloud|sun behind small cloud|
        sun behind large cloud|sun behind rain cloud|cloud with rain|cloud with snow|cloud with lightning|cloud with lightning and rain|tornado|
        baby angel|beach with umbrella|horse racing|skier|snowboarder|pot of food|houses""",
    "tilt stretch": """video game|game die|framed picture|hourglass done|hourglass not done|money bag|money with wings|x-ray|dna|gear|adhesive bandage|
        diving mask|flag in hole|martial arts uniform|military helmet|rescue worker’s helmet|red paper lantern|performing arts""",
    "tilt": """radio|pool 8 ball|dvd|optical disk|ring buoy|watch|credit card|yen banknote|dollar banknote|euro banknote|pound banknote|newspaper|rolled-up newspaper|
        money-mouth face|face with symbols on mouth|sleeping face|sleepy face|saluting face|thermometer|calendar|tear-off calendar|spiral calendar""",
    "stretch": """ambulance|fire engine|police car|oncoming police car|taxi|oncoming taxi|hospital|hotel|love hotel|bank|post office|Japanese post office|
        convenience store|department store|school|Statue of Liberty|kaaba|magnifying glass tilted left|magnifying glass tilted right|police officer|
        man police officer|woman police officer|mirror|television|desktop computer|laptop|file cabinet|card file box|postbox|
        closed mailbox with lowered flag|closed mailbox with raised flag|open mailbox with raised flag|open mailbox with lowered flag""",
    "": """coin|link|paw prints|spider web|microbe|film frames|chart increasing|chart decreasing|bar chart|chart increasing with yen|e-mail|inbox tray|outbox tray|
        antenna bars|stop sign|bus stop|construction|horizontal traffic light|vertical traffic light|motorway|railway track|station|fuel pump|
        eyes|eye|label|mobile phone with arrow|incoming envelope|envelope with arrow|bell with slash|writing hand|selfie|page with curl|exploding head|
        head shaking horizontally|head shaking vertically|dotted line face|speaking head|receipt|ballot box with ballot|straight ruler|triangular ruler|
        fish cake with swirl|heart decoration|heart exclamation|revolving hearts|knot|safety pin|low battery|battery|trackball|abacus|keyboard|prayer beads""",
}

WORDS = {"ball": "mirror tilt", "balle": "mirror tilt", "ballon": "mirror tilt"}    # round, as the things are that they mean


def traits_of(concept):
    """What may be done to a concept of the pack: a subset of pose.TRAITS as text, such as "mirror stretch"."""
    name, group = concept["names"]["en"], concept["subgroup"]
    for traits, names in EXCEPTIONS.items():
        if name in [n.strip() for n in names.split("|")]:
            return traits
    if "facing right" in name:
        return "stretch"
    if group.startswith(tuple(NEVER)):
        return ""
    return next((traits for traits, starts in GROUPS.items() if group.startswith(tuple(starts))), "")


def words_by_vote(concepts, vocabulary):
    """{word: traits} of words that are no name alone: what at least six of ten drawings that go by the word allow; names count three times, tags once."""
    words_of = functools.partial(runtime.Shipped.words_of, SimpleNamespace(vocabulary=vocabulary))
    split = lambda text: [vocabulary["words"].get(word) for word in words_of(text)]
    votes, names = collections.defaultdict(lambda: collections.defaultdict(int)), set()
    for concept in concepts:
        traits = traits_of(concept)
        for language in ("en", "fr"):
            ids = split(concept["names"][language])
            names.add(tuple(ids))
            for i in ids:
                votes[i][traits] += 3
            # Tags of faces and people are mostly feelings, deeds and slang.
            tags = concept["tags"].get(language, []) if concept["group"] not in ("smileys-emotion", "people-body") else []
            for i in {i for tag in tags for i in split(tag)}:
                votes[i][traits] += 1
    word_of, found = {}, {}
    for word, i in sorted(vocabulary["words"].items(), key=lambda pair: (len(pair[0]), pair[0])):
        word_of.setdefault(i, word)
    attributes = {w for table in ("colours", "styles") for key, words in vocabulary[table].items() for w in [key, *words]}
    for i, word in word_of.items():
        total = sum(votes[i].values())
        allowed = " ".join(t for t in pose.TRAITS if total and sum(n for traits, n in votes[i].items() if t in traits.split()) >= 0.6 * total)
        if allowed and (i,) not in names and word not in attributes and not word.isdigit():
            found[word] = allowed
    return found | WORDS


def write_traits(pack, vocabulary):
    """The product's table: names of things and single words, by what may be done to them. Whatever is missing stays as it is drawn."""
    with gzip.open(Path(pack) / "concepts.jsonl.gz", "rt", encoding="utf-8") as lines:
        concepts = [c for c in map(json.loads, lines) if c["kind"] == "emoji"]
    known = {c["en"] for c in vocabulary["concepts"]}
    listed = {n.strip() for names in EXCEPTIONS.values() for n in names.split("|")}
    if unknown := listed - known:
        sys.exit(f"No such things: {sorted(unknown)}")
    table = {"names": collections.defaultdict(list), "words": collections.defaultdict(list)}
    for concept in concepts:
        if concept["names"]["en"] in known and traits_of(concept):
            table["names"][traits_of(concept)].append(concept["names"]["en"])
    for word, traits in words_by_vote(concepts, vocabulary).items():
        table["words"][traits].append(word)
    print(json.dumps({part: {traits: "|".join(sorted(entries)) for traits, entries in sorted(lists.items())} for part, lists in table.items()}, ensure_ascii=False, indent=2))


SIDE = 160
POSES = [(True, 0, 0), (False, 7, 0), (True, -9, 6), (False, 0, -5), (True, 4, -3)]
SAMPLES = [[80, 80], [40, 60], [100, 40], [60, 120], [131, 90], [77, 11], [80, 152], [20, 30], [150, 100], [110, 130]]
TEXTS = ["a fox, 3d", "un chat", "house", "hôtel", "guitar", "red heart", "thumbs up", "dinosaur", "a fox looking left", "alarm clock", "ball", "Einstein", "black cat"]


def drawn():
    """[4,SIDE,SIDE] straight 0..255: two overlapping discs, off the middle and up to the frame, with soft rims. The product's test draws the same."""
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    first, second = (x - 70) ** 2 + (y - 90) ** 2, (x - 115) ** 2 + (y - 45) ** 2
    alpha = np.where((first < 4200) | (second < 1600), 255, np.where((first < 4900) | (second < 2000), 128, 0))
    return np.stack([60 + x * y % 97, np.where(second < 1600, 220, 40 + x % 120), 30 + y, alpha])


def write_reference(vocabulary):
    """What the rule chooses for seeds and texts, and what it makes of a picture, at some places."""
    traits = pose.Traits(vocabulary, functools.partial(runtime.Shipped.words_of, SimpleNamespace(vocabulary=vocabulary)))
    straight = drawn() / 255
    premultiplied = np.concatenate([straight[:3] * straight[3:], straight[3:]])
    pictures = []
    for chosen in POSES:
        made = pose.apply(premultiplied, chosen)
        made = np.concatenate([made[:3] / np.maximum(made[3:], 1e-3), made[3:]])
        pictures.append([[round(255 * float(value)) for value in made[:, y, x]] for x, y in SAMPLES])
    print(json.dumps({"poses": [[seed, *pose.pose_of(seed, pose.TRAITS)] for seed in [*range(12), 2 ** 32 - 1]], "samples": SAMPLES,
                      "pictures": [{"pose": chosen, "pixels": pixels} for chosen, pixels in zip(POSES, pictures)],
                      "traits": {text: " ".join(t for t in pose.TRAITS if t in traits.of(text)) for text in TEXTS}}, ensure_ascii=False))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["traits", "reference"])
    parser.add_argument("--pack", help="folder of the picture pack, for the traits")
    parser.add_argument("--vocabulary", default="../models/sticker-one/vocabulary.json")
    args = parser.parse_args()
    vocabulary = json.loads(Path(args.vocabulary).read_text(encoding="utf-8"))
    if args.what == "traits":
        write_traits(args.pack, vocabulary)
    else:
        write_reference(vocabulary)


if __name__ == "__main__":
    main()
