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
    ("ConvNet training, bf16", ("training_step/convnet_bf16",), "convnet", "bf16", None),
    ("ConvNet training, f32", ("training_step/convnet_f32",), "convnet", "f32", None),
    ("VGG16 features, faster precision", ("backbone_features/vgg16_f32", "backbone_features/vgg16_bf16"),
     "features", None, 1.2))
LIMITS = (  # row, benchmark, precision, goal in per cent
    ("LeNet training", "training_step/lenet_bf16", "bf16", 65),
    ("LeNet training", "training_step/lenet_f32", "f32", None),
    ("ConvNet training", "training_step/convnet_bf16", "bf16", None),
    ("ConvNet training", "training_step/convnet_f32", "f32", None),
    ("VGG16 features", "backbone_features/vgg16_bf16", "bf16", 85),
    ("VGG16 features", "backbone_features/vgg16_f32", "f32", None))
PARTS = {"features": "VGG16 features", "nn": "NN", "lenet": "LeNet", "head": "VGG16's head"}
HEAD = """\
# ersatz beside PyTorch

Written by `bench/run --data CIFAKE.zip --weights VGG16.h5`. Medians; ranges in parentheses.

{machine}"""
MICRO_TEXT = """\
## One thread each, batch 64 (ConvNet: 1024)

Images per second of processor time, from uint8 images in memory. ersatz and PyTorch in turn; rounds: {rounds}.

{ratios}
## Against the machine's limit

The limit is the matrix product of the same precision through oneDNN, one thread, operands packed, at the size that is
fastest. FLOP are nominal: two for each multiplication that the layers' shapes ask for, in training also for the
gradients of weights and (but for the first layer) inputs.

{limits}
## All settings of PyTorch that were measured

{settings}"""
STUDY_TEXT = """\
## The study of six classifiers, all cores

Wall-clock seconds. ersatz: `ersatz run studies/cifake.toml` with weights, fresh cache and output: import, features,
training, tests on REAL and FAKE, tables and figures. PyTorch: parts timed after warm-up, multiplied by the epochs that
ersatz ran and the images that it tested; not charged for starting Python, unpacking the zip, checkpoints, figures.

{ratios}
(a) decodes files in every epoch, computes in f32 and makes one run after the other, each with the better numbers of
threads and DataLoader workers. (b) decodes once, keeps everything in memory, computes the features once and makes one
run after the other, each part with the better number of threads.
"In parallel without loss" is what (b) could reach at best by making one run per core at a time: each part's time with
one thread divided by the cores (or with all threads, where that is less).

{parts}
What was timed, in the last round:

{rates}"""
NAMES = {"nn": "NN", "lenet": "LeNet", "vgg16": "VGG16"}


def spread(values, form="{:,.0f}"):
    """The median, and of several values the range."""
    text = form.format(statistics.median(values))
    return text if len(values) < 2 else f"{text} ({form.format(min(values))} to {form.format(max(values))})"


def table(header, rows):
    """Markdown; columns of numbers are aligned to the right."""
    rows = [list(row) for row in rows]
    number = re.compile(r"[-\d,.* %]*( \([-\d,. to]*\))?$")
    rules = ["--:" if all(number.match(row[i]) for row in rows) else "---" for i in range(len(header))]
    return "\n".join("| " + " | ".join(row) + " |" for row in [list(header), rules] + rows) + "\n"


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
            ("system, kernel", f"{system}, {platform.release()}"),
            ("compiler", ("g++ " if context["compiler"][0].isdigit() else "") + context["compiler"]),
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


def median_of(rates):
    """The key whose rates have the highest median, and those rates."""
    best = max(rates, key=lambda key: statistics.median(rates[key]))
    return best, rates[best]


def micro_rows(micro):
    for title, benchmarks, name, precision, goal in MICRO:
        _, ours = median_of({b: [entry["ours"][b]["items_per_second"] for entry in micro] for b in benchmarks})
        tried = {key: rates for key, rates in settings_of(micro, name).items() if precision in (None, key[0])}
        best, theirs = median_of(tried)
        ratio = f"**{statistics.median(ours) / statistics.median(theirs):.2f}**"
        pairs = [a / b for a, b in zip(ours, theirs)]
        if len(pairs) > 1:
            ratio += f" ({min(pairs):.2f} to {max(pairs):.2f})"
        yield [title, spread(ours), spread(theirs), ratio, str(goal or ""), ", ".join(reversed(best))]


def limit_rows(micro):
    for title, benchmark, precision, goal in LIMITS:
        limit = [entry["ours"][f"matmul/{precision}"]["FLOP/s"] for entry in micro]
        rates = [entry["ours"][benchmark]["FLOP/s"] for entry in micro]
        yield [f"{title}, {precision}", f"{micro[0]['ours'][benchmark]['FLOP/image'] / 1e6:,.2f}",
               spread([r / 1e9 for r in rates]), spread([r / 1e9 for r in limit]),
               f"**{100 * statistics.median(rates) / statistics.median(limit):.0f} %**", f"{goal} %" if goal else ""]


