#!/usr/bin/env python3
"""Makes a trained encoder of this folder with its card: trains it, unless its run is there, judges float and integers,
signs the file, and counts its instructions in QEMU.

    encoders/make.py NAME --data FOLDER --licence TEXT --about TEXT --key KEY.pem [--run runs/NAME]
                     [--finetune EPOCHS [--weights int4]] [--observer OBSERVER] [--dim target/release/dim]

Where there is an encoders/NAME.settings.toml, the run is trained by it, and commands in its comments, which make what it needs, are
on the card too. It writes encoders/NAME.dim and encoders/NAME.toml. Nothing beside Python's own library is needed."""
import argparse
import json
import pathlib
import subprocess
import tomllib

FOLDER = pathlib.Path(__file__).resolve().parent
PROCESSORS = ["cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55", "riscv32"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="a preset")
    parser.add_argument("--data", required=True, help="folder of the data set")
    parser.add_argument("--licence", required=True, help="of the data")
    parser.add_argument("--about", required=True, help="what the encoder is for, in a line")
    parser.add_argument("--key", required=True, help="private key to sign with; `dim keygen` makes one")
    parser.add_argument("--run", help="run folder, trained here if it is not there")
    parser.add_argument("--finetune", type=int, metavar="EPOCHS", help="in the device's integers, after training")
    parser.add_argument("--weights", choices=["int8", "int4"], default="int8", help="of the fine-tuned encoder")
    parser.add_argument("--observer", help="of the ranges of activations, if not the one of `dim quantize`")
    parser.add_argument("--dim", default="target/release/dim")
    given = parser.parse_args()
    run = given.run or f"runs/{given.name}"
    file = FOLDER / f"{given.name}.dim"

    def dim(*arguments):
        print("dim", *arguments, flush=True)
        output = subprocess.run([given.dim, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True).stdout
        return json.loads(output) if "--json" in arguments else output

    recipes = {preset["name"]: preset["recipe"] for preset in dim("inspect", "--presets", "--json")["presets"]}
    settings = FOLDER / f"{given.name}.settings.toml"
    by_settings = settings.exists()
    by = ["--config", settings] if by_settings else ["--preset", given.name]
    if not (pathlib.Path(run) / "checkpoint.tar").exists():
        dim("train", *by, "--data", given.data, "--out", run, "--json")
    epochs = tomllib.loads((pathlib.Path(run) / "config.toml").read_text())["epochs"]
    commands = [line[1:].strip() for line in settings.read_text().splitlines() if line[1:].strip().startswith("dim ")] if by_settings else []
    by = f"--config encoders/{settings.name}" if by_settings else f"--preset {given.name}"
    commands.append(f"dim train {by} --epochs {epochs} --data {given.data} --out {run}")
    if given.finetune:
        trained, run = run, f"{run}-{given.weights}"
        finetune = ["finetune", trained, "--weights", given.weights, "--epochs", given.finetune, "--out", run]
        if not (pathlib.Path(run) / "checkpoint.tar").exists():
            dim(*finetune, "--json")
        commands.append(" ".join(map(str, ["dim", *finetune])))
    evaluation = dim("evaluate", run, "--json")
    observer = ["--observer", given.observer] if given.observer else []
    quantization = dim("quantize", run, *observer, "--out", file, "--json")
    commands.append(" ".join(["dim quantize", run, *observer, "--out", f"{given.name}.dim"]))
    dim("sign", "--key", given.key, file)
    inspected = dim("inspect", file, "--json")
    instructions = {}
    for processor in PROCESSORS:
        result = dim("conform", file, "--images", given.data, "--cases", 5, "--target", processor, "--json")
        assert result["passed"], result
        instructions[processor] = result["instructions"]

    # The card is written from what was measured, never by hand.
    judged = lambda judge: {
        "int8": quantization["int8_taps"]["embedding"][judge],
        "float": quantization["float_taps"]["embedding"][judge],
        "untrained": evaluation["untrained"]["embedding"][judge],
        "raw_pixels": evaluation["raw_pixels"][judge],
    }
    card = {
        "name": given.name,
        "about": given.about,
        "data": {"name": evaluation["dataset"], "images": evaluation["train_images"], "licence": given.licence},
        "training": {
            "recipe": recipes[given.name],
            "epochs": evaluation["epochs"],
            "seed": evaluation["seed"],
            "commands": commands,
        },
        "accuracy": {"images": evaluation["test_images"], "linear": judged("linear"), "knn": judged("knn")},
        "device": {
            "identity": inspected["identity"],
            "file_bytes": file.stat().st_size,
            "arena_bytes": inspected["arena_bytes"],
            "macs": inspected["macs"],
        },
        "instructions": instructions,
    }
    (FOLDER / f"{given.name}.toml").write_text("".join(toml(card)))



def toml(table, heading=""):
    """Lines of a table, plain values before the tables in it."""
    if heading:
        yield f"\n[{heading}]\n"
    tables = {key: value for key, value in table.items() if isinstance(value, dict)}
    for key, value in table.items():
        if key not in tables:
            number = round(value, 4) if isinstance(value, float) else value
            yield f"{key} = {json.dumps(number, ensure_ascii=False)}\n"
    for key, value in tables.items():
        yield from toml(value, f"{heading}.{key}" if heading else key)


if __name__ == "__main__":
    main()
