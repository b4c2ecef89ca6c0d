#!/usr/bin/env python3
"""Writes kernel.cuh: Transformer Engine's NVFP4 kernel without its launcher, for GPUs before Blackwell too.

One function is replaced. cvt_fp32_to_fp4_4x_with_rn rounds four floats to E2M1 with an instruction of Blackwell; here CUDA's own
conversion of cuda_fp4.hpp does. Usage: kernel.py CHECKOUT_OF_TRANSFORMER_ENGINE > kernel.cuh
"""
import pathlib
import re
import sys

SOURCE = "transformer_engine/common/transpose/quantize_transpose_vector_blockwise_fp4.cu"
ROUND = "cvt_fp32_to_fp4_4x_with_rn"
REPLACEMENT = f"""__device__ __forceinline__ __nv_fp4x4_e2m1 {ROUND}(const float2 a, const float2 b, const uint32_t) {{
  return __nv_fp4x4_e2m1(make_float4(a.x, a.y, b.x, b.y));
}}
"""

source = pathlib.Path(sys.argv[1], SOURCE).read_text()
kernel, launcher = source.split("\nnamespace detail {", 1)
kernel, replaced = re.subn(r"^__device__ [^\n;{]*\b" + ROUND + r"\([^{]*\{.*?^\}\n", lambda _: REPLACEMENT, kernel, flags=re.M | re.S)
if replaced != 1:
    sys.exit(f"{ROUND} is defined {replaced} times in {SOURCE}, not once")
print(kernel + "\n}  // namespace transformer_engine")
