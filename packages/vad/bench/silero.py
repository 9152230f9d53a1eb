"""Writes src/silero/weights.ts: the 8 kHz network of Silero VAD v6.2, its weights in signed bytes.

    /usr/bin/python3 packages/vad/bench/silero.py silero_vad.onnx

The file is src/silero_vad/data/silero_vad.onnx of the repository snakers4/silero-vad, MIT licence (THIRD_PARTY_NOTICES); the npm package
@ricky0123/vad-web has the same bytes as silero_vad_v6.onnx. Debian has what is needed: python3-onnx, python3-numpy.
"""

import base64
import hashlib
import pathlib
import sys

import numpy as np
import onnx
from onnx import numpy_helper

SHA256 = "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3"


def weights_at_8_khz(model):
    """The branch for another rate than 16 kHz, by the last part of each name."""
    choice = next(node for node in model.graph.node if node.op_type == "If")
    branch = next(a.g for a in choice.attribute if a.name == "else_branch")
    constants = (node for node in branch.node if node.op_type == "Constant")
    return {node.output[0].split("__")[-1]: numpy_helper.to_array(node.attribute[0].t) for node in constants}


def layers(found):
    """Matrices of one row for each output, and biases. A row reads frame after frame, in each the channels."""

    def convolution(n, taps):
        kernel = found[f"encoder.{n}.reparam_conv.weight"].transpose(0, 2, 1)[:, taps]
        return kernel.reshape(len(kernel), -1), found[f"encoder.{n}.reparam_conv.bias"]

    # Of the last two convolutions some taps only ever see the padding: a chunk is one frame by then.
    yield from (convolution(n, taps) for n, taps in enumerate(([0, 1, 2], [0, 1, 2], [1, 2], [1])))
    recurrent = np.concatenate([found["decoder.rnn.weight_ih"], found["decoder.rnn.weight_hh"]], 1)
    yield recurrent, found["decoder.rnn.bias_ih"] + found["decoder.rnn.bias_hh"]
    yield found["decoder.decoder.2.weight"].reshape(1, -1), found["decoder.decoder.2.bias"]


def in_bytes(matrix, bias):
    scales = (np.abs(matrix).max(1) / 127).astype("<f4")
    steps = np.round(matrix / scales[:, None]).astype(np.int8)
    return scales.tobytes() + bias.astype("<f4").tobytes() + steps.tobytes()


content = pathlib.Path(sys.argv[1]).read_bytes()
if hashlib.sha256(content).hexdigest() != SHA256:
    sys.exit(f"{sys.argv[1]} is not silero_vad.onnx of v6.2: its SHA-256 is not {SHA256}.")
parts = list(layers(weights_at_8_khz(onnx.load_model_from_string(content))))
text = base64.b64encode(b"".join(in_bytes(*part) for part in parts)).decode()
shapes = "\n".join(f"  {{ rows: {len(m)}, columns: {m.shape[1]} }}," for m, _ in parts)
target = pathlib.Path(__file__).parent.parent / "src/silero/weights.ts"
target.write_text(
    f"""// Written by bench/silero.py; not to be edited. Silero VAD: Copyright (c) 2020-present Silero Team, MIT licence.

/** The layers of Silero VAD v6.2 for 8 kHz: four convolutions, the gates of the memory, the verdict. */
export const LAYERS = [
{shapes}
] as const;

/**
 * What they have learned, in base64. For each layer: what a step of each row's weights is worth and each row's bias as
 * floats, then the weights as signed bytes.
 */
export const BYTES: string =
  '{text}';
"""
)
print(f"{target.name} is written; run `npx biome check --write` on it.")
