# scripts/near-copies-effect reads accuracies off the predictions of finished runs.
source "$(dirname "$0")/lib.sh"

# The script needs Python, which ersatz itself does not.
[ -x /usr/bin/python3 ] || exit 77

# Ten images of two classes, the last four with a copy in training. Seed 1 errs on image 5, seed 2 on images 0 and 9.
/usr/bin/python3 - "$work" <<'PYTHON'
import json, pathlib, struct, sys
work = pathlib.Path(sys.argv[1])
names = [f"{i},{i}.png,{'cat' if i % 2 else 'dog'}\n" for i in range(10)]
for folder, lines in (("all", names), ("near", names[:6])):
    (work / folder / "data").mkdir(parents=True)
    (work / folder / "data" / "S-test.csv").write_text("index,file,class\n" + "".join(lines))
(work / "all" / "study.json").write_text(json.dumps({"classes": ["cat", "dog"]}))
for seed, wrong in ((1, {5}), (2, {0, 9})):
    run = work / "all" / "runs" / f"nn-S-s{seed}-0123abcd"
    run.mkdir(parents=True)
    rows = [((i % 2 == 1) != (i in wrong)) for i in range(10)]
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (10, 2), }".ljust(117) + b"\n"
    values = [v for cat in rows for v in ((0.9, 0.1) if cat else (0.2, 0.8))]
    (run / "predictions-S.npy").write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header +
                                            struct.pack("<20f", *values))
PYTHON

run "$project/scripts/near-copies-effect" "$work/all" "$work/near" S
expect_code 0 "two seeds"
expect_text "nn-S, 2 seeds, tested on S: all 10 images 0.8500, 6 without a copy 0.8333, 4 with one 0.8750" "accuracies"
expect_text "due to copies +0.0167 [" "their difference"
# By the definitions: MS_S .05, MS_I .0755, MS_SI .0994, so x = MS_I, df 2.28, t 3.833, standard error .0614.
expect_text "due to copies +0.0167 [-0.2188, +0.2522]" "its interval over seeds and test images"
first=$output
run "$project/scripts/near-copies-effect" "$work/all" "$work/near" S
[ "$output" = "$first" ] || fail "another interval the second time: $output"
run "$project/scripts/near-copies-effect" "$work/all"
expect_code 1 "too few arguments"
expect_text "scripts/near-copies-effect ALL NEAR SOURCE" "too few arguments"
finish