def micro_text(micro):
    tried = [[title, *key, spread(rates)] for title, name in
             (("NN training", "nn"), ("LeNet training", "lenet"), ("ConvNet training", "convnet"),
              ("VGG16 features", "features"))
             for key, rates in settings_of(micro, name).items()]
    return MICRO_TEXT.format(
        rounds=len(micro),
        ratios=table(("what", "ersatz", "PyTorch", "ratio", "goal", "PyTorch's best setting"), micro_rows(micro)),
        limits=table(("what", "MFLOP an image", "GFLOP/s", "matrix product, GFLOP/s", "share", "goal"),
                     limit_rows(micro)),
        settings=table(("what", "precision", "setting", "images/s"), tried))


def seed_seconds(entry):
    """{run id: seconds} of the student's pipeline for the epochs and tests of every run."""
    def of(run):
        rates = entry["seed"][run["classifier"]]
        epoch = run["training_images"] / rates["train"] + run["validation_images"] / rates["evaluate"]
        return run["epochs_run"] * epoch + run["test_images"] / rates["evaluate"]
    return {run["id"]: of(run) for run in entry["runs"]}


def tuned_seconds(entry, lossless=False):
    """The same of the tuned PyTorch, whose runs share decoding and features (under those names): one run after the
    other with the better number of threads, or `lossless`, as if one run per core did not slow the others down.
    """
    tuned, cores = entry["tuned"], max(int(n) for n in entry["tuned"]["threads"])

    def rate(name, what):
        one, all_cores = tuned["threads"]["1"][name][what], tuned["threads"][str(cores)][name][what]
        return max(one * cores if lossless else one, all_cores)

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
    rows = [["ersatz, zip to report", spread(ours), "", ""]]
    for title, seconds_of, goal in (("(a) the student's pipeline, `seed_pytorch.py`", seed_seconds, 15),
                                    ("(b) tuned, `tuned_pytorch.py`", tuned_seconds, 2),
                                    ("(b) in parallel without loss", lambda e: tuned_seconds(e, lossless=True), 2)):
        theirs = [sum(seconds_of(entry).values()) for entry in study]
        ratio = statistics.median(theirs) / statistics.median(ours)
        rows.append([title, spread(theirs), f"**{ratio:.1f}**", str(goal)])
    last = study[-1]
    seed, tuned, parallel = seed_seconds(last), tuned_seconds(last), tuned_seconds(last, lossless=True)
    both = [(key, f"{seconds:,.1f}", f"{parallel[key]:,.1f}") for key, seconds in tuned.items()]
    shared = [[key, "", "", "", *seconds] for key, *seconds in both[:-len(last["runs"])]]
    runs = [[f"{NAMES[run['classifier']]} trained on {run['train_on']}", str(run["epochs_run"]),
             f"{run['seconds']:.1f}", f"{seed[run['id']]:,.1f}", *seconds]
            for run, (_, *seconds) in zip(last["runs"], both[-len(last["runs"]):])]
    rates = []
    for name, r in last["seed"].items():
        what = f"{r['batches']} batches" if r["batches"] else "an epoch"
        rates.append([f"(a) {NAMES[name]}", f"{r['threads']}", f"DataLoader workers: {r['workers']}; timed: {what}",
                      f"{r['train']:,.0f}", f"{r['evaluate']:,.0f}"])
    rates += [["(b) decoding", "", decoder, f"{rate:,.0f}", ""] for decoder, rate in last["tuned"]["decode"].items()]
    for threads, names in last["tuned"]["threads"].items():
        rates += [[f"(b) {PARTS[name]}", threads, r["setting"], f"{r.get('train', r.get('rate')):,.0f}",
                   f"{r['evaluate']:,.0f}" if "evaluate" in r else ""] for name, r in names.items()]
    return STUDY_TEXT.format(
        ratios=table(("", "seconds", "ratio", "goal"), rows),
        parts=table(("part", "epochs", "ersatz, one core each", "(a)", "(b)", "(b) in parallel"), shared + runs),
        rates=table(("what", "threads", "how", "images/s", "in evaluation"), rates))


def document(measured):
    parts = [HEAD.format(machine=table(("machine", ""), measured["machine"]))]
    if measured["quick"]:
        parts.append("**`--quick`: only to see that it works; the numbers mean nothing.**\n")
    parts += [study_text(measured["study"])] if measured["study"] else []
    parts += [micro_text(measured["micro"])] if measured["micro"] else []
    return "\n".join(parts)
