// What the machine can do at best, for benchmarks: products that never leave the registers, and reading that computes
// nothing.

constexpr int kChains = MAGMA_AVX512 ? 24 : 12;

// `steps` times kChains independent multiply-adds.
float MultiplyOnly(int64_t steps) {
  Vec sum[kChains];
#pragma GCC unroll 24
  for (int i = 0; i < kChains; i++) sum[i] = Zero();
  auto a = Set(1), b = Set(2);
  for (int64_t step = 0; step < steps; step++) {
#pragma GCC unroll 24
    for (int i = 0; i < kChains; i++) {
      sum[i] = MultiplyAdd<MAGMA_BF16>(a, b, sum[i]);
      // Else the compiler would see that all chains add the same and keep one.
      asm volatile("" : "+v"(sum[i]));
    }
  }
  auto total = Zero();
#pragma GCC unroll 24
  for (int i = 0; i < kChains; i++) total = total + sum[i];
  return Sum(total);
}

float ReadOnly(const float* p, int64_t count) {
  Vec sum[4] = {Zero(), Zero(), Zero(), Zero()};
  for (int64_t i = 0; i + 4 * kLanes <= count; i += 4 * kLanes) {
    __builtin_prefetch(p + i + 1024, 0, 2);
    __builtin_prefetch(p + i + 1024 + kLanes, 0, 2);
    __builtin_prefetch(p + i + 1024 + 2 * kLanes, 0, 2);
    __builtin_prefetch(p + i + 1024 + 3 * kLanes, 0, 2);
    for (int j = 0; j < 4; j++) sum[j] = sum[j] + Load(p + i + j * kLanes);
  }
  return Sum(sum[0] + sum[1] + sum[2] + sum[3]);
}

constexpr int64_t kOperationsPerStep = int64_t{kChains} * kLanes * 2 * kPerUnit<MAGMA_BF16>;
