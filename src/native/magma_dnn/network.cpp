#include "network.h"

#include <omp.h>
#include <sys/mman.h>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

// Sizes that are kept ready, by the bytes of their maps: so many of screens, and of lines of text as long as they are
// not more than so many bytes in all. To get another one ready takes as long as a few megabytes of maps take to be
// computed and keeps about two megabytes: little beside a screen, much beside a line.
constexpr size_t kScreen = size_t{4} << 20;
constexpr int kMostScreens = 2;
constexpr size_t kMostReady = size_t{128} << 20;

// Primitives that oneDNN keeps for whoever asks for the same again; libtorch asks too.
constexpr int kMostCached = 64;

// Runs at the same time that find their memory ready.
constexpr size_t kMostArenas = 4;

// oneDNN takes the number of threads from the calling thread's OpenMP, when a primitive is made and when it runs.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  const int before_;
};

// Plans are many small pieces of memory that live long: made by any thread, they would lie scattered over the heaps
// that the allocator has for each of them. Lives as long as the process.
magma::Lead& PlanningThread() {
  static magma::Lead* const lead = [] {
    // Of primitives that no plan holds any more; the default keeps tens of megabytes of them.
    dnnl::set_primitive_cache_capacity(kMostCached);
    return new magma::Lead(1);
  }();
  return *lead;
}

}  // namespace

namespace magma {

Arena::Arena(size_t size) : size_(size) {
  void* const bytes = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (bytes == MAP_FAILED) throw std::bad_alloc();
  bytes_ = static_cast<char*>(bytes);
}

Arena::~Arena() {
  if (bytes_) munmap(bytes_, size_);
}

Arena& Arena::operator=(Arena&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(size_, other.size_);
  return *this;
}

Lead::Lead(int team) : thread_([this, team] { Work(team); }) {}

Lead::~Lead() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ends_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Lead::Do(std::function<void()> work) {
  std::packaged_task<void()> task(std::move(work));
  std::future<void> done = task.get_future();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    waiting_.push_back(std::move(task));
  }
  changed_.notify_one();
  done.get();
}

void Lead::Work(int team) {
  omp_set_num_threads(team);
  for (;;) {
    std::packaged_task<void()> task;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      task = std::move(waiting_.front());
      waiting_.pop_front();
    }
    task();
  }
}

}  // namespace magma

md_network::md_network(const md_step* steps, int step_count, const int32_t* results, int result_count, int channels,
                       int threads)
    : channels_(channels),
      threads_(threads),
      engine_(dnnl::engine::kind::cpu, 0),
      results_(results, results + result_count) {
  if (step_count < 1 || result_count < 1 || channels < 1 || threads < 1)
    throw std::invalid_argument("a network needs steps, results, channels and threads");
  const OneThread limit;
  std::vector<int> outputs = {channels};
  layers_.reserve(step_count);
  for (int at = 0; at < step_count; ++at) {
    const md_step& step = steps[at];
    const std::string where = "step " + std::to_string(at);
    if (step.input < 0 || step.input > at || step.other > at)
      throw std::invalid_argument(where + " uses a map that is not made before it");
    if (step.stride_height < 1 || step.stride_width < 1 || step.groups < 1 || step.kernel_height < 1 ||
        step.kernel_width < 1)
      throw std::invalid_argument(where + " has sizes below 1");
    const int inputs = outputs[step.input];
    const bool weighted = step.kind == MD_CONVOLVE || step.kind == MD_TRANSPOSED;
    if (weighted && (!step.weights || step.outputs < 1 || inputs % step.groups || step.outputs % step.groups))
      throw std::invalid_argument(where + " has weights that do not fit " + std::to_string(inputs) + " channels");
    if (step.kind == MD_TRANSPOSED && (step.groups != 1 || step.kernel_height != step.stride_height ||
                                       step.kernel_width != step.stride_width || step.top || step.left))
      throw std::invalid_argument(where + " is a transposed convolution whose kernels overlap");
    const bool paired = step.kind == MD_ADD || step.kind == MD_SCALE || step.kind == MD_JOIN;
    if (paired != (step.other >= 0)) throw std::invalid_argument(where + " has the wrong number of inputs");
    outputs.push_back(weighted ? step.outputs : step.kind == MD_JOIN ? inputs + outputs[step.other] : inputs);
    layers_.emplace_back(step, inputs, engine_);
  }
  for (int result : results_)
    if (result < 1 || result > step_count) throw std::invalid_argument("a result is no map that a step makes");
  if (threads > 1) lead_ = std::make_unique<magma::Lead>(threads);
}

std::unique_ptr<md_result> md_network::Run(int height, int width, const float* input) {
  if (height < 1 || width < 1) throw std::invalid_argument("a picture has at least one pixel");
  std::unique_ptr<md_result> result;
  if (lead_) {
    lead_->Do([&] { result = RunHere(height, width, input); });
  } else {
    const OneThread limit;
    result = RunHere(height, width, input);
  }
  return result;
}

std::unique_ptr<md_result> md_network::RunHere(int height, int width, const float* input) {
  std::shared_ptr<const magma::Plan> plan = PlanFor(height, width);
  auto result = std::make_unique<md_result>(*this, plan, Lend(plan->bytes));
  dnnl::stream stream(engine_);
  bool first = true;
  std::unordered_map<int, dnnl::memory> arguments;
  for (const magma::Call& call : plan->calls) {
    arguments = call.constants;
    for (const magma::Call::Argument& map : call.maps) {
      void* place = result->arena.bytes() + map.offset;
      if (first && map.name == DNNL_ARG_FROM) place = const_cast<float*>(input);
      arguments.emplace(map.name, dnnl::memory(map.layout, engine_, place));
    }
    call.primitive.execute(stream, arguments);
    first = false;
  }
  stream.wait();
  return result;
}

std::shared_ptr<const magma::Plan> md_network::PlanFor(int height, int width) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = std::find_if(plans_.begin(), plans_.end(),
                                  [&](const Sized& one) { return one.height == height && one.width == width; });
  if (found != plans_.end()) {
    plans_.splice(plans_.begin(), plans_, found);
    return plans_.front().plan;
  }
  std::shared_ptr<const magma::Plan> plan;
  PlanningThread().Do([&] {
    omp_set_num_threads(threads_);
    plan = std::make_shared<const magma::Plan>(magma::MakePlan(layers_, results_, {channels_, height, width}, engine_));
  });
  plans_.push_front({height, width, plan});
  size_t bytes = 0;
  int screens = 0;
  plans_.remove_if([&](const Sized& one) {
    bytes += one.plan->bytes;
    screens += one.plan->bytes >= kScreen;
    return one.plan != plan && (bytes > kMostReady || (one.plan->bytes >= kScreen && screens > kMostScreens));
  });
  return plan;
}

magma::Arena md_network::Lend(size_t bytes) {
  magma::Arena arena;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!free_.empty()) {
      arena = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (arena.size() >= bytes) return arena;
  arena = magma::Arena();
  return magma::Arena(bytes);
}

void md_network::Return(magma::Arena arena) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (free_.size() < kMostArenas) free_.push_back(std::move(arena));
}
