// A network with its plans and the memory that runs lend each other.
#ifndef MAGMA_DNN_NETWORK_H_
#define MAGMA_DNN_NETWORK_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "plan.h"

namespace magma {

// What all maps of a run lie in: pages of their own from the system, which go back to it when a larger arena is needed.
// From the allocator they would leave holes of tens of megabytes in its heaps.
class Arena {
 public:
  Arena() = default;
  explicit Arena(size_t size);
  ~Arena();
  Arena(Arena&& other) noexcept : bytes_(other.bytes_), size_(other.size_) { other.bytes_ = nullptr; }
  Arena& operator=(Arena&& other) noexcept;

  char* bytes() const { return bytes_; }
  size_t size() const { return bytes_ ? size_ : 0; }

 private:
  char* bytes_ = nullptr;
  size_t size_ = 0;
};

// A thread that does one thing after the other. OpenMP keeps a team of threads for every thread that ever asked for
// one, and the callers of a network are many.
class Lead {
 public:
  explicit Lead(int team);
  ~Lead();
  Lead(const Lead&) = delete;
  Lead& operator=(const Lead&) = delete;

  // Returns when it is done, or throws what it threw.
  void Do(std::function<void()> work);

 private:
  void Work(int team);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::packaged_task<void()>> waiting_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace magma

struct md_network {
  md_network(const md_step* steps, int step_count, const int32_t* results, int result_count, int channels, int threads);

  std::unique_ptr<md_result> Run(int height, int width, const float* input);

  void Return(magma::Arena arena);

 private:
  struct Sized {
    int height, width;
    std::shared_ptr<const magma::Plan> plan;
  };

  std::unique_ptr<md_result> RunHere(int height, int width, const float* input);
  std::shared_ptr<const magma::Plan> PlanFor(int height, int width);
  magma::Arena Lend(size_t bytes);

  const int channels_, threads_;
  dnnl::engine engine_;
  std::vector<magma::Layer> layers_;
  std::vector<int> results_;
  std::mutex mutex_;
  std::list<Sized> plans_;  // the last used first
  std::vector<magma::Arena> free_;
  std::unique_ptr<magma::Lead> lead_;  // where runs take more than one thread
};

struct md_result {
  md_result(md_network& network, std::shared_ptr<const magma::Plan> plan, magma::Arena arena)
      : network(network), plan(std::move(plan)), arena(std::move(arena)) {}
  ~md_result() { network.Return(std::move(arena)); }
  md_result(const md_result&) = delete;
  md_result& operator=(const md_result&) = delete;

  md_network& network;
  std::shared_ptr<const magma::Plan> plan;
  magma::Arena arena;
};

#endif  // MAGMA_DNN_NETWORK_H_
