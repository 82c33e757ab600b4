// Work of one call on all of libtorch's threads, and the memory that it needs on the way.
#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <vector>

#include "kernels.h"

namespace magma {

constexpr int64_t Aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

// Memory on huge pages that grows to the most that was asked for; what was there before is lost.
class Memory {
 public:
  Memory() = default;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() { std::free(data_); }
  char* Get(int64_t bytes);

 private:
  char* data_ = nullptr;
  int64_t size_ = 0;
};

// Scratch memory of a thread: one for the call that it makes, one for the tasks that it runs.
char* CallMemory(int64_t bytes);
char* TaskMemory(int64_t bytes);

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

// Tasks that do not depend on each other, but all on the stage before. `run` must not throw.
struct Stage {
  int64_t tasks;
  std::function<void(int64_t thread, int64_t task)> run;
};

// The threads of RunStages: `thread` is below.
int64_t StageThreads();

// Stages one after the other. Every thread begins each with a run of neighbouring tasks, so that memory that they read
// is one stream, and takes over the others' last tasks at the end. Threads wait for a stage's tasks, never for each
// other: it works however many of them there really are.
void RunStages(const Stage* stages, int64_t count);

// Products of few rows, cut into tasks. Calls and prepared activations (Kernels::prepare) must outlive it; activations
// may still be missing when a call is added.
class FewRows {
 public:
  explicit FewRows(const Kernels& kernels) : kernels_(kernels) {}
  void Add(const Linear& call, const void* prepared);
  Stage AsStage() const;

 private:
  struct Part {
    const Linear* call;
    const void* prepared;
    int64_t piece, first_task;
  };
  const Kernels& kernels_;
  std::vector<Part> parts_;
  int64_t tasks_ = 0;
};

}  // namespace magma
