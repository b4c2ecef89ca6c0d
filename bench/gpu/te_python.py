#!/usr/bin/env python3
"""Runs Transformer Engine's Python reference of NVFP4 on a GPU, straight from a checkout: nothing of it is built or installed.

Usage: te_python.py CHECKOUT OUT FILE...
FILE is NAME.bf16, 256 x 512 numbers, or NAME.input, 2048 x 2048 numbers of binary32, which are done in BF16 too; all little-endian.
Writes OUT/NAME[.TYPE].py.MODE[.t].codes and .scales; .t is the transposed tensor,
OUT/NAME[.TYPE].py.rht.t.bf16 what the random Hadamard transform makes of it.
"""
import importlib.util
import pathlib
import sys
import types

import numpy as np
import torch

checkout, out, files = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
RECIPES = "transformer_engine.pytorch.custom_recipes"


class Quantizer:
    """In place of Transformer Engine's: what the reference reads of its base class."""

    def __init__(self, rowwise=True, columnwise=True):
        self.rowwise_usage, self.columnwise_usage = rowwise, columnwise


class Anything:
    """The matmuls of the reference are not run; its signatures name their constants."""

    def __getattr__(self, name):
        return None


def package(name, **members):
    module = types.ModuleType(name)
    module.__path__ = []
    module.__dict__.update(members)
    sys.modules[name] = module
    return module


def recipe(name):
    file = checkout / RECIPES.replace(".", "/") / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"{RECIPES}.{name}", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    setattr(sys.modules[RECIPES], name, module)
    return module


package("transformer_engine")
package("transformer_engine.pytorch")
package("transformer_engine.pytorch.quantized_tensor", QuantizedTensorStorage=object, Quantizer=Quantizer)
gemm = package(f"{RECIPES}.gemm", __getattr__=lambda name: Anything())
package(RECIPES, gemm=gemm)
recipe("reference_utils")
reference = recipe("reference_nvfp4")

MODES = {"1d": {}, "2d": {"quant_tile_shape": (16, 16)}, "rht": {"with_rht": True}}
for tile, shape in (("1d", (1, 16)), ("2d", (16, 16))):
    for bound in (256, 448):
        for error in ("mae", "mse"):
            MODES[f"4over6-{bound}-{error}-{tile}"] = {
                "nvfp4_use_4over6": True,
                "nvfp4_e4m3_max": bound,
                "nvfp4_4over6_err_mode": error,
                "quant_tile_shape": shape,
            }


def save(name, tensor):
    tensor.contiguous().view(torch.uint8).cpu().numpy().tofile(out / name)


def quantise(name, x):
    for mode, options in MODES.items():
        if mode == "rht" and x.dtype != torch.bfloat16:
            continue
        quantizer = reference.NVFP4QuantizerRef(reference.reference_utils.Fp4Formats.E2M1, **options)
        codes, scales, codes_t, scales_t, _, _ = quantizer._quantize(x)
        save(f"{name}.py.{mode}.codes", codes)
        save(f"{name}.py.{mode}.scales", scales)
        save(f"{name}.py.{mode}.t.codes", codes_t)
        save(f"{name}.py.{mode}.t.scales", scales_t)
        if mode == "rht":
            save(f"{name}.py.rht.t.bf16", quantizer._apply_rht(x.t().contiguous()))


for file in map(pathlib.Path, files):
    if file.suffix == ".bf16":
        patterns = torch.from_numpy(np.fromfile(file, dtype="<i2").reshape(256, 512))
        quantise(file.stem, patterns.cuda().view(torch.bfloat16))
    else:
        x = torch.from_numpy(np.fromfile(file, dtype="<f4").reshape(2048, 2048)).cuda()
        quantise(f"{file.stem}.f32", x)
        quantise(f"{file.stem}.bf16", x.to(torch.bfloat16))
