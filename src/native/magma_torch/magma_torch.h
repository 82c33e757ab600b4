// What every source of the shim shares: how a tensor, an argument and an error cross the border to C#.
//
// A tensor handle is a pointer to a heap at::Tensor, owned by whoever holds it and freed by mt_tensor_free
// (TorchSharp's own handles are the same, so code on top works with either). Every export returns 0, or 1 after storing
// a message for mt_error.
#pragma once

#include <ATen/ATen.h>
#include <torch/version.h>

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <string>

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 2)
#include <optional>
template <class T>
using Optional = std::optional<T>;
#else
template <class T>
using Optional = c10::optional<T>;
#endif

#define MT_EXPORT extern "C" __attribute__((visibility("default"))) int32_t

using Handle = at::Tensor*;

// One argument or result of any type. Magma.TorchSharp/Native/Value.cs mirrors it.
enum class Kind : int32_t {
  kNone,
  kTensor,
  kInt,
  kDouble,
  kBool,
  kInts,
  kDoubles,
  kTensors,
  kString,
  kGenerator,
  kDevice,
};

struct Value {
  Kind kind;
  int32_t count;
  union {
    int64_t i;
    double d;
    const void* p;
  };
};
static_assert(sizeof(Value) == 16, "Value.cs has the same layout");

// A libtorch number in two machine words: kind is kInt, kDouble or kBool; a double travels as its bits.
inline at::Scalar ToScalar(int32_t kind, int64_t bits) {
  if (kind == static_cast<int32_t>(Kind::kDouble)) {
    double value;
    static_assert(sizeof(value) == sizeof(bits));
    __builtin_memcpy(&value, &bits, sizeof(value));
    return value;
  }
  if (kind == static_cast<int32_t>(Kind::kBool)) return bits != 0;
  return bits;
}

// Handles alive at this moment; a leak test compares it before and after.
extern std::atomic<int64_t> live_tensors;
extern std::atomic<int64_t> peak_tensors;

// An undefined tensor becomes a null handle.
inline Handle Wrap(at::Tensor&& tensor) {
  if (!tensor.defined()) return nullptr;
  auto live = live_tensors.fetch_add(1, std::memory_order_relaxed) + 1;
  if (live > peak_tensors.load(std::memory_order_relaxed)) peak_tensors.store(live, std::memory_order_relaxed);
  return new at::Tensor(std::move(tensor));
}

inline Handle Wrap(const at::Tensor& tensor) { return Wrap(at::Tensor(tensor)); }

inline Optional<at::Tensor> Maybe(Handle handle) {
  return handle == nullptr ? Optional<at::Tensor>() : Optional<at::Tensor>(*handle);
}

// Called inside a catch (...): stores "operation(dtype[shape], ...): what libtorch said" and returns 1.
int32_t Fail(const char* operation, std::initializer_list<const at::Tensor*> tensors) noexcept;
int32_t Fail(const char* operation, const at::Tensor* const* tensors, size_t count) noexcept;

#define MT_TRY try {
#define MT_CATCH(operation, ...)           \
  return 0;                                \
  }                                        \
  catch (...) {                            \
    return Fail(operation, {__VA_ARGS__}); \
  }
