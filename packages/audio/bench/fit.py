"""Fits the weights of src/vad/recognizer.ts and writes src/vad/weights.ts. Needs Python 3 and NumPy, nothing else:

    node packages/audio/bench/run.mjs traits /tmp/traits
    OPENBLAS_NUM_THREADS=1 python3 packages/audio/bench/fit.py /tmp/traits

Sequences of clips one after another are read frame by frame; the loss is the cross-entropy of "speech is going on",
weighted so that the first 160 ms of speech and loud sound that is none count most.

The weights that are committed were fitted to nothing but the clips of `tuning`: music, sounds of a line and voices that
are made here in code, music that is composed here and played by fluidsynth on the sound font FluidR3 GM (MIT licence),
and sentences that flite speaks. No recording of a piece of music or of a person's call was fitted to. Debian has what is
needed besides npm packages: python3-numpy, fluidsynth, fluid-soundfont-gm.
"""

import base64
import json
import pathlib
import sys

import numpy as np

CELLS, STEPS, FRAMES, SEQUENCES = 32, 5500, 640, 48
NOISE, COLOUR, DECAY = 0.35, 0.25, 2e-2  # against learning recordings by heart, in deviations of a trait
BANDS = 10  # which traits are the bands of the spectrum: the first
FRAME_MS, LEVEL = 20, 11  # which trait is the level in dBFS
rng = np.random.default_rng(6)


def load(path):
    about = json.load(open(path + ".json"))
    traits = np.fromfile(path + ".f32", dtype="f4").reshape(-1, about["traits"])
    audible = traits[traits[:, LEVEL] > -45]
    mean, deviation = audible.mean(0), audible.std(0) + 1e-6
    mean[LEVEL], deviation[LEVEL] = -25, 12
    normal = ((traits - mean) / deviation).clip(-4, 4).astype("f4")
    clips, at = [], 0
    for clip in about["clips"]:
        part = slice(at, at + clip["frames"])
        clips.append(labelled(clip, normal[part], traits[part, LEVEL]))
        at += clip["frames"]
    return clips, mean, deviation


def labelled(clip, normal, level):
    """Traits, whether there is speech, and how much each frame counts."""
    loud = level >= np.maximum(noise_floor(level) + 3, -40)
    speech = clip["group"] == "speech"
    wanted = np.zeros(len(level), "f4")
    weight = np.where(loud, 1.5, 0.25).astype("f4")
    if speech:
        begin = int(clip["beginsMs"] / FRAME_MS)
        wanted[begin:] = 1
        weight[begin - 1 :] = loud[begin - 1 :]
        weight[begin - 1 : begin + 1] = 0
        weight[begin + 1] *= 0.3
        weight[begin + 2] *= 0.6
        weight[begin + 3 : begin + 10] *= 3
        weight[begin + 10 : begin + 25] *= 1.5
        weight[begin + 60 :] *= 0.3
    return normal, wanted, weight, speech, clip["kind"] if speech else clip["group"]


def noise_floor(level):
    """As src/speech/noise-floor.ts."""
    cells, floor, smooth = np.full(15, np.inf), np.empty(len(level)), 0.0
    for n, power in enumerate(10 ** (level / 10), 1):
        smooth += (power - smooth) / min(n, 5)
        cell = n // 10 % 15
        cells[cell] = min(np.inf if n % 10 == 0 else cells[cell], smooth)
        least = 10 * np.log10(cells.min() + 1e-14)
        floor[n - 1] = min(least, -35) if n < 50 else least
    return floor


def shares(clips):
    """Rare kinds come more often than their number."""
    kinds = [clip[4] for clip in clips]
    share = np.array([kinds.count(kind) ** -0.5 for kind in kinds])
    return share / share.sum()


