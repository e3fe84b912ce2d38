#!/usr/bin/env python3
"""Times PyTorch and Triton on a machine with CUDA, on the cases of Gradfold's benchmark.

    python3 bench/peers/cuda.py --cases cases.json --out rows.json

cases.json: what `gradfold bench --json` wrote, or a list of {"op", "shape", "dtype": "f32" | "f16", "channelAxis"?}.
rows.json is the input of `gradfold bench --merge`: {"device", "rows"}, one row per library and case, checked against
float64. A copy of the case's tensor, one read and one write, is timed alternately with the call: `ofCopy` is the ratio
of the two times, pair by pair. Calls follow each other on the same arrays, so arrays that fit in the GPU's cache are
timed from the cache, and so is the copy. Wrong results are not timed. The script needs torch and triton.
"""

import argparse
import json
import math
import statistics
import sys

import torch
import torch.nn.functional as F

try:
    import triton
    import triton.language as tl
except ImportError:  # PyTorch without it, as on Windows
    triton = None

EPSILON = 1e-5
BOTH = "batchNormTrain + batchNormBackward"
BATCH_NORMS = ("batchNormTrain", "batchNormBackward", BOTH)
DTYPES = {"f32": torch.float32, "f16": torch.float16}
# Relative to the largest value of each output, as in bench/reference.ts.
TOLERANCE = {"f32": 2**-14, "f16": 2**-9}
# The longest row that a Triton program keeps in registers.
LONGEST_ROW = 32768


# ---------------------------------------------------------------------------------------------------------------------
# Cases


def cases_of(given):
    """The distinct cases of a report or a list."""
    rows = given["rows"] if isinstance(given, dict) else given
    cases = {}
    for row in rows:
        case = {name: row[name] for name in ("op", "shape", "dtype")}
        if case["op"] in BATCH_NORMS:
            case["channelAxis"] = row.get("channelAxis", 1) % len(case["shape"])
        cases.setdefault(json.dumps(case), case)
    return list(cases.values())


def make_inputs(case):
    """The inputs on the device, the same for every library."""
    shape, dtype = case["shape"], DTYPES[case["dtype"]]
    torch.manual_seed(1)
    op = case["op"]
    x = torch.randn(shape, device="cuda", dtype=torch.float32)
    inputs = {}
    if op == "softmaxBackward":
        x = torch.softmax(x, -1)
    if op in ("softmaxBackward", "batchNormBackward", BOTH):
        inputs["dy"] = torch.randn(shape, device="cuda", dtype=torch.float32).to(dtype)
    if op == "crossEntropyWithGradient":
        inputs["labels"] = torch.randint(0, shape[-1], (shape[0],), device="cuda")
    if op in BATCH_NORMS:
        channels = shape[case["channelAxis"]]
        inputs["gamma"] = 1 + 0.1 * torch.randn(channels, device="cuda")
        inputs["beta"] = 0.1 * torch.randn(channels, device="cuda")
    inputs["x"] = x.to(dtype)
    return inputs


def reference(case, inputs):
    """The reference results in float64, from the inputs as stored."""
    op = case["op"]
    x = inputs["x"].double()
    if op == "softmax":
        return {"y": torch.softmax(x, -1)}
    if op == "softmaxBackward":
        dy = inputs["dy"].double()
        return {"dx": x * (dy - (x * dy).sum(-1, keepdim=True))}
    if op == "crossEntropyWithGradient":
        loss = F.cross_entropy(x, inputs["labels"])
        gradient = torch.softmax(x, -1)
        gradient[torch.arange(x.shape[0], device="cuda"), inputs["labels"]] -= 1
        return {"loss": loss, "gradient": gradient / x.shape[0]}
    axis = case["channelAxis"]
    axes = [each for each in range(x.dim()) if each != axis]
    along = [length if each == axis else 1 for each, length in enumerate(case["shape"])]
    gamma, beta = inputs["gamma"].double().view(along), inputs["beta"].double().view(along)
    variance, mean = torch.var_mean(x, axes, correction=0, keepdim=True)
    rstd = torch.rsqrt(variance + EPSILON)
    unit = (x - mean) * rstd
    if op == "batchNormTrain":
        return {"y": unit * gamma + beta}
    dy = inputs["dy"].double()
    d_beta, d_gamma = dy.sum(axes, keepdim=True), (dy * unit).sum(axes, keepdim=True)
    per_channel = x.numel() // case["shape"][axis]
    dx = gamma * rstd * (dy - (d_beta + unit * d_gamma) / per_channel)
    return {"dx": dx, "dGamma": d_gamma.flatten(), "dBeta": d_beta.flatten()}


