#!/usr/bin/env python3
"""What each part of a recipe is worth: trains a small encoder with the recipe and with one part changed at a time, for
every seed, and prints a table of accuracies at the 64 numbers of the embedding. docs/RECIPES.md has one.

    bench/ablation.py [--dim target/release/dim] [--encoder edge28-s] [--epochs 10] [--seeds 0 1] [--out ablation]
                      [--with learning_rate=2e-3 ...]

Runs that are in the output folder already are not trained again. Nothing beside Python's own library is needed."""
import argparse
import json
import pathlib
import statistics
import subprocess

# What stands after the recipe in the settings, by what it is called in the table.
PARTS = {
    "the recipe": {},
    "without `whitening`": {"whitening": False},
    "without `weight_average`": {"weight_average": 0.0},
    "a constant step size, without warm-up": {"schedule": "constant", "warm_up": 0.0},
    "without `weight_decay`": {"weight_decay": 0.0},
    "scores not divided": {"scaled_scores": False},
    "`jsd` for `infonce`": {"estimator": "jsd"},
    "`crop-flip` for `shift-tone`": {"augmentation": "crop-flip"},
    "`resized-crop` for `shift-tone`": {"augmentation": "resized-crop"},
    "one view, unchanged": {"views": "one", "augmentation": "none"},
    "with `blur = 0.5`": {"blur": 0.5},
    "with `augmentation_growth` over half of it": {"augmentation_growth": 5.0},
    "with `view_information = 1`, `projector = 128`": {"view_information": 1.0, "projector": 128},
    "with `prior_matching = \"moments\"`, `gamma = 1`": {"prior": "gaussian", "prior_matching": "moments", "gamma": 1.0},
    "with `prior_matching = \"sketch\"`, `gamma = 1`": {"prior": "gaussian", "prior_matching": "sketch", "gamma": 1.0},
    "with `views = \"crops\"`": {"views": "crops", "small_crops": 2, "augmentation": "resized-crop"},
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dim", default="target/release/dim")
    parser.add_argument("--encoder", default="edge28-s", help="a preset")
    parser.add_argument("--recipe", default="grey")
    parser.add_argument("--data", default="embedded")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--with", dest="base", nargs="+", default=[], metavar="KEY=NUMBER", help="over the recipe, in all runs")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("ablation"))
    given = parser.parse_args()
    given.base = {key: json.loads(number) for key, number in (setting.split("=") for setting in given.base)}
    given.out.mkdir(parents=True, exist_ok=True)
    print(f"| changed | linear, {len(given.seeds)} seeds | k-NN |\n|---|---|---|", flush=True)
    for part, changes in PARTS.items():
        judged = [judge(given, changes, seed) for seed in given.seeds]
        cells = (" ".join(f"{run[judge] * 100:.1f}" for run in judged) for judge in ("linear", "knn"))
        means = (statistics.mean(run[judge] * 100 for run in judged) for judge in ("linear", "knn"))
        print(f"| {part} | " + " | ".join(f"**{mean:.1f}** ({cell})" for mean, cell in zip(means, cells)) + " |", flush=True)


def judge(given, changes, seed):
    """Accuracies of the int8 embedding of one run."""
    settings = {"recipe": given.recipe, "preset": given.encoder, "data": given.data, "epochs": given.epochs, "seed": seed}
    settings |= {"knn_every": 0} | given.base | changes
    name = "-".join([str(seed), *(f"{key}-{value}" for key, value in (given.base | changes).items())])
    folder = given.out / name
    result = given.out / f"{name}.json"
    if not result.exists():
        toml = "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
        config = given.out / f"{name}.toml"
        config.write_text(toml)
        dim = lambda *arguments: subprocess.run([given.dim, *map(str, arguments)], check=True, capture_output=True, text=True)
        dim("train", "--config", config, "--out", folder, "--overwrite")
        result.write_text(dim("quantize", folder, "--out", folder / "encoder.dim", "--budget", "1", "--json").stdout)
    return json.loads(result.read_text())["int8_taps"]["embedding"]


if __name__ == "__main__":
    main()
