// The library itself: threads, random generators, devices, what it was built with.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <dlfcn.h>
#include <sched.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <string>

#include "magma_torch.h"

namespace {

thread_local std::string text;

// libtorch's BLAS comes in with libtorch, outside the global scope that RTLD_DEFAULT would search.
void* OpenBlas(const char* symbol) {
  void* library = dlopen("libopenblas.so.0", RTLD_LAZY | RTLD_NOLOAD);
  if (library == nullptr) return nullptr;
  void* found = dlsym(library, symbol);
  dlclose(library);
  return found;
}

void SetThreads(int count) {
  at::set_num_threads(count);
  // OpenBLAS built on plain threads has its own pool, which libtorch does not know.
  auto set = reinterpret_cast<void (*)(int)>(OpenBlas("openblas_set_num_threads"));
  if (set != nullptr) set(count);
}

// Processors that this process may run on, counting those that share a core once; 0 where the kernel does not tell.
int Cores() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return 0;
  std::set<std::string> cores;
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    std::ifstream file("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list");
    std::string siblings;
    if (!std::getline(file, siblings)) return 0;
    cores.insert(siblings);
  }
  return static_cast<int>(cores.size());
}

// libtorch reads the number of cores from the processor itself, which on virtual machines often tells of half as many.
const bool threads_are_set = [] {
  if (std::getenv("OMP_NUM_THREADS") != nullptr || std::getenv("MKL_NUM_THREADS") != nullptr) return false;
  int cores = Cores();
  if (cores > 0) SetThreads(cores);
  return cores > 0;
}();

}  // namespace

MT_EXPORT mt_set_num_threads(int32_t count) {
  MT_TRY SetThreads(count);
  MT_CATCH("set_num_threads", )
}

MT_EXPORT mt_get_num_threads(int32_t* count) {
  MT_TRY* count = at::get_num_threads();
  MT_CATCH("get_num_threads", )
}

MT_EXPORT mt_set_num_interop_threads(int32_t count) {
  MT_TRY at::set_num_interop_threads(count);
  MT_CATCH("set_num_interop_threads", )
}

MT_EXPORT mt_get_num_interop_threads(int32_t* count) {
  MT_TRY* count = static_cast<int32_t>(at::get_num_interop_threads());
  MT_CATCH("get_num_interop_threads", )
}

MT_EXPORT mt_cuda_device_count(int32_t* count) {
  MT_TRY auto present = c10::impl::hasDeviceGuardImpl(c10::DeviceType::CUDA);
  *count = present ? c10::impl::getDeviceGuardImpl(c10::DeviceType::CUDA)->deviceCount() : 0;
  MT_CATCH("cuda.device_count", )
}

// What: 0 version, 1 build configuration, 2 threading, 3 name and configuration of the BLAS library (empty when not
// OpenBLAS).
MT_EXPORT mt_describe(int32_t what, const char** out) {
  MT_TRY switch (what) {
    case 0:
      text = TORCH_VERSION;
      break;
    case 1:
      text = at::show_config();
      break;
    case 2:
      text = at::get_parallel_info();
      break;
    default:
      auto config = reinterpret_cast<const char* (*)()>(OpenBlas("openblas_get_config"));
      text = config != nullptr ? config() : "";
      break;
  }
  *out = text.c_str();
  MT_CATCH("describe", )
}

// Seeds every device's default generator.
MT_EXPORT mt_manual_seed(uint64_t seed) {
  MT_TRY at::manual_seed(seed);
  MT_CATCH("manual_seed", )
}

// seed is used for a new generator only; fresh 0 gives the device's default one.
MT_EXPORT mt_generator(int32_t fresh, uint64_t seed, int32_t device_type, int32_t device_index, at::Generator** out) {
  MT_TRY c10::Device device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index));
  if (!fresh) {
    *out = new at::Generator(at::globalContext().defaultGenerator(device));
  } else {
    TORCH_CHECK(device.is_cpu(), "only CPU generators can be made, not for ", device);
    *out = new at::Generator(at::make_generator<at::CPUGeneratorImpl>(seed));
  }
  MT_CATCH("Generator", )
}

MT_EXPORT mt_generator_free(at::Generator* generator) {
  delete generator;
  return 0;
}

MT_EXPORT mt_generator_set_seed(at::Generator* generator, uint64_t seed) {
  MT_TRY std::lock_guard<std::mutex> lock(generator->mutex());
  generator->set_current_seed(seed);
  MT_CATCH("Generator.manual_seed", )
}

MT_EXPORT mt_generator_seed(at::Generator* generator, int32_t renew, uint64_t* seed) {
  MT_TRY std::lock_guard<std::mutex> lock(generator->mutex());
  *seed = renew ? generator->seed() : generator->current_seed();
  MT_CATCH("Generator.seed", )
}

MT_EXPORT mt_generator_state(at::Generator* generator, Handle* out) {
  MT_TRY std::lock_guard<std::mutex> lock(generator->mutex());
  *out = Wrap(generator->get_state());
  MT_CATCH("Generator.get_state", )
}

MT_EXPORT mt_generator_set_state(at::Generator* generator, Handle state) {
  MT_TRY std::lock_guard<std::mutex> lock(generator->mutex());
  generator->set_state(*state);
  MT_CATCH("Generator.set_state", state)
}
