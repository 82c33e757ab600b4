#include "run.h"

#include <ATen/Parallel.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

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

struct Free {
  void operator()(void* p) const { std::free(p); }
};

constexpr int64_t kHugePage = 2 << 20;

// A thread keeps the largest scratch memory it ever needed.
void* Scratch(int64_t bytes) {
  thread_local std::unique_ptr<void, Free> memory;
  thread_local int64_t size = 0;
  if (size < bytes) {
    memory.reset();
    size = 0;
    bytes = (bytes + kHugePage - 1) / kHugePage * kHugePage;
    memory.reset(std::aligned_alloc(kHugePage, bytes));
    if (memory == nullptr) throw std::bad_alloc();
    madvise(memory.get(), bytes, MADV_HUGEPAGE);
    size = bytes;
  }
  return memory.get();
}

// Threads take the next task when they are free: virtual cores are seldom equally fast.
template <class Body>
void ForEach(int64_t tasks, const Body& body) {
  if (tasks == 1 || at::get_num_threads() == 1) {
    for (int64_t task = 0; task < tasks; task++) body(task);
    return;
  }
  std::atomic<int64_t> next{0};
  at::parallel_for(0, std::min<int64_t>(tasks, at::get_num_threads()), 1, [&](int64_t begin, int64_t end) {
    for (; begin < end; begin++) {
      for (int64_t task; (task = next.fetch_add(1, std::memory_order_relaxed)) < tasks;) body(task);
    }
  });
}

// Tasks [next, end) that are left to a thread.
struct alignas(64) Share {
  std::atomic<uint64_t> next_end;

  static uint64_t Join(uint64_t next, uint64_t end) { return next << 32 | end; }

  // The first of them, or the last for another thread that has none left; -1 when there are none.
  int64_t Take(bool last) {
    auto both = next_end.load(std::memory_order_relaxed);
    for (;;) {
      auto next = both >> 32, end = both & UINT32_MAX;
      if (next >= end) return -1;
      if (next_end.compare_exchange_weak(both, last ? Join(next, end - 1) : Join(next + 1, end),
                                         std::memory_order_relaxed))
        return static_cast<int64_t>(last ? end - 1 : next);
    }
  }
};

// As ForEach, but every thread begins with a run of neighbouring tasks: memory that they read is one stream.
template <class Body>
void ForEachInRuns(int64_t tasks, const Body& body) {
  constexpr int64_t kMostThreads = 256;
  auto threads = std::min<int64_t>({tasks, at::get_num_threads(), kMostThreads});
  if (threads <= 1) {
    for (int64_t task = 0; task < tasks; task++) body(task);
    return;
  }
  Share shares[kMostThreads];
  for (int64_t i = 0; i < threads; i++)
    shares[i].next_end = Share::Join(tasks * i / threads, tasks * (i + 1) / threads);
  at::parallel_for(0, threads, 1, [&](int64_t begin, int64_t end) {
    for (; begin < end; begin++) {
      for (int64_t victim = 0; victim < threads; victim++) {
        auto& share = shares[(begin + victim) % threads];
        for (int64_t task; (task = share.Take(victim > 0)) >= 0;) body(task);
      }
    }
  });
}

int64_t Parts(int64_t count, int64_t part) { return (count + part - 1) / part; }

// Pieces of about this many bytes of a weight: small enough that no thread waits long for another at the end.
constexpr int64_t kPieceBytes = 64 << 10;

void RunFewRows(const Kernels& kernels, const Linear* calls, int64_t count) {
  std::vector<int64_t> piece(count), first_task(count + 1), offset(count + 1);
  for (int64_t i = 0; i < count; i++) {
    auto& call = calls[i];
    auto row_bytes = call.weight.RowBytes() * (call.activation == Activation::kSwiGlu ? 2 : 1);
    piece[i] = std::max<int64_t>(kPieceBytes / std::max<int64_t>(row_bytes, 1) / 16 * 16, 16);
    first_task[i + 1] = first_task[i] + Parts(call.weight.rows, piece[i]);
    offset[i + 1] = offset[i] + (kernels.prepared_bytes(call) + 63) / 64 * 64;
  }
  std::unique_ptr<char, Free> prepared(
      static_cast<char*>(std::aligned_alloc(64, std::max<int64_t>(offset[count], 64))));
  if (prepared == nullptr) throw std::bad_alloc();
  for (int64_t i = 0; i < count; i++) kernels.prepare(calls[i], prepared.get() + offset[i]);
  ForEachInRuns(first_task[count], [&](int64_t task) {
    int64_t i = std::upper_bound(first_task.begin(), first_task.end(), task) - first_task.begin() - 1;
    auto begin = (task - first_task[i]) * piece[i];
    kernels.few_rows(calls[i], prepared.get() + offset[i], begin, std::min(begin + piece[i], calls[i].weight.rows));
  });
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
    kernels.product(call, Scratch(kernels.product_scratch), row, std::min(row + rows, call.rows), column,
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
      kernels.attend_one(call, Scratch(bytes), task / call.kv_heads, task % call.kv_heads);
    });
    return;
  }
  auto tokens = std::max<int64_t>(kAttendRows / group, 1);
  auto parts = Parts(call.tokens, tokens);
  // Late blocks see the most keys: they go first, so that the short ones fill the gaps at the end.
  ForEach(pairs * parts, [&](int64_t task) {
    auto token = (parts - 1 - task / pairs) * tokens;
    auto pair = task % pairs;
    kernels.attend_block(call, Scratch(kernels.attend_scratch), pair / call.kv_heads, pair % call.kv_heads, token,
                         std::min(token + tokens, call.tokens));
  });
}

void Run(const DepthwiseNorm& call) {
  auto& kernels = *Current();
  ForEach(call.batch * call.height, [&](int64_t task) {
    kernels.depthwise_norm(call, Scratch(8 * call.channels * static_cast<int64_t>(sizeof(float))), task, task + 1);
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
  std::unique_ptr<float, Free> memory(
      static_cast<float*>(std::aligned_alloc(kHugePage, Parts(bytes, kHugePage) * kHugePage)));
  if (memory == nullptr) throw std::bad_alloc();
  auto p = memory.get();
  madvise(p, Parts(bytes, kHugePage) * kHugePage, MADV_HUGEPAGE);
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
