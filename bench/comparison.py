"""What the measurements of bench/run come to: medians, ratios, and the document that shows them."""
import datetime
import os
import platform
import re
import statistics

MICRO = (  # row, ersatz's benchmarks (the faster counts), the peer's list, its precision (None: the faster), goal
    ("LeNet training, bf16", ("training_step/lenet_bf16",), "lenet", "bf16", 1.4),
    ("LeNet training, f32", ("training_step/lenet_f32",), "lenet", "f32", 1.2),
    ("NN training, faster precision", ("training_step/nn_f32", "training_step/nn_bf16"), "nn", None, 2),
    ("VGG16 features, faster precision", ("backbone_features/vgg16_f32", "backbone_features/vgg16_bf16"),
     "features", None, 1.2))
LIMITS = (  # row, benchmark, precision, goal in per cent
    ("LeNet training", "training_step/lenet_bf16", "bf16", 65), ("LeNet training", "training_step/lenet_f32", "f32", None),
    ("VGG16 features", "backbone_features/vgg16_bf16", "bf16", 85),
    ("VGG16 features", "backbone_features/vgg16_f32", "f32", None))
NAMES = {"nn": "NN", "lenet": "LeNet", "vgg16": "VGG16"}


def spread(values, form="{:,.0f}"):
    """The median, and of several values the range."""
    text = form.format(statistics.median(values))
    return text if len(values) < 2 else f"{text} ({form.format(min(values))} to {form.format(max(values))})"


