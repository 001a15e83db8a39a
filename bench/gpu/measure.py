#!/usr/bin/env python3
"""Measure the program that .ci/link-cuda linked, on the machine with the GPU. Needs nothing but Python; PyTorch is measured too where it is.

    measure.py [losses] [speed] [train] [--dim ./dim] [--data FOLDER] [--seconds 465] [--out results]

losses: goes on from one checkpoint of the CPU, on the GPU and on the CPU, and prints the largest differences.
speed:  images a second and memory of training steps, beside the same steps in PyTorch.
train:  the recipe of edge32 from its first epoch to its last, evaluated and quantized on the GPU.

It ends before --seconds are over, and says what it left out. All figures are in OUT/results.json, whole logs beside it.
"""
import argparse, glob, json, lzma, os, re, shutil, subprocess, sys, threading, time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "pytorch"), str(HERE.parent), str(HERE.parent / "pytorch")]
STARTED = time.monotonic()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["losses", "speed", "train"], metavar="PART")
    parser.add_argument("--dim", default="./dim")
    parser.add_argument("--data", help="CIFAR-10 in its binary form; without it, losses are those of the 1,280 images of pack, and train is left out")
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--seconds", type=float, default=465)
    parser.add_argument("--preset", nargs="+", default=["conv32", "resnet8", "edge32"])
    parser.add_argument("--batch-size", nargs="+", type=int, default=[64, 256, 1024, 4096])
    parser.add_argument("--precision", nargs="+", default=["f32", "bf16"])
    parser.add_argument("--epochs", type=int, help="of the whole training, if not the recipe's")
    parser.add_argument("--out", type=Path, default=Path("results"))
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    return parser.parse_args()


def toolkit():
    """Where libdevice and the libraries of the CUDA toolkit are: burn asks for them when it runs."""
    folders = [os.environ.get("CUDA_PATH"), "/usr/local/cuda", *glob.glob("/opt/cuda")]
    folders += [folder for path in sys.path for folder in glob.glob(f"{path}/nvidia/cu1*")]
    folders += [folder for path in sys.path for folder in glob.glob(f"{path}/nvidia/cuda_nvcc")]
    for folder in filter(None, folders):
        if os.path.exists(f"{folder}/nvvm/libdevice/libdevice.10.bc"):
            return folder
    sys.exit("error: no CUDA toolkit here: nvvm/libdevice/libdevice.10.bc is neither in CUDA_PATH nor in /usr/local/cuda")


class Session:
    """What was measured, and the time that is left."""

    def __init__(self, options):
        self.options, self.found, self.left_out = options, [], []
        options.out.mkdir(parents=True, exist_ok=True)
        folder = toolkit()
        libraries = [f"{folder}/lib64", f"{folder}/lib", os.environ.get("LD_LIBRARY_PATH", "")]
        self.environment = os.environ | {"CUDA_PATH": folder, "LD_LIBRARY_PATH": ":".join(libraries)}
        self.log = open(options.out / "log", "w")

    def left(self):
        return self.options.seconds - (time.monotonic() - STARTED)

    def run(self, name, command, seconds, **environment):
        """What the command prints, or None where it fails or there is no time for it."""
        if self.left() < 10:
            self.left_out.append(name)
            return None
        started = time.monotonic()
        command = [str(part) for part in command]
        try:
            result = subprocess.run(command, capture_output=True, text=True, env=self.environment | environment,
                                    timeout=min(seconds, self.left() - 5))
        except subprocess.TimeoutExpired as error:
            print(f"{name}: not done after {error.timeout:.0f} s", flush=True)
            self.left_out.append(name)
            return None
        print(f"== {name}, {time.monotonic() - started:.1f} s: {' '.join(command)}\n{result.stdout}{result.stderr}", file=self.log, flush=True)
        if result.returncode:
            print(f"{name}: failed with {result.returncode}: {(result.stderr or result.stdout).strip()[-600:]}", flush=True)
            self.found.append({"name": name, "failed": result.returncode})
            return None
        return result.stdout

    def keep(self, **figures):
        self.found.append(figures)
        (self.options.out / "results.json").write_text(json.dumps({"found": self.found, "left_out": self.left_out}, indent=1))