def tensor_bytes(case):
    return math.prod(case["shape"]) * (2 if case["dtype"] == "f16" else 4)


# ---------------------------------------------------------------------------------------------------------------------
# PyTorch


def channels_second(tensor, case):
    """The view for torch.nn.functional.batch_norm; channels-last becomes its channels_last format."""
    return tensor.movedim(case["channelAxis"], 1)


def batch_norm(x, gamma, beta):
    return F.batch_norm(x, None, None, gamma, beta, training=True, eps=EPSILON)


def torch_calls(case, inputs, wrap):
    """(note, call) pairs; wrap is the identity, or torch.compile. A call returns the outputs by name."""
    op, x = case["op"], inputs["x"]
    if op == "softmax":
        softmax = wrap(lambda x: torch.softmax(x, -1))
        return [("torch.softmax", lambda: {"y": softmax(x)})]

    if op == "softmaxBackward":
        dy = inputs["dy"]
        if wrap is not eager:
            backward = wrap(lambda y, dy: (y.float() * (dy.float() - (y.float() * dy.float()).sum(-1, True))).to(y.dtype))
            return [("y * (dy - sum(y * dy))", lambda: {"dx": backward(x, dy)})]
        backward = torch.ops.aten._softmax_backward_data
        return [("aten._softmax_backward_data", lambda: {"dx": backward(dy, x, -1, x.dtype)})]

    if op == "crossEntropyWithGradient":
        logits, labels = x.detach().requires_grad_(), inputs["labels"]
        loss_of = wrap(lambda logits, labels: F.cross_entropy(logits, labels))

        def cross_entropy():
            loss = loss_of(logits, labels)
            return {"loss": loss.detach(), "gradient": torch.autograd.grad(loss, logits)[0]}

        return [("torch.nn.functional.cross_entropy and autograd", cross_entropy)]

    gamma, beta = inputs["gamma"], inputs["beta"]
    normalize = wrap(batch_norm)
    view = channels_second(x, case)
    if op == "batchNormTrain":

        def forward():
            return {"y": normalize(view, gamma, beta).movedim(1, case["channelAxis"])}

        return [("torch.nn.functional.batch_norm", forward)]

    dy = channels_second(inputs["dy"], case)
    leaf, gamma, beta = view.detach().requires_grad_(), gamma.detach().requires_grad_(), beta.detach().requires_grad_()

    def named(dx, d_gamma, d_beta):
        return {"dx": dx.movedim(1, case["channelAxis"]), "dGamma": d_gamma, "dBeta": d_beta}

    def forward_and_backward():
        return named(*torch.autograd.grad(normalize(leaf, gamma, beta), (leaf, gamma, beta), dy))

    if op == BOTH:
        return [("torch.nn.functional.batch_norm and autograd", forward_and_backward)]
    if wrap is not eager:
        return []
    with torch.no_grad():
        _, mean, rstd = torch.ops.aten.native_batch_norm(view, gamma, beta, None, None, True, 0.1, EPSILON)

    def backward_alone():
        with torch.no_grad():
            return named(
                *torch.ops.aten.native_batch_norm_backward(
                    dy, view, gamma, None, None, mean, rstd, True, EPSILON, [True, True, True]
                )
            )

    return [("aten.native_batch_norm_backward, from the saved statistics", backward_alone)]