def table(header, rows):
    right = "".join("|---" if i == 0 else "|--:" for i in range(len(header))) + "|"
    return "\n".join(["| " + " | ".join(header) + " |", right] + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def machine(context, blas, commit, load):
    """Rows of what the numbers depend on."""
    with open("/proc/cpuinfo") as file:
        cpu = dict(re.findall(r"^(model name|cpu family|model)\s*: (.*)$", file.read(), re.M))
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2 ** 30
    with open("/etc/os-release") as file:
        system = re.search(r'^PRETTY_NAME="?([^"\n]*)', file.read(), re.M)[1]
    return [("processor", f"{cpu.get('model name', platform.machine())}, family {cpu.get('cpu family', '?')}, "
                          f"model {cpu.get('model', '?')}"),
            ("cores, memory", f"{os.cpu_count()}, {memory:.0f} GiB"),
            ("system, kernel", f"{system}, {platform.release()}"), ("compiler", ("g++ " if context["compiler"][0].isdigit() else "") + context["compiler"]),
            ("oneDNN, instruction set", f"{context['onednn']}, {context['isa']}"),
            ("PyTorch", f"{blas['torch']}, Python {platform.python_version()}"),
            ("BLAS behind PyTorch", f"OpenBLAS, kernel {blas['core']} ({blas['config']}); f32 matrix product "
                                    f"{blas['flops'] / 1e9:.0f} GFLOP/s, one thread"),
            ("date, commit", f"{datetime.date.today()}, {commit}"),
            ("load average before, after", f"{load[0]:.1f}, {load[1]:.1f}")]


def settings_of(micro, name):
    """{(precision, setting): rate in every round} of the peer."""
    rates = {}
    for entry in micro:
        for result in entry["theirs"][name]:
            rates.setdefault((result["precision"], result["setting"]), []).append(result["rate"])
    return rates


def micro_text(micro):
    rows, tried = [], []
    for title, benchmarks, name, precision, goal in MICRO:
        ours = max(([entry["ours"][b]["items_per_second"] for entry in micro] for b in benchmarks), key=statistics.median)
        fitting = {k: v for k, v in settings_of(micro, name).items() if precision in (None, k[0])}
        best = max(fitting, key=lambda key: statistics.median(fitting[key]))
        ratio = statistics.median(ours) / statistics.median(fitting[best])
        pairs = [a / b for a, b in zip(ours, fitting[best])]
        rows.append([title, spread(ours), spread(fitting[best]), f"{best[1]}" + ("" if precision else f", {best[0]}"),
                     f"**{ratio:.2f}**" + (f" ({min(pairs):.2f} to {max(pairs):.2f})" if len(pairs) > 1 else ""), f"{goal}"])
    for title, name in (("NN training", "nn"), ("LeNet training", "lenet"), ("VGG16 features", "features")):
        tried += [[title, k[0], k[1], spread(v)] for k, v in settings_of(micro, name).items()]
    products = {}
    for precision in ("f32", "bf16"):
        sizes = {b for b in micro[0]["ours"] if b.startswith(f"matmul/{precision}/")}
        rates = {size: [entry["ours"][size]["FLOP/s"] for entry in micro] for size in sizes}
        best = max(rates, key=lambda size: statistics.median(rates[size]))
        products[precision] = best.rsplit("/", 1)[1], rates[best]
    limits = []
    for title, benchmark, precision, goal in LIMITS:
        rates = [entry["ours"][benchmark]["FLOP/s"] for entry in micro]
        share = 100 * statistics.median(rates) / statistics.median(products[precision][1])
        limits.append([f"{title}, {precision}", f"{micro[0]['ours'][benchmark]['FLOP/image'] / 1e6:,.2f}",
                       spread([r / 1e9 for r in rates]), spread([r / 1e9 for r in products[precision][1]]),
                       products[precision][0], f"**{share:.0f} %**", f"{goal} %" if goal else ""])
    return ("## One thread each, batch 64\n\nImages per second of processor time, from uint8 images in memory; median "
            f"(and range), ours and theirs in turn; rounds: {len(micro)}.\n\n"
            + table(("what", "ersatz", "PyTorch", "its best setting", "ratio", "goal"), rows)
            + "\n## Against the machine's limit\n\nThe limit is the matrix product of the same precision through oneDNN, one "
              "thread, operands packed, at the size that is fastest. FLOP are nominal: two for each multiplication that the "
              "layers' shapes ask for, in training also for the gradients of weights and (but for the first layer) inputs.\n\n"
            + table(("what", "MFLOP an image", "GFLOP/s", "matrix product, GFLOP/s", "at n =", "share", "goal"), limits)
            + "\n## All settings of PyTorch that were measured\n\n"
            + table(("what", "precision", "setting", "images/s"), tried))


def seed_seconds(entry):
    """{run id: seconds} of the student's pipeline for the epochs and tests of every run."""
    def of(run):
        rates = entry["seed"][run["classifier"]]
        return (run["epochs_run"] * (run["training_images"] / rates["train"] + run["validation_images"] / rates["evaluate"])
                + run["test_images"] / rates["evaluate"])
    return {run["id"]: of(run) for run in entry["runs"]}


def tuned_seconds(entry):
    """The same of the tuned PyTorch, whose runs share decoding and features (under those names)."""
    tuned, cores = entry["tuned"], max(int(n) for n in entry["tuned"]["threads"])

    def rate(name, what):  # the better of one run on all cores and of one run per core without any loss
        return max(tuned["threads"]["1"][name][what] * cores, tuned["threads"][str(cores)][name][what])
    sources = {run["train_on"]: run["training_images"] + run["validation_images"] for run in entry["runs"]}
    images = sum(sources.values()) + entry["runs"][0]["test_images"]
    seconds = {"decoding": images / max(tuned["decode"].values()), "VGG16 features": images / rate("features", "rate")}
    for run in entry["runs"]:
        name = "head" if run["classifier"] == "vgg16" else run["classifier"]
        epoch = run["training_images"] / rate(name, "train") + run["validation_images"] / rate(name, "evaluate")
        seconds[run["id"]] = run["epochs_run"] * epoch + run["test_images"] / rate(name, "evaluate")
    return seconds


def study_text(study):
    ours = [entry["seconds"] for entry in study]
    totals = {"seed": [sum(seed_seconds(e).values()) for e in study], "tuned": [sum(tuned_seconds(e).values()) for e in study]}
    rows = [["ersatz, zip to report", spread(ours), "", ""]]
    for title, key, goal in (("(a) the student's pipeline, `seed_pytorch.py`", "seed", 15),
                             ("(b) tuned, `tuned_pytorch.py`", "tuned", 2)):
        ratio = statistics.median(totals[key]) / statistics.median(ours)
        rows.append([title, spread(totals[key]), f"**{ratio:.1f}**", str(goal)])
    last = study[-1]
    seed, tuned = seed_seconds(last), tuned_seconds(last)
    parts = [[name, "", "", "", f"{tuned[name]:.0f}"] for name in ("decoding", "VGG16 features")]
    parts += [[f"{NAMES.get(r['classifier'], r['classifier'])} trained on {r['train_on']}", str(r["epochs_run"]),
               f"{r['seconds']:.0f}", f"{seed[r['id']]:,.0f}", f"{tuned[r['id']]:.0f}"] for r in last["runs"]]
    chosen = [f"{NAMES[name]}: {r['workers']} workers, {r['threads']} threads" + (f", {r['batches']} batches timed" if
              r["batches"] else ", a whole epoch timed") for name, r in last["seed"].items()]
    best = [f"{threads} thread{'s' if threads != '1' else ''}: " + "; ".join(f"{name} {p['setting']}" for name, p in parts_.items())
            for threads, parts_ in last["tuned"]["threads"].items()]
    return ("## The study of six classifiers, all cores\n\nWall-clock seconds. ersatz: `ersatz run studies/cifake.toml` with "
            "weights, fresh cache and output; import, features, training, tests on REAL and FAKE, tables and figures. PyTorch: "
            "parts timed after warm-up and multiplied by the epochs that ersatz ran and by the images that it tested.\n\n"
            + table(("", "seconds", "ratio", "goal"), rows) + "\n"
            + table(("part", "epochs", "ersatz (one core each)", "(a)", "(b)"), parts)
            + "\n(a) decodes files with Pillow in every epoch, f32, one run after the other on all cores; " + "; ".join(chosen)
            + ".\n\n(b) decodes once, keeps everything in memory and computes the features once. Each part counts as the better "
              "of: one run on all cores as measured, or one run per core with no loss at all (the measured time of one thread, "
              "divided by the cores), which favours PyTorch. Best settings: " + ". ".join(best)
            + ". Neither is charged for starting Python, unpacking the zip, checkpoints, tables or figures.\n")


def document(rows, micro, study, quick):
    text = "# ersatz beside PyTorch\n\n"
    if quick:
        text += "**`--quick`: only to see that it works; the numbers mean nothing.**\n\n"
    text += "Written by `bench/run --data CIFAKE.zip --weights VGG16.h5`.\n\n" + table(("machine", ""), map(list, rows)).replace(
        "|--:|", "|---|") + "\n"
    return text + "\n".join(part for part in (study and study_text(study), micro and micro_text(micro)) if part)