def dim_settings(preset, path):
    """The step that train_step_pytorch.py has a twin of, read rarely."""
    from train_step_pytorch import PRESETS, settings_of_dim

    path.write_text(settings_of_dim(preset, PRESETS[preset]) + "metrics_every = 50\n")
    return path


def sample(out):
    """The images that came with this script, as batches of the size of CIFAR-10's: what follows them is black and never learned from."""
    images = HERE / "sample.bin"
    if not images.exists():
        return None
    folder = out / "sample"
    folder.mkdir(parents=True, exist_ok=True)
    for name in [*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin"]:
        with open(folder / name, "wb") as file:
            file.write(images.read_bytes() if name == "data_batch_1.bin" else b"")
            file.truncate(10_000 * 3073)
    return folder


def losses(session):
    options, folder = session.options, session.options.out / "runs"
    images = options.data or sample(options.out)
    for preset in [preset for preset in options.preset if images] + ["edge28-s"]:
        paths = {device: folder / f"{preset}-{device}" for device in ("cpu", "gpu")}
        train = [options.dim, "train", "--device"]
        data = images if preset != "edge28-s" else "embedded"
        start = ["--preset", preset, "--data", data, "--limit", 1280, "--batch-size", 64, "--epochs", 1]
        if session.run(f"{preset} on the CPU", train + ["cpu", *start, "--out", paths["cpu"]], 120) is None:
            continue
        shutil.rmtree(paths["gpu"], ignore_errors=True)
        shutil.copytree(paths["cpu"], paths["gpu"])
        for device, name in (("cpu", "cpu"), (options.device, "gpu")):
            session.run(f"{preset} goes on, {device}", train + [device, "--resume", "--epochs", 2, "--out", paths[name]], 180)
        read = lambda name: [json.loads(line) for line in open(paths[name] / "metrics.jsonl")]
        pairs = [(c, g) for c, g in zip(read("cpu"), read("gpu")) if c["step"] > 20]
        keys = [key for key, value in pairs[0][0].items() if key != "step" and isinstance(value, float)] if pairs else []
        worst = {key: max(abs(c[key] - g[key]) for c, g in pairs) for key in keys}
        print(f"{preset}: {len(pairs)} steps, largest differences {worst}", flush=True)
        session.keep(part="losses", preset=preset, steps=len(pairs), largest_differences=worst)


class Memory(threading.Thread):
    """The most memory in use on the GPU while it runs, in MiB."""

    def __init__(self):
        super().__init__(daemon=True)
        self.most, self.stop = 0, threading.Event()
        self.start()

    def run(self):
        while not self.stop.wait(0.3):
            used = subprocess.run(["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits"], capture_output=True, text=True)
            self.most = max([self.most, *map(int, re.findall(r"^\d+", used.stdout, re.M))])

    def end(self):
        self.stop.set()
        self.join()
        return self.most


def speed(session):
    options = session.options
    for batch in options.batch_size:
        for preset in options.preset:
            for precision in options.precision:
                ours = measured_step(session, preset, batch, precision)
                theirs = pytorch_step(session, preset, batch, precision)
                if ours and theirs:
                    print(f"  {preset}, {batch}, {precision}: {ours / theirs:.2f} of PyTorch's speed", flush=True)


def measured_step(session, preset, batch, precision):
    options = session.options
    config = dim_settings(preset, options.out / f"{preset}.toml")
    command = [options.dim, "bench", "--train", "--config", config, "--batch-size", batch, "--precision", precision, "--steps", 100,
               "--device", options.device, "--json"]
    memory, name = Memory(), f"{preset}, {batch}, {precision}"
    started = time.monotonic()
    printed = session.run(name, command, 150)
    most, seconds = memory.end(), time.monotonic() - started
    if printed is None:
        return None
    found = json.loads(printed)
    print(f"{name}: {found['milliseconds_per_step']:.3f} ms a step, {found['images_per_second']:.0f} images/s, {most} MiB, "
          f"{seconds:.0f} s with compiling", flush=True)
    session.keep(part="speed", side="dim", preset=preset, batch=batch, precision=precision, mebibytes=most, seconds=seconds, **found)
    return found["images_per_second"]


def pytorch_step(session, preset, batch, precision):
    values = json.dumps({"preset": preset, "batch": batch, "precision": precision})
    printed = session.run(f"PyTorch {preset}, {batch}, {precision}", [sys.executable, __file__, "--worker", values], 90)
    if printed is None:
        return None
    found = json.loads(printed.splitlines()[-1])
    print(f"PyTorch {found['version']}: {found['ms']:.3f} ms a step, {batch / found['ms'] * 1e3:.0f} images/s", flush=True)
    session.keep(part="speed", side="pytorch", preset=preset, batch_size=batch, **found)
    return batch / found["ms"] * 1e3


def worker(values):
    """What one process of PyTorch measures: f32 is TF32, which cuDNN takes for convolutions unless it is told not to."""
    values = json.loads(values)
    import torch
    from step import training_step
    from train_step_pytorch import PRESETS

    torch.set_default_device("cuda")
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    best = None
    for channels_last in (False, True):
        settings = argparse.Namespace(**(PRESETS[values["preset"]] | values | {"channels_last": channels_last}))
        step = training_step(settings)
        for _ in range(20):
            last = step()
        last.item()
        started = time.perf_counter()
        for _ in range(100):
            last = step()
        last.item()
        ms = (time.perf_counter() - started) * 10
        best = min(filter(None, (best, ms)))
    mib = torch.cuda.max_memory_allocated() / 2**20
    print(json.dumps({"ms": best, "mib": mib, "version": torch.__version__, "precision": values["precision"]}))


def train(session):
    options, run = session.options, session.options.out / "edge32"
    if not options.data:
        session.left_out.append("train, for want of --data")
        return
    epochs = ["--epochs", options.epochs] if options.epochs else []
    started = time.monotonic()
    done = session.run("edge32", [options.dim, "train", "--preset", "edge32", "--data", options.data, "--device", options.device, *epochs, "--out", run], 1e9)
    seconds = time.monotonic() - started
    if done is None:
        return
    print(f"edge32: learned in {seconds:.0f} s", flush=True)
    printed = session.run("edge32 in int8", [options.dim, "quantize", run, "-o", options.out / "edge32.dim", "--device", options.device, "--json"], 1e9)
    if printed:
        session.keep(part="train", preset="edge32", seconds=seconds, quantized=json.loads(printed))
        print(printed, flush=True)


def unpack(dim):
    packed = Path(f"{dim}.xz")
    if packed.exists() and not Path(dim).exists():
        Path(dim).write_bytes(lzma.decompress(packed.read_bytes()))
        Path(dim).chmod(0o755)


def main():
    options = arguments()
    if options.worker:
        return worker(options.worker)
    unpack(options.dim)
    session = Session(options)
    gpu = subprocess.run(["nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"], capture_output=True, text=True)
    print(gpu.stdout.strip(), session.environment["CUDA_PATH"], flush=True)
    session.keep(part="machine", gpu=gpu.stdout.strip(), cores=os.cpu_count(), toolkit=session.environment["CUDA_PATH"])
    for part in options.parts:
        {"losses": losses, "speed": speed, "train": train}[part](session)
    session.keep(part="end", seconds=time.monotonic() - STARTED)
    if session.left_out:
        print("left out, for want of time:", "; ".join(session.left_out))


if __name__ == "__main__":
    main()
