#!/usr/bin/env python3
"""What an expert would compute of a window of an accelerometer and a gyroscope, judged as embeddings are: a softmax and ten
nearest neighbours by cosine, learned from the training windows and asked for those of other subjects.

    bench/hand_made_features.py data/watch

Of each channel: mean, deviation, least and largest value, root of the mean square, share of crossings of the mean, mean step,
strongest frequency, and the spectrum in three bands: 66 numbers. Needs NumPy."""
import pathlib
import sys

import numpy as np


def features(windows):
    """`[windows, time, channels]` to `[windows, 11 * channels]`."""
    centred = windows - windows.mean(1, keepdims=True)
    spectrum = np.abs(np.fft.rfft(centred, axis=1))
    crossings = (np.diff(np.sign(centred), axis=1) != 0).mean(1)
    of_channel = [
        windows.mean(1), windows.std(1), windows.min(1), windows.max(1), np.sqrt((windows**2).mean(1)), crossings,
        np.abs(np.diff(windows, axis=1)).mean(1), spectrum[:, 1:].argmax(1).astype(float),
        spectrum[:, 1:5].sum(1), spectrum[:, 5:15].sum(1), spectrum[:, 15:].sum(1),
    ]
    return np.concatenate(of_channel, 1)


def neighbours(train, classes, test, count=10):
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)
    nearest = np.argsort(-(unit(test) @ unit(train).T), 1)[:, :count]
    return np.array([np.bincount(classes[row]).argmax() for row in nearest])


def softmax(train, classes, test, steps=3000, rate=0.5, decay=1e-3):
    """Gradient descent with momentum, long enough to end where it ends."""
    wanted = np.eye(classes.max() + 1)[classes]
    weights, speed = np.zeros((train.shape[1] + 1, wanted.shape[1])), 0
    rows = np.concatenate([train, np.ones((len(train), 1))], 1)
    for _ in range(steps):
        scores = rows @ weights
        likely = np.exp(scores - scores.max(1, keepdims=True))
        likely /= likely.sum(1, keepdims=True)
        speed = 0.9 * speed - rate * (rows.T @ (likely - wanted) / len(rows) + decay * weights)
        weights = weights + speed / 10
    return (np.concatenate([test, np.ones((len(test), 1))], 1) @ weights).argmax(1)


def main():
    folder = pathlib.Path(sys.argv[1])
    load = lambda name: np.load(folder / f"{name}.npy")
    classes, expected = load("train_labels").astype(int), load("test_labels").astype(int)
    train, test = (features(load(f"{half}_images")[:, :, 0, :].astype(float) - 128) for half in ("train", "test"))
    mean, deviation = train.mean(0), train.std(0) + 1e-9
    train, test = ((rows - mean) / deviation for rows in (train, test))
    for name, judge in (("linear", softmax), ("k-NN", neighbours)):
        share = (judge(train, classes, test) == expected).mean()
        print(f"{name} {share * 100:.1f} %, of {train.shape[1]} features")


if __name__ == "__main__":
    main()