def eager(function):
    return function


def compiled(function):
    return torch.compile(function, dynamic=False)


# ---------------------------------------------------------------------------------------------------------------------
# Triton: a program keeps several short rows or one row up to LONGEST_ROW, or processes one row in blocks.

if triton is not None:

    @triton.jit
    def softmax_rows(x, y, rows, columns, ROWS: tl.constexpr, BLOCK: tl.constexpr):
        row = tl.program_id(0) * ROWS + tl.arange(0, ROWS)[:, None]
        column = tl.arange(0, BLOCK)[None, :]
        inside = (row < rows) & (column < columns)
        at = row.to(tl.int64) * columns + column
        values = tl.load(x + at, mask=inside, other=-float("inf")).to(tl.float32)
        # Rows past the last row are all -inf.
        terms = tl.exp(values - tl.max(tl.where(row < rows, values, 0.0), 1)[:, None])
        terms = tl.where(inside, terms, 0.0)
        total = tl.where(row < rows, tl.sum(terms, 1)[:, None], 1.0)
        tl.store(y + at, terms / total, mask=inside)

    @triton.jit
    def softmax_blocks(x, y, columns, BLOCK: tl.constexpr):
        base = tl.program_id(0).to(tl.int64) * columns
        column = tl.arange(0, BLOCK)
        highest = tl.full([BLOCK], -float("inf"), tl.float32)
        total = tl.zeros([BLOCK], tl.float32)
        for start in range(0, columns, BLOCK):
            inside = start + column < columns
            values = tl.load(x + base + start + column, mask=inside, other=-float("inf")).to(tl.float32)
            higher = tl.maximum(highest, values)
            # A lane without elements so far stays at 0.
            total = tl.where(higher == -float("inf"), 0.0, total * tl.exp(highest - higher) + tl.exp(values - higher))
            highest = higher
        top = tl.max(highest, 0)
        rate = 1.0 / tl.sum(total * tl.exp(highest - top), 0)
        for start in range(0, columns, BLOCK):
            inside = start + column < columns
            values = tl.load(x + base + start + column, mask=inside, other=-float("inf")).to(tl.float32)
            tl.store(y + base + start + column, tl.exp(values - top) * rate, mask=inside)

    @triton.jit
    def softmax_backward_rows(y, dy, dx, rows, columns, ROWS: tl.constexpr, BLOCK: tl.constexpr):
        row = tl.program_id(0) * ROWS + tl.arange(0, ROWS)[:, None]
        column = tl.arange(0, BLOCK)[None, :]
        inside = (row < rows) & (column < columns)
        at = row.to(tl.int64) * columns + column
        values = tl.load(y + at, mask=inside, other=0.0).to(tl.float32)
        upstream = tl.load(dy + at, mask=inside, other=0.0).to(tl.float32)
        dot = tl.sum(values * upstream, 1)[:, None]
        tl.store(dx + at, values * (upstream - dot), mask=inside)

    @triton.jit
    def softmax_backward_blocks(y, dy, dx, columns, BLOCK: tl.constexpr):
        base = tl.program_id(0).to(tl.int64) * columns
        column = tl.arange(0, BLOCK)
        products = tl.zeros([BLOCK], tl.float32)
        for start in range(0, columns, BLOCK):
            inside = start + column < columns
            values = tl.load(y + base + start + column, mask=inside, other=0.0).to(tl.float32)
            products += values * tl.load(dy + base + start + column, mask=inside, other=0.0).to(tl.float32)
        dot = tl.sum(products, 0)
        for start in range(0, columns, BLOCK):
            inside = start + column < columns
            values = tl.load(y + base + start + column, mask=inside, other=0.0).to(tl.float32)
            upstream = tl.load(dy + base + start + column, mask=inside, other=0.0).to(tl.float32)
            tl.store(dx + base + start + column, values * (upstream - dot), mask=inside)

    @triton.jit
    def cross_entropy_in_place(x, labels, losses, columns, scale, BLOCK: tl.constexpr):
        """As in Liger: the gradient of the mean overwrites the logits."""
        row = tl.program_id(0)
        base = row.to(tl.int64) * columns
        column = tl.arange(0, BLOCK)
        label = tl.load(labels + row)
        of_label = tl.load(x + base + label).to(tl.float32)
        highest = -float("inf")
        total = 0.0
        for start in range(0, columns, BLOCK):
            inside = start + column < columns
            values = tl.load(x + base + start + column, mask=inside, other=-float("inf")).to(tl.float32)
            higher = tl.maximum(highest, tl.max(values, 0))
            total = total * tl.exp(highest - higher) + tl.sum(tl.exp(values - higher), 0)
            highest = higher
        # The label's logit is read before any thread of the program overwrites it.
        tl.debug_barrier()
        tl.store(losses + row, (tl.log(total) - (of_label - highest)) * scale)
        for start in range(0, columns, BLOCK):
            inside = start + column < columns
            values = tl.load(x + base + start + column, mask=inside, other=-float("inf")).to(tl.float32)
            target = tl.where(start + column == label, 1.0, 0.0)
            tl.store(x + base + start + column, (tl.exp(values - highest) / total - target) * scale, mask=inside)


