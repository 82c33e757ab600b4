"""Writes the tiny CLIP models beside this file; needs no package (ONNX files are protocol buffers, written out by hand).

    python3 make.py

A picture's vector is the mean of its three planes, a text's the sum of its tokens' rows in a table: red, green and blue have one axis each,
all other tokens nothing. So scores follow from the normalised colour: a red picture and "red" have the cosine r / |(r, g, b)|.
"""
import json
import pathlib
import struct

FLOAT, INT64 = 1, 7
HERE = pathlib.Path(__file__).parent
SIDE = 8


def varint(value):
    out = b""
    while True:
        out += bytes([value & 127 | (128 if value > 127 else 0)])
        value >>= 7
        if not value:
            return out


def number(field, value):
    return varint(field << 3) + varint(value)


def data(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def tensor(name, dims, kind, values):
    raw = struct.pack(f"<{len(values)}{'f' if kind == FLOAT else 'q'}", *values)
    return b"".join(number(1, d) for d in dims) + number(2, kind) + data(8, name) + data(9, raw)


def node(op, inputs, outputs, **attributes):
    out = b"".join(data(1, i) for i in inputs) + b"".join(data(2, o) for o in outputs) + data(4, op)
    for name, value in attributes.items():
        several = isinstance(value, list)
        payload = b"".join(number(8, v) for v in value) if several else number(3, value)
        out += data(5, data(1, name) + payload + number(20, 7 if several else 2))
    return out


def port(name, kind, dims):
    shape = b"".join(data(1, data(2, d) if isinstance(d, str) else number(1, d)) for d in dims)
    return data(1, name) + data(2, data(1, number(1, kind) + data(2, shape)))


def model(path, nodes, constants, inputs, outputs):
    graph = b"".join(data(1, n) for n in nodes) + data(2, path) + b"".join(data(5, c) for c in constants)
    graph += b"".join(data(11, i) for i in inputs) + b"".join(data(12, o) for o in outputs)
    (HERE / path).write_bytes(number(1, 8) + data(2, "make.py") + data(7, graph) + data(8, data(1, "") + number(2, 13)))


def tokenizer():
    letters = sorted(set("redgreenblueacar"))
    vocabulary = letters + [letter + "</w>" for letter in letters]
    merges = [("r", "e"), ("re", "d</w>"), ("g", "re"), ("gre", "e"), ("gree", "n</w>"), ("b", "l"), ("bl", "u"), ("blu", "e</w>"), ("c", "a"), ("ca", "r</w>")]
    vocabulary += [one + other for one, other in merges]
    specials = ["<|startoftext|>", "<|endoftext|>"]
    ids = {token: index for index, token in enumerate(vocabulary + specials)}
    added = [{"id": ids[token], "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True} for token in specials]
    bpe = {"type": "BPE", "dropout": None, "unk_token": "<|endoftext|>", "continuing_subword_prefix": "", "end_of_word_suffix": "</w>", "fuse_unk": False,
           "vocab": ids, "merges": [" ".join(pair) for pair in merges]}
    (HERE / "tokenizer.json").write_text(json.dumps({"version": "1.0", "added_tokens": added, "normalizer": {"type": "Lowercase"}, "model": bpe}, indent=1))
    return ids


def main():
    ids = tokenizer()
    table = [0.0] * (3 * len(ids))
    for axis, colour in enumerate(["red", "green", "blue"]):
        table[3 * ids[colour + "</w>"] + axis] = 1.0
    picture = [node("ReduceMean", ["pixel_values"], ["image_embeds"], axes=[2, 3], keepdims=0)]
    text = [node("Gather", ["table", "input_ids"], ["rows"], axis=0), node("Cast", ["attention_mask"], ["mask"], to=FLOAT), node("Unsqueeze", ["mask", "last"], ["column"]),
            node("Mul", ["rows", "column"], ["kept"]), node("ReduceSum", ["kept", "middle"], ["text_embeds"], keepdims=0)]
    constants = [tensor("table", [len(ids), 3], FLOAT, table), tensor("last", [1], INT64, [2]), tensor("middle", [1], INT64, [1])]
    pixels = port("pixel_values", FLOAT, ["batch", 3, SIDE, SIDE])
    words = [port("input_ids", INT64, ["batch", "sequence"]), port("attention_mask", INT64, ["batch", "sequence"])]
    image_out, text_out = port("image_embeds", FLOAT, ["batch", 3]), port("text_embeds", FLOAT, ["batch", 3])
    model("image.onnx", picture, [], [pixels], [image_out])
    model("text.onnx", text, constants, words, [text_out])
    model("both.onnx", picture + text, constants, words + [pixels], [text_out, image_out])


main()
