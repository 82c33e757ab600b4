#include <exception>
#include <sstream>

#include "magma_torch.h"

std::atomic<int64_t> live_tensors{0};
std::atomic<int64_t> peak_tensors{0};

namespace {

thread_local std::string last_error;

void Describe(std::ostream& out, const at::Tensor* tensor) {
  if (tensor == nullptr || !tensor->defined()) {
    out << "none";
    return;
  }
  out << c10::toString(tensor->scalar_type()) << '[';
  for (int64_t i = 0; i < tensor->dim(); i++) out << (i == 0 ? "" : ", ") << tensor->size(i);
  out << ']';
  if (!tensor->is_cpu()) out << " on " << tensor->device();
}

std::string CurrentMessage() {
  try {
    throw;
  } catch (const c10::Error& error) {
    return error.what_without_backtrace();
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception of an unknown type";
  }
}

}  // namespace

int32_t Fail(const char* operation, const at::Tensor* const* tensors, size_t count) noexcept {
  try {
    auto message = CurrentMessage();
    std::ostringstream out;
    out << operation << '(';
    for (size_t i = 0; i < count; i++) {
      if (i > 0) out << ", ";
      Describe(out, tensors[i]);
    }
    out << "): " << message;
    last_error = out.str();
  } catch (...) {
    last_error.clear();
  }
  return 1;
}

int32_t Fail(const char* operation, std::initializer_list<const at::Tensor*> tensors) noexcept {
  return Fail(operation, tensors.begin(), tensors.size());
}

// The message of the last failure on this thread, valid until the next one.
MT_EXPORT mt_error(const char** text) {
  *text = last_error.c_str();
  return 0;
}
