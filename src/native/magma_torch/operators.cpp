// Calls through the dispatcher by schema name, typed by signature: as fast as a direct call, and no line here per
// operator.
#include "operators.h"

#include <ATen/core/dispatch/Dispatcher.h>

#include <memory>

#include "magma_torch.h"

namespace {

using T = at::Tensor;
using Unary = T(const T&);
using Binary = T(const T&, const T&);
using Ternary = T(const T&, const T&, const T&);
using BinaryAlpha = T(const T&, const T&, const at::Scalar&);
using WithScalar = T(const T&, const at::Scalar&);
using WithScalars = T(const T&, const at::Scalar&, const at::Scalar&);
using UnaryInPlace = T&(T&);
using BinaryInPlace = T&(T&, const T&);
using BinaryAlphaInPlace = T&(T&, const T&, const at::Scalar&);
using WithScalarInPlace = T&(T&, const at::Scalar&);
using WithScalarsInPlace = T&(T&, const at::Scalar&, const at::Scalar&);

// The order of Magma.TorchSharp/Native/Operator.cs.
enum Signature : int32_t {
  kBoxed,
  kUnary,
  kBinary,
  kTernary,
  kBinaryAlpha,
  kWithScalar,
  kWithScalars,
  kUnaryInPlace,
  kBinaryInPlace,
  kBinaryAlphaInPlace,
  kWithScalarInPlace,
  kWithScalarsInPlace,
};

void Check(const c10::OperatorHandle& op, int32_t signature) {
  switch (signature) {
    case kUnary:
      op.typed<Unary>();
      break;
    case kBinary:
      op.typed<Binary>();
      break;
    case kTernary:
      op.typed<Ternary>();
      break;
    case kBinaryAlpha:
      op.typed<BinaryAlpha>();
      break;
    case kWithScalar:
      op.typed<WithScalar>();
      break;
    case kWithScalars:
      op.typed<WithScalars>();
      break;
    case kUnaryInPlace:
      op.typed<UnaryInPlace>();
      break;
    case kBinaryInPlace:
      op.typed<BinaryInPlace>();
      break;
    case kBinaryAlphaInPlace:
      op.typed<BinaryAlphaInPlace>();
      break;
    case kWithScalarInPlace:
      op.typed<WithScalarInPlace>();
      break;
    case kWithScalarsInPlace:
      op.typed<WithScalarsInPlace>();
      break;
    default:
      break;
  }
}

// Check has compared the signature with the kernel's when the operator was looked up.
template <class Function>
const c10::TypedOperatorHandle<Function>& As(const Operator* op) {
  return static_cast<const c10::TypedOperatorHandle<Function>&>(op->handle);
}

}  // namespace

// name is "aten::add", overload "Tensor" or "". The operator lives as long as the process.
MT_EXPORT mt_operator_find(const char* name, const char* overload, int32_t signature, const Operator** op) {
  try {
    auto handle = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
    Check(handle, signature);
    *op = new Operator{handle, name};
    return 0;
  } catch (...) {
    return Fail(name, {});
  }
}

MT_EXPORT mt_unary(const Operator* op, Handle a, Handle* out) {
  MT_TRY* out = Wrap(As<Unary>(op).call(*a));
  MT_CATCH(op->name.c_str(), a)
}

MT_EXPORT mt_binary(const Operator* op, Handle a, Handle b, Handle* out) {
  MT_TRY* out = Wrap(As<Binary>(op).call(*a, *b));
  MT_CATCH(op->name.c_str(), a, b)
}

MT_EXPORT mt_ternary(const Operator* op, Handle a, Handle b, Handle c, Handle* out) {
  MT_TRY* out = Wrap(As<Ternary>(op).call(*a, *b, *c));
  MT_CATCH(op->name.c_str(), a, b, c)
}

MT_EXPORT mt_binary_alpha(const Operator* op, Handle a, Handle b, int32_t kind, int64_t bits, Handle* out) {
  MT_TRY* out = Wrap(As<BinaryAlpha>(op).call(*a, *b, ToScalar(kind, bits)));
  MT_CATCH(op->name.c_str(), a, b)
}

MT_EXPORT mt_with_scalar(const Operator* op, Handle a, int32_t kind, int64_t bits, Handle* out) {
  MT_TRY* out = Wrap(As<WithScalar>(op).call(*a, ToScalar(kind, bits)));
  MT_CATCH(op->name.c_str(), a)
}

MT_EXPORT mt_unary_(const Operator* op, Handle a) {
  MT_TRY As<UnaryInPlace>(op).call(*a);
  MT_CATCH(op->name.c_str(), a)
}

MT_EXPORT mt_binary_(const Operator* op, Handle a, Handle b) {
  MT_TRY As<BinaryInPlace>(op).call(*a, *b);
  MT_CATCH(op->name.c_str(), a, b)
}

MT_EXPORT mt_binary_alpha_(const Operator* op, Handle a, Handle b, int32_t kind, int64_t bits) {
  MT_TRY As<BinaryAlphaInPlace>(op).call(*a, *b, ToScalar(kind, bits));
  MT_CATCH(op->name.c_str(), a, b)
}

MT_EXPORT mt_with_scalar_(const Operator* op, Handle a, int32_t kind, int64_t bits) {
  MT_TRY As<WithScalarInPlace>(op).call(*a, ToScalar(kind, bits));
  MT_CATCH(op->name.c_str(), a)
}

MT_EXPORT mt_with_scalars(const Operator* op, Handle a, int32_t kind, int64_t bits, int32_t kind2, int64_t bits2,
                          Handle* out) {
  MT_TRY* out = Wrap(As<WithScalars>(op).call(*a, ToScalar(kind, bits), ToScalar(kind2, bits2)));
  MT_CATCH(op->name.c_str(), a)
}

MT_EXPORT mt_with_scalars_(const Operator* op, Handle a, int32_t kind, int64_t bits, int32_t kind2, int64_t bits2) {
  MT_TRY As<WithScalarsInPlace>(op).call(*a, ToScalar(kind, bits), ToScalar(kind2, bits2));
  MT_CATCH(op->name.c_str(), a)
}
