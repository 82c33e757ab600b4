#include "run.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>

#include "threads.h"

namespace magma {
namespace {

bool Supported(const Kernels& kernels) {
  bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (&kernels == &kAvx2) return avx2;
  if (&kernels == &kAvx512) return avx512;
  return avx512 && __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512vbmi");
}

const Kernels* Best() {
  for (auto kernels : {&kAvx512Bf16, &kAvx512, &kAvx2}) {
    if (Supported(*kernels)) return kernels;
  }
  return nullptr;
}

std::atomic<const Kernels*> current{Best()};

int64_t Parts(int64_t count, int64_t part) { return (count + part - 1) / part; }

void RunFewRows(const Kernels& kernels, const Linear* calls, int64_t count) {
  int64_t bytes = 0;
  for (int64_t i = 0; i < count; i++) bytes += Aligned(kernels.prepared_bytes(calls[i]));
  auto prepared = CallMemory(bytes);
  FewRows products(kernels);
  for (int64_t i = 0; i < count; i++) {
    kernels.prepare(calls[i], prepared);
    products.Add(calls[i], prepared);
    prepared += Aligned(kernels.prepared_bytes(calls[i]));
  }
  auto stage = products.AsStage();
  RunStages(&stage, 1);
}

void RunProduct(const Kernels& kernels, const Linear& call) {
  bool swiglu = call.activation == Activation::kSwiGlu;
  auto tile = swiglu ? kernels.column_tile / 2 : kernels.column_tile;
  auto threads = at::get_num_threads();
  auto blocks = Parts(call.rows, kRowBlock);
  auto rows = Parts(call.rows, blocks);
  // As many tasks for every thread, where there are few.
  auto column_parts = Parts(call.weight.rows, swiglu ? kColumnBlock / 2 : kColumnBlock);
  if (blocks * column_parts < 8 * threads && call.weight.rows > tile)
    column_parts = Parts(column_parts, threads) * threads;
  auto columns = Parts(Parts(call.weight.rows, column_parts), tile) * tile;
  column_parts = Parts(call.weight.rows, columns);
  ForEach(blocks * column_parts, [&](int64_t task) {
    auto row = task / column_parts * rows, column = task % column_parts * columns;
    kernels.product(call, TaskMemory(kernels.product_scratch), row, std::min(row + rows, call.rows), column,
                    std::min(column + columns, call.weight.rows));
  });
}

}  // namespace

const Kernels* Current() { return current; }

bool Select(const char* name) {
  for (auto kernels : {&kAvx512Bf16, &kAvx512, &kAvx2}) {
    if (std::strcmp(kernels->name, name) == 0 && Supported(*kernels)) {
      current = kernels;
      return true;
    }
  }
  return false;
}

void Run(const Linear* calls, int64_t count) {
  auto& kernels = *Current();
  if (calls[0].rows <= kFewRows) {
    RunFewRows(kernels, calls, count);
  } else {
    for (int64_t i = 0; i < count; i++) RunProduct(kernels, calls[i]);
  }
}

void Run(const Norm& call) {
  auto rows = std::max<int64_t>(16384 / call.columns, 1);
  auto& kernels = *Current();
  ForEach(Parts(call.rows, rows),
          [&](int64_t task) { kernels.norm(call, task * rows, std::min((task + 1) * rows, call.rows)); });
}

void Run(const Rotary& call) {
  auto rows = std::max<int64_t>(16384 / (call.heads * call.size), 1);
  auto& kernels = *Current();
  ForEach(Parts(call.rows, rows),
          [&](int64_t task) { kernels.rotary(call, task * rows, std::min((task + 1) * rows, call.rows)); });
}

void Run(const Attention& call) {
  auto& kernels = *Current();
  auto pairs = call.batch * call.kv_heads, group = call.heads / call.kv_heads;
  if (call.tokens == 1) {
    auto bytes = group * ((call.start + 1 + 15) / 16 * 16) * static_cast<int64_t>(sizeof(float));
    ForEach(pairs, [&](int64_t task) {
      kernels.attend_one(call, TaskMemory(bytes), task / call.kv_heads, task % call.kv_heads);
    });
    return;
  }
  auto tokens = std::max<int64_t>(kAttendRows / group, 1);
  auto parts = Parts(call.tokens, tokens);
  // Late blocks see the most keys: they go first, so that the short ones fill the gaps at the end.
  ForEach(pairs * parts, [&](int64_t task) {
    auto token = (parts - 1 - task / pairs) * tokens;
    auto pair = task % pairs;
    kernels.attend_block(call, TaskMemory(kernels.attend_scratch), pair / call.kv_heads, pair % call.kv_heads, token,
                         std::min(token + tokens, call.tokens));
  });
}

void Run(const DepthwiseNorm& call) {
  auto& kernels = *Current();
  ForEach(call.batch * call.height, [&](int64_t task) {
    kernels.depthwise_norm(call, TaskMemory(8 * call.channels * static_cast<int64_t>(sizeof(float))), task, task + 1);
  });
}

namespace {

double Seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

template <class Body>
double BestRate(double amount, const Body& body) {
  double best = 0;
  for (int pass = 0; pass < 5; pass++) {
    auto started = Seconds();
    body();
    best = std::max(best, amount / (Seconds() - started));
  }
  return best;
}

}  // namespace

double MeasureReading(int64_t bytes) {
  Memory memory;
  auto p = reinterpret_cast<float*>(memory.Get(bytes));
  constexpr int64_t kPiece = 1 << 18;
  auto pieces = bytes / (kPiece * static_cast<int64_t>(sizeof(float)));
  std::fill(p, p + pieces * kPiece, 1.0f);
  std::atomic<float> sum{0};
  return BestRate(static_cast<double>(pieces * kPiece) * sizeof(float), [&] {
    ForEach(pieces, [&](int64_t piece) { sum = sum + Current()->read_only(p + piece * kPiece, kPiece); });
  });
}

double MeasureProducts() {
  constexpr int64_t kSteps = 1 << 16, kTasks = 64;
  std::atomic<float> sum{0};
  return BestRate(static_cast<double>(kSteps) * kTasks * Current()->operations_per_step,
                  [&] { ForEach(kTasks, [&](int64_t) { sum = sum + Current()->multiply_only(kSteps); }); });
}

}  // namespace magma