def triton_calls(case, inputs):
    op, x = case["op"], inputs["x"]
    columns = case["shape"][-1]
    rows = x.numel() // columns
    block = triton.next_power_of_2(columns)
    whole = block <= LONGEST_ROW
    together = max(1, 1024 // block)
    warps = min(16, max(4, block // 1024)) if whole else 16

    if op in ("softmax", "softmaxBackward"):
        name = "y" if op == "softmax" else "dx"
        arrays = [x] if op == "softmax" else [x, inputs["dy"]]
        by_rows, by_blocks = (
            (softmax_rows, softmax_blocks) if op == "softmax" else (softmax_backward_rows, softmax_backward_blocks)
        )

        def run():
            output = torch.empty_like(x)
            if whole:
                grid = (triton.cdiv(rows, together),)
                by_rows[grid](*arrays, output, rows, columns, ROWS=together, BLOCK=block, num_warps=warps)
            else:
                by_blocks[(rows,)](*arrays, output, columns, BLOCK=8192, num_warps=warps)
            return {name: output}

        return [("one pass over a row" if whole else "two passes over a row, in blocks", run)]

    if op == "crossEntropyWithGradient":
        # Each run works on the results of the run before. The time is the same, and only the first run is checked.
        logits, labels = x.clone(), inputs["labels"]
        losses = torch.empty(rows, device="cuda")

        def cross_entropy():
            cross_entropy_in_place[(rows,)](
                logits, labels, losses, columns, 1.0 / rows, BLOCK=min(block, LONGEST_ROW), num_warps=warps
            )
            return {"loss": losses.sum(), "gradient": logits}

        return [("fused, the gradient in place of the logits, as in Liger", cross_entropy)]

    return []


# ---------------------------------------------------------------------------------------------------------------------
# Measuring


def check(case, outputs, expected):
    """The largest error of any output, relative to its largest value; infinite if an output is non-finite."""
    worst = 0.0
    for name, value in expected.items():
        got = outputs[name].double()
        if got.numel() != value.numel() or not bool(torch.isfinite(got).all()):
            return math.inf
        error = (got.reshape(value.shape) - value).abs().max() / value.abs().max().clamp_min(1e-30)
        worst = max(worst, error.item())
    return worst


def milliseconds(call, repeats):
    start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    start.record()
    for _ in range(repeats):
        call()
    end.record()
    end.synchronize()
    return start.elapsed_time(end) / repeats


def spread(values):
    ordered = sorted(values)
    quantile = lambda part: ordered[min(len(ordered) - 1, int(part * len(ordered)))]
    return {"median": statistics.median(values), "p20": quantile(0.2), "p80": quantile(0.8)}


def measure(call, size, samples):
    """Times of the call and of a copy of `size` bytes, measured alternately."""
    source = torch.empty(size, device="cuda", dtype=torch.uint8)
    target = torch.empty_like(source)

    def copy():
        target.copy_(source)

    for each in (call, copy):
        milliseconds(each, 3)
    # A sample is long compared with the clock's step and the gap before the first kernel.
    once = max(milliseconds(call, 5), 1e-3)
    repeats = max(1, min(200, math.ceil(2 / once)))
    pairs = [(milliseconds(call, repeats), milliseconds(copy, repeats)) for _ in range(samples)]
    times, copies = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return {
        "ms": spread(times),
        "copyMs": statistics.median(copies),
        "ofCopy": spread([time / copied for time, copied in pairs]),
        "calls": repeats,
    }


def libraries(case, inputs):
    """(library, version, function that returns its calls). The function is called lazily, because compiling may fail."""
    yield "PyTorch", torch.__version__, lambda: torch_calls(case, inputs, eager)
    yield "torch.compile", torch.__version__, lambda: torch_calls(case, inputs, compiled)
    if triton is not None:
        yield "Triton", triton.__version__, lambda: triton_calls(case, inputs)


def rows_of(case, samples):
    inputs = make_inputs(case)
    expected = reference(case, inputs)
    for library, version, calls_of in libraries(case, inputs):
        row = {**case, "library": library, "version": version}
        try:
            if library == "torch.compile":
                torch._dynamo.reset()
            calls = calls_of()
        except Exception as failure:
            yield {**row, "right": False, "note": f"fails: {first_line(failure)}"}
            continue
        for note, call in calls:
            try:
                error = check(case, call(), expected)
                checked = {**row, "call": note, "error": "Infinity" if math.isinf(error) else error}
                if error > TOLERANCE[case["dtype"]]:
                    yield {**checked, "right": False, "note": f"is off by {error:.1e} of its largest value"}
                else:
                    yield {**checked, "right": True, **measure(call, tensor_bytes(case), samples)}
            except Exception as failure:
                yield {**row, "call": note, "right": False, "note": f"fails: {first_line(failure)}"}


def first_line(failure):
    return f"{type(failure).__name__}: {(str(failure).strip().splitlines() or [''])[0]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", required=True, help="a report of gradfold bench or a list of cases")
    parser.add_argument("--out", required=True, help="the JSON file to write")
    parser.add_argument("--samples", type=int, default=50, help="pairs of timings per row (default: 50)")
    options = parser.parse_args()
    if not torch.cuda.is_available():
        sys.exit("cuda.py: PyTorch finds no CUDA device")
    # No case multiplies matrices, and nothing else may leave single precision either.
    torch.backends.cuda.matmul.allow_tf32 = False
    with open(options.cases, encoding="utf-8") as file:
        cases = cases_of(json.load(file))
    rows = []
    for case in cases:
        try:
            for row in rows_of(case, options.samples):
                rows.append(row)
                found = f"{row['ofCopy']['median']:.2f}" if row["right"] else row["note"]
                print(row["library"], row["op"], row["shape"], row["dtype"], found, row.get("call", ""), flush=True)
        except Exception as failure:  # such as too little memory for the reference
            print(case, first_line(failure), flush=True)
        torch.cuda.empty_cache()
        # Earlier results are kept if a later case ends the process.
        with open(options.out, "w", encoding="utf-8") as file:
            json.dump({"device": torch.cuda.get_device_name(), "rows": rows}, file, indent=1)


if __name__ == "__main__":
    main()