def batch(pools):
    x = np.zeros((FRAMES, SEQUENCES, pools[0][0][0][0].shape[1]), "f4")
    wanted, weight = np.zeros((2, FRAMES, SEQUENCES), "f4")
    for s in range(SEQUENCES):
        at, gain = 0, rng.uniform(-5, 5) / 12
        while at < FRAMES:
            clips, share = pools[0 if rng.random() < 0.45 else 1]
            traits, y, w, speech, _ = clips[rng.choice(len(clips), p=share)]
            length = len(traits) if speech else min(len(traits), rng.integers(100, 500))
            start = 0 if speech or rng.random() < 0.7 else int(rng.integers(0, len(traits) - length + 1))
            length = min(length, FRAMES - at)
            x[at : at + length, s] = traits[start : start + length]
            x[at : at + length, s, LEVEL] += gain
            tilt = rng.normal(0, COLOUR) * np.linspace(-1, 1, BANDS)
            x[at : at + length, s, :BANDS] += rng.normal(0, COLOUR, BANDS) + tilt
            wanted[at : at + length, s] = y[start : start + length]
            weight[at : at + length, s] = w[start : start + length]
            at += length
    return x + rng.normal(0, NOISE, x.shape).astype("f4"), wanted, weight


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gradients(p, x, wanted, weight):
    """Through time, from the last frame to the first."""
    frames, sequences, traits = x.shape
    gates = (x.reshape(-1, traits) @ p["input"] + p["bias"]).reshape(frames, sequences, 3 * CELLS)
    states = np.zeros((frames + 1, sequences, CELLS), "f4")
    keeps, resets, news = np.zeros((3, frames, sequences, CELLS), "f4")
    of_gates, of_new = p["state"][:, : 2 * CELLS], p["state"][:, 2 * CELLS :]
    for t in range(frames):
        h = states[t]
        both = sigmoid(gates[t, :, : 2 * CELLS] + h @ of_gates)
        keeps[t], resets[t] = both[:, :CELLS], both[:, CELLS:]
        news[t] = np.tanh(gates[t, :, 2 * CELLS :] + (resets[t] * h) @ of_new)
        states[t + 1] = keeps[t] * h + (1 - keeps[t]) * news[t]
    odds = (states[1:].reshape(-1, CELLS) @ p["output"] + p["offset"]).reshape(frames, sequences)
    error = (sigmoid(odds) - wanted) * weight / weight.sum()
    back, d_h = np.zeros_like(gates), np.zeros((sequences, CELLS), "f4")
    for t in range(frames - 1, -1, -1):
        h, keep, reset, new = states[t], keeps[t], resets[t], news[t]
        d_h = d_h + error[t][:, None] * p["output"].T
        d_new = d_h * (1 - keep) * (1 - new * new)
        d_reset = d_new @ of_new.T
        back[t] = np.concatenate(
            [d_h * (h - new) * keep * (1 - keep), d_reset * h * reset * (1 - reset), d_new], axis=1
        )
        d_h = d_h * keep + d_reset * reset + back[t, :, : 2 * CELLS] @ of_gates.T
    flat, before = back.reshape(-1, 3 * CELLS), states[:-1].reshape(-1, CELLS)
    through_reset = (resets * states[:-1]).reshape(-1, CELLS)
    return {
        "input": x.reshape(-1, traits).T @ flat,
        "state": np.hstack([before.T @ flat[:, : 2 * CELLS], through_reset.T @ flat[:, 2 * CELLS :]]),
        "bias": flat.sum(0),
        "output": states[1:].reshape(-1, CELLS).T @ error.reshape(-1, 1),
        "offset": np.array([error.sum()], "f4"),
    }


def fit(clips):
    pools = [[c for c in clips if c[3]], [c for c in clips if not c[3]]]
    pools = [(pool, shares(pool)) for pool in pools]
    traits = clips[0][0].shape[1]
    p = {
        "input": rng.normal(0, traits**-0.5, (traits, 3 * CELLS)),
        "state": rng.normal(0, CELLS**-0.5, (CELLS, 3 * CELLS)),
        "bias": np.r_[np.ones(CELLS), np.zeros(2 * CELLS)],
        "output": rng.normal(0, 0.3, (CELLS, 1)),
        "offset": np.full(1, -1.0),
    }
    p = {name: value.astype("f4") for name, value in p.items()}
    mean, square = ({name: 0 * value for name, value in p.items()} for _ in range(2))
    for step in range(1, STEPS + 1):
        found = gradients(p, *batch(pools))
        scale = min(1, 0.5 / np.sqrt(sum((g * g).sum() for g in found.values())))
        rate = 3e-3 * (1 + np.cos(np.pi * step / STEPS)) + 1e-4
        for name, g in found.items():
            mean[name] = 0.9 * mean[name] + 0.1 * scale * g
            square[name] = 0.99 * square[name] + 0.01 * (scale * g) ** 2
            move = mean[name] / (1 - 0.9**step) / (np.sqrt(square[name] / (1 - 0.99**step)) + 1e-8)
            decay = 1 if name in ("bias", "offset") else 1 - DECAY * rate
            p[name] = ((p[name] - rate * move) * decay).astype("f4")
        if step % 100 == 0:
            print(f"step {step} of {STEPS}", flush=True)
    return p


def write(path, p, mean, deviation):
    def in_bytes(weights):
        scale = float(np.abs(weights).max() / 127)
        return np.round(weights / scale).astype(np.int8).tobytes(), scale

    def numbers(values):
        return ", ".join(f"{value:.6g}" for value in values)

    parts = [in_bytes(w) for w in (p["input"].T, p["state"].T, p["bias"], p["output"][:, 0])]
    text = base64.b64encode(b"".join(part[0] for part in parts)).decode()
    names = ("fromInput", "fromState", "bias", "output")
    scales = ", ".join(f"{name}: {part[1]:.6g}" for name, part in zip(names, parts))
    lines = " +\n".join(f"    '{text[i : i + 100]}'" for i in range(0, len(text), 100))
    path.write_text(
        f"""// Written by bench/fit.py; not to be edited.

/** What the recognizer has learned. */
export const WEIGHTS = {{
  /** Cells of memory. */
  cells: {CELLS},
  /** Each trait's mean … */
  means: [{numbers(mean)}],
  /** … and deviation. */
  deviations: [{numbers(deviation)}],
  /** What one step of a weight is worth. */
  scales: {{ {scales} }},
  /** Log odds of speech when nothing is remembered. */
  offset: {p["offset"][0]:.6g},
  /** Weights as signed bytes in base64: for each unit a row from the traits, then one from the cells, biases, output. */
  bytes:
{lines},
}} as const;
"""
    )


clips, mean, deviation = load(sys.argv[1])
weights = pathlib.Path(__file__).parent.parent / "src/vad/weights.ts"
write(weights, fit(clips), mean, deviation)
print(f"{weights.name} is written; run `npx biome check --write` on it.")
