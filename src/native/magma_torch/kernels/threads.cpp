#include "threads.h"

#include <sys/mman.h>

#include <memory>
#include <new>
#include <thread>

namespace magma {
namespace {

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

struct alignas(64) Counter {
  std::atomic<int64_t> done{0};
};

// Waiting is short unless the machine is busy with something else: then that must have the processor.
void WaitFor(const std::atomic<int64_t>& done, int64_t tasks) {
  constexpr int kSpins = 4096;
  for (int spin = 0; done.load(std::memory_order_acquire) < tasks; spin++) {
    if (spin < kSpins) {
      __builtin_ia32_pause();
    } else {
      std::this_thread::yield();
    }
  }
}

// Pieces of about this many bytes of a weight: small enough that no thread waits long for another at the end.
constexpr int64_t kPieceBytes = 32 << 10;

}  // namespace

char* Memory::Get(int64_t bytes) {
  constexpr int64_t kHugePage = 2 << 20;
  if (size_ >= bytes) return data_;
  std::free(data_);
  size_ = 0;
  bytes = (bytes + kHugePage - 1) / kHugePage * kHugePage;
  data_ = static_cast<char*>(std::aligned_alloc(kHugePage, bytes));
  if (data_ == nullptr) throw std::bad_alloc();
  madvise(data_, bytes, MADV_HUGEPAGE);
  size_ = bytes;
  return data_;
}

char* CallMemory(int64_t bytes) {
  thread_local Memory memory;
  return memory.Get(bytes);
}

char* TaskMemory(int64_t bytes) {
  thread_local Memory memory;
  return memory.Get(bytes);
}

int64_t StageThreads() {
  constexpr int64_t kMostThreads = 256;
  return std::min<int64_t>(at::get_num_threads(), kMostThreads);
}

void RunStages(const Stage* stages, int64_t count) {
  auto threads = StageThreads();
  if (threads == 1) {
    for (int64_t stage = 0; stage < count; stage++) {
      for (int64_t task = 0; task < stages[stage].tasks; task++) stages[stage].run(0, task);
    }
    return;
  }
  std::unique_ptr<Share[]> shares(new Share[count * threads]);
  std::unique_ptr<Counter[]> counters(new Counter[count]);
  for (int64_t stage = 0; stage < count; stage++) {
    auto tasks = stages[stage].tasks;
    for (int64_t i = 0; i < threads; i++) {
      shares[stage * threads + i].next_end = Share::Join(tasks * i / threads, tasks * (i + 1) / threads);
    }
  }
  at::parallel_for(0, threads, 1, [&](int64_t thread, int64_t end) {
    for (; thread < end; thread++) {
      for (int64_t stage = 0; stage < count; stage++) {
        int64_t mine = 0;
        for (int64_t victim = 0; victim < threads; victim++) {
          auto& share = shares[stage * threads + (thread + victim) % threads];
          for (int64_t task; (task = share.Take(victim > 0)) >= 0; mine++) stages[stage].run(thread, task);
        }
        auto& done = counters[stage].done;
        if (mine > 0) done.fetch_add(mine, std::memory_order_acq_rel);
        WaitFor(done, stages[stage].tasks);
      }
    }
  });
}

void FewRows::Add(const Linear& call, const void* prepared) {
  auto row_bytes = call.weight.RowBytes() * (call.activation == Activation::kSwiGlu ? 2 : 1);
  auto piece = std::max<int64_t>(kPieceBytes / std::max<int64_t>(row_bytes, 1) / 4 * 4, 4);
  parts_.push_back({&call, prepared, piece, tasks_});
  tasks_ += (call.weight.rows + piece - 1) / piece;
}

Stage FewRows::AsStage() const {
  return {tasks_, [this](int64_t, int64_t task) {
            auto part = parts_.end() - 1;
            while (part->first_task > task) part--;
            auto begin = (task - part->first_task) * part->piece;
            kernels_.few_rows(*part->call, part->prepared, begin,
                              std::min(begin + part->piece, part->call->weight.rows));
          }};
}

}  // namespace magma
