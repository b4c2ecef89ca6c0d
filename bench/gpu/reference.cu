// Runs CUDA's number conversions and Transformer Engine's NVFP4 kernel on a GPU.
//
//   reference tables DIR                     each conversion of each of the 2^32 floats, as tables of where the code changes
//   reference cases DIR                      the kernel on eight generated tensors of 2048 x 2048
//   reference files DIR FILE ROWS COLS ...   the kernel on files of BF16, little-endian; rows and columns in whole 128

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "kernel.cuh"

using namespace transformer_engine;

static void check(cudaError_t error, int line) {
  if (error != cudaSuccess) {
    fprintf(stderr, "reference.cu:%d %s\n", line, cudaGetErrorString(error));
    exit(1);
  }
}
#define CHECK(call) check(call, __LINE__)

// Memory of the GPU.
template <typename T>
struct Device {
  T *at;
  size_t size;

  explicit Device(size_t size) : size(size) {
    CHECK(cudaMalloc(&at, size * sizeof(T)));
    CHECK(cudaMemset(at, 0, size * sizeof(T)));
  }
  explicit Device(const std::vector<T> &values) : Device(values.size()) {
    CHECK(cudaMemcpy(at, values.data(), size * sizeof(T), cudaMemcpyHostToDevice));
  }
  Device(const Device &) = delete;
  ~Device() { cudaFree(at); }

  std::vector<T> values(size_t count) const {
    std::vector<T> values(count);
    CHECK(cudaMemcpy(values.data(), at, count * sizeof(T), cudaMemcpyDeviceToHost));
    return values;
  }
  std::vector<T> values() const { return values(size); }

  void save(const std::string &name) const {
    std::vector<T> all = values();
    FILE *file = fopen(name.c_str(), "wb");
    if (!file || fwrite(all.data(), sizeof(T), size, file) != size || fclose(file)) {
      fprintf(stderr, "cannot write %s\n", name.c_str());
      exit(1);
    }
  }
};

// ---- tables ----

enum Format { E2M1, E4M3, E5M2, FP16, BF16, E2M1_STOCHASTIC };
static const char *const FORMATS[] = {"e2m1", "e4m3", "e5m2", "fp16", "bf16"};
static const uint64_t FLOATS = 1ULL << 32;
static const uint64_t MOST_CHANGES = 1 << 20;

__device__ uint32_t convert(Format format, uint32_t pattern, uint32_t random) {
  float x = __uint_as_float(pattern);
  switch (format) {
    case E2M1:
      return __nv_cvt_float_to_fp4(x, __NV_E2M1, cudaRoundNearest);
    case E4M3:
      return __nv_cvt_float_to_fp8(x, __NV_SATFINITE, __NV_E4M3);
    case E5M2:
      return __nv_cvt_float_to_fp8(x, __NV_SATFINITE, __NV_E5M2);
    case FP16:
      return __half_as_ushort(__float2half_rn(x));
    case BF16:
      return __bfloat16_as_ushort(__float2bfloat16_rn(x));
    default: {
      // the value is one of E2M1's already; its code is in the lowest four bits
      float4 rounded = make_float4(ptx::stochastic_round_fp4_e2m1(x, random), 0, 0, 0);
      __nv_fp4x4_e2m1 codes(rounded);
      return *reinterpret_cast<uint16_t *>(&codes) & 15u;
    }
  }
}

// Every pattern whose code is not that of the pattern before it, with its code in the lower 16 bits; in any order.
__global__ void findChanges(Format format, uint32_t random, uint64_t floats, uint64_t *changes,
                            unsigned long long *count, uint64_t most) {
  for (uint64_t p = blockIdx.x * (uint64_t)blockDim.x + threadIdx.x; p < floats; p += (uint64_t)gridDim.x * blockDim.x) {
    uint32_t code = convert(format, (uint32_t)p, random);
    if (p == 0 || code != convert(format, (uint32_t)(p - 1), random)) {
      unsigned long long at = atomicAdd(count, 1ULL);
      if (at < most) changes[at] = (p << 16) | code;
    }
  }
}

