#include <dnnl.hpp>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>

#include "network.h"

namespace {

thread_local std::string last_error;

template <typename Body>
int32_t Guard(Body body) {
  try {
    body();
    return MD_OK;
  } catch (const std::invalid_argument& e) {
    last_error = e.what();
    return MD_BAD_ARGUMENT;
  } catch (const dnnl::error& e) {
    last_error = std::string("oneDNN: ") + e.what();
  } catch (const std::bad_alloc&) {
    last_error = "not enough memory";
  } catch (const std::exception& e) {
    last_error = e.what();
  } catch (...) {
    last_error = "unknown C++ exception";
  }
  return MD_FAILED;
}

}  // namespace

extern "C" {

const char* md_last_error(void) { return last_error.c_str(); }

const char* md_version(void) {
  static const std::string version = [] {
    const dnnl_version_t* found = dnnl_version();
    return std::to_string(found->major) + "." + std::to_string(found->minor) + "." + std::to_string(found->patch);
  }();
  return version.c_str();
}

int32_t md_can(void) {
  const int needed = static_cast<int>(dnnl::cpu_isa::avx512_core_bf16);
  return (static_cast<int>(dnnl::get_effective_cpu_isa()) & needed) == needed;
}

int32_t md_network_new(const md_step* steps, int32_t step_count, const int32_t* results, int32_t result_count,
                       int32_t channels, int32_t threads, md_network** network) {
  return Guard([&] { *network = new md_network(steps, step_count, results, result_count, channels, threads); });
}

void md_network_free(md_network* network) { delete network; }

int32_t md_network_run(md_network* network, int32_t height, int32_t width, const float* input, md_result** result) {
  return Guard([&] { *result = network->Run(height, width, input).release(); });
}

int32_t md_result_map(md_result* result, int32_t index, const float** numbers, int32_t shape[3]) {
  return Guard([&] {
    const magma::MapShape& map = result->plan->shapes.at(index);
    *numbers = reinterpret_cast<const float*>(result->arena.bytes() + result->plan->offsets[index]);
    shape[0] = map.channels;
    shape[1] = map.height;
    shape[2] = map.width;
  });
}

void md_result_free(md_result* result) { delete result; }
}
