// In place of Transformer Engine's common.h: as much as its NVFP4 kernel needs, without its build.
#pragma once

#include <cuda.h>
#include <cudaTypedefs.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp4.h>
#include <cuda_fp8.h>
#include <cuda_runtime_api.h>

#include <cstdint>
#include <limits>

#define FP4_TYPE_SUPPORTED (CUDA_VERSION >= 12080)
#define NVTE_BUILD_NUM_PHILOX_ROUNDS 10
#define NVTE_ERROR(...)
#define NVTE_CHECK(...)

namespace transformer_engine {

using byte = uint8_t;
using int16 = int16_t;
using int32 = int32_t;
using int64 = int64_t;
using fp32 = float;
using fp16 = half;
using bf16 = nv_bfloat16;
using fp8e4m3 = __nv_fp8_e4m3;
using fp8e5m2 = __nv_fp8_e5m2;
using fp8e8m0 = __nv_fp8_e8m0;
using fp4e2m1 = __nv_fp4_e2m1;
using fp4e2m1x2 = __nv_fp4x2_e2m1;
using fp4e2m1x4 = __nv_fp4x4_e2m1;

namespace detail {

template <typename T>
struct TypeExtrema {
  static constexpr float max = std::numeric_limits<T>::max();
};
template <>
struct TypeExtrema<fp4e2m1> {
  static constexpr float max = 6.0f;
  static constexpr float max_inverse = 1.0 / max;
};
template <>
struct TypeExtrema<fp8e4m3> {
  static constexpr float max = 448.0f;
  static constexpr float max_inverse = 1.0 / max;
};
template <>
struct TypeExtrema<fp8e5m2> {
  static constexpr float max = 57344.0f;
};
template <>
struct TypeExtrema<bf16> {
  static constexpr float max = 0x1.FEp127;
};
template <>
struct TypeExtrema<fp16> {
  static constexpr float max = 0x1.FFCp15;
};

}  // namespace detail

template <typename T>
constexpr T DIVUP(const T &x, const T &y) {
  return (x + y - 1) / y;
}

}  // namespace transformer_engine