static std::vector<uint64_t> changesOf(Format format, uint32_t random) {
  Device<uint64_t> changes(MOST_CHANGES);
  Device<unsigned long long> count(1);
  findChanges<<<4096, 256>>>(format, random, FLOATS, changes.at, count.at, MOST_CHANGES);
  CHECK(cudaDeviceSynchronize());
  unsigned long long found = count.values()[0];
  if (found > MOST_CHANGES) {
    fprintf(stderr, "format %d changes its code %llu times\n", format, found);
    exit(1);
  }
  std::vector<uint64_t> sorted = changes.values(found);
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

static void writeTables(const std::string &dir) {
  for (int format = E2M1; format <= BF16; format++) {
    FILE *file = fopen((dir + "/" + FORMATS[format] + ".csv").c_str(), "w");
    fprintf(file, "from,code\n");
    for (uint64_t change : changesOf((Format)format, 0)) {
      fprintf(file, "%08x,%x\n", (uint32_t)(change >> 16), (uint32_t)(change & 0xffff));
    }
    fclose(file);
  }
  FILE *file = fopen((dir + "/e2m1-stochastic.csv").c_str(), "w");
  fprintf(file, "random,from,code\n");
  for (uint32_t random = 0; random < 256; random++) {
    for (uint64_t change : changesOf(E2M1_STOCHASTIC, random)) {
      fprintf(file, "%u,%08x,%x\n", random, (uint32_t)(change >> 16), (uint32_t)(change & 0xffff));
    }
  }
  fclose(file);
}

// ---- tensors ----

// As GeneratedTensor.java has it. An element's exponent is `exponent`, moved by its block and lowered by itself.
struct Generated {
  const char *name;
  uint64_t seed;
  int exponent, spreadOfBlocks, spread, mantissaBits;
  bool special;  // one element in 64 is a NaN, +0 or -0
};
static const Generated GENERATED[] = {
    {"narrow", 1, 127, 1, 4, 23, false},    {"blocks", 2, 127, 25, 12, 23, false}, {"ties", 3, 127, 3, 3, 4, false},
    {"wide", 4, 127, 101, 30, 23, false},   {"tiny", 5, 20, 9, 12, 23, false},     {"huge", 6, 240, 9, 12, 23, false},
    {"subnormal", 8, 3, 3, 6, 23, false},   {"special", 7, 127, 9, 8, 23, true},
};
static const size_t SIZE = 2048;

// SplitMix64.
__device__ uint64_t mix(uint64_t counter) {
  uint64_t z = counter + 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

__device__ uint32_t pattern(const Generated &of, uint64_t index) {
  uint64_t element = mix(of.seed + index);
  uint64_t block = mix(~of.seed - index / 16);
  uint32_t sign = (uint32_t)(element >> 63) << 31;
  if (of.special && ((element >> 24) & 63) == 0) {
    return ((element >> 30) & 1) ? 0x7FC00000u | sign : sign;
  }
  int biased = of.exponent + (int)((block >> 33) % of.spreadOfBlocks) - of.spreadOfBlocks / 2;
  biased = max(0, biased - (int)((element >> 33) % of.spread));
  int dropped = 23 - of.mantissaBits;
  uint32_t mantissa = (uint32_t)(element & 0x7FFFFF) >> dropped << dropped;
  return sign | (uint32_t)biased << 23 | mantissa;
}

__global__ void generate(Generated of, float *x, uint64_t size) {
  for (uint64_t i = blockIdx.x * (uint64_t)blockDim.x + threadIdx.x; i < size; i += (uint64_t)gridDim.x * blockDim.x) {
    x[i] = __uint_as_float(pattern(of, i));
  }
}

__global__ void roundToBf16(const float *x, bf16 *rounded, float *widened, uint64_t size) {
  for (uint64_t i = blockIdx.x * (uint64_t)blockDim.x + threadIdx.x; i < size; i += (uint64_t)gridDim.x * blockDim.x) {
    rounded[i] = __float2bfloat16_rn(x[i]);
    widened[i] = __bfloat162float(rounded[i]);
  }
}

// The largest magnitude, NaN ignored.
__global__ void findAmax(const float *x, uint64_t size, uint32_t *amax) {
  uint32_t most = 0;
  for (uint64_t i = blockIdx.x * (uint64_t)blockDim.x + threadIdx.x; i < size; i += (uint64_t)gridDim.x * blockDim.x) {
    uint32_t magnitude = __float_as_uint(x[i]) & 0x7FFFFFFF;
    if (magnitude <= 0x7F800000u) most = max(most, magnitude);
  }
  atomicMax(amax, most);
}

template <typename Input, bool STOCHASTIC, bool TWO_D, bool TRANSPOSE>
static void quantise(const std::string &to, const Input *x, const uint32_t *amax, size_t rows, size_t cols) {
  using namespace quantize_transpose_nvfp4;
  size_t size = rows * cols;
  Device<uint8_t> codes(size / 2), codesOfTranspose(size / 2), scales(size / 16), scalesOfTranspose(size / 16);
  Device<size_t> seedAndOffset({0x0123456789ABCDEFULL, 0});
  auto kernel = block_scaled_1d_cast_transpose_kernel<true, TRANSPOSE, false, true, float, Input, uint8_t, fp8e4m3,
                                                      false, STOCHASTIC, TWO_D, false>;
  size_t shared = kSMemSize * sizeof(Input);
  CHECK(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, shared));
  kernel<<<dim3(cols / kTileDim, rows / kTileDim), kThreadsPerBlock, shared>>>(
      x, reinterpret_cast<const float *>(amax), codes.at, codesOfTranspose.at,
      reinterpret_cast<fp8e4m3 *>(scales.at), reinterpret_cast<fp8e4m3 *>(scalesOfTranspose.at), cols, rows, 1,
      cols / 16, 1, rows / 16, 16, 0.f, seedAndOffset.at, nullptr);
  CHECK(cudaGetLastError());
  CHECK(cudaDeviceSynchronize());
  codes.save(to + ".codes");
  scales.save(to + ".scales");
  if (TRANSPOSE) {
    codesOfTranspose.save(to + ".t.codes");
    scalesOfTranspose.save(to + ".t.scales");
  }
}

// Every mode, with the maximum of the numbers as they are in the type that is quantised.
template <typename Input>
static void quantiseAll(const std::string &to, const Input *x, const float *widened, size_t rows, size_t cols) {
  Device<uint32_t> amax(1);
  findAmax<<<512, 256>>>(widened, rows * cols, amax.at);
  quantise<Input, false, false, true>(to + ".1d", x, amax.at, rows, cols);
  quantise<Input, false, true, true>(to + ".2d", x, amax.at, rows, cols);
  quantise<Input, true, false, false>(to + ".sr", x, amax.at, rows, cols);
}

static void quantiseInBf16(const std::string &to, const Device<float> &x, size_t rows, size_t cols) {
  Device<bf16> rounded(x.size);
  Device<float> widened(x.size);
  roundToBf16<<<1024, 256>>>(x.at, rounded.at, widened.at, x.size);
  quantiseAll(to + ".bf16", rounded.at, widened.at, rows, cols);
}

static void quantiseGenerated(const std::string &dir) {
  for (const Generated &generated : GENERATED) {
    std::string to = dir + "/" + generated.name;
    Device<float> x(SIZE * SIZE);
    generate<<<1024, 256>>>(generated, x.at, x.size);
    x.save(to + ".input");
    quantiseAll(to + ".f32", x.at, x.at, SIZE, SIZE);
    quantiseInBf16(to, x, SIZE, SIZE);
  }
}

static std::vector<float> readBf16(const std::string &name, size_t size) {
  std::vector<uint16_t> patterns(size);
  FILE *file = fopen(name.c_str(), "rb");
  if (!file || fread(patterns.data(), 2, size, file) != size) {
    fprintf(stderr, "cannot read %zu numbers from %s\n", size, name.c_str());
    exit(1);
  }
  fclose(file);
  std::vector<float> x(size);
  for (size_t i = 0; i < size; i++) {
    uint32_t pattern = (uint32_t)patterns[i] << 16;
    x[i] = *reinterpret_cast<float *>(&pattern);
  }
  return x;
}

static void quantiseFile(const std::string &dir, const std::string &path, size_t rows, size_t cols) {
  std::string name = path.substr(path.rfind('/') + 1);
  Device<float> x(readBf16(path, rows * cols));
  quantiseInBf16(dir + "/" + name.substr(0, name.rfind('.')), x, rows, cols);
}

int main(int argc, char **argv) {
  std::string verb = argc > 2 ? argv[1] : "";
  if (verb == "tables") {
    writeTables(argv[2]);
  } else if (verb == "cases") {
    quantiseGenerated(argv[2]);
  } else if (verb == "files" && argc > 3 && argc % 3 == 0) {
    for (int i = 3; i < argc; i += 3) quantiseFile(argv[2], argv[i], atol(argv[i + 1]), atol(argv[i + 2]));
  } else {
    fprintf(stderr, "usage: reference tables|cases DIR, reference files DIR FILE ROWS COLS ...\n");
    return 2;
  }
  return 0;
}
