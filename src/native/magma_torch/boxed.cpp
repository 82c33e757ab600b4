// Calls any operator of the dispatcher with any arguments: they are converted to what the schema asks for, missing ones
// at the end take the schema's defaults. Slower than a typed call by about half a microsecond.
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>

#include <vector>

#include "magma_torch.h"
#include "operators.h"

namespace {

c10::IValue ToTensorList(const Value& value, const c10::Argument& argument) {
  auto handles = static_cast<const Handle*>(value.p);
  auto list = argument.type()->cast<c10::ListType>();
  if (list && list->getElementType()->kind() == c10::TypeKind::OptionalType) {
    c10::List<Optional<at::Tensor>> tensors;
    tensors.reserve(value.count);
    for (int32_t i = 0; i < value.count; i++) tensors.push_back(Maybe(handles[i]));
    return tensors;
  }
  c10::List<at::Tensor> tensors;
  tensors.reserve(value.count);
  for (int32_t i = 0; i < value.count; i++) tensors.push_back(*handles[i]);
  return tensors;
}

bool IsFloat(const c10::Argument& argument) {
  auto type = argument.type();
  if (auto optional = type->cast<c10::OptionalType>()) type = optional->getElementType();
  return type->kind() == c10::TypeKind::FloatType;
}

c10::IValue ToIValue(const Value& value, const c10::Argument& argument) {
  switch (value.kind) {
    case Kind::kNone:
      return {};
    case Kind::kTensor:
      return *static_cast<const at::Tensor*>(value.p);
    case Kind::kInt:
      if (IsFloat(argument)) return static_cast<double>(value.i);
      return value.i;
    case Kind::kDouble:
      return value.d;
    case Kind::kBool:
      return value.i != 0;
    case Kind::kInts:
      return at::IntArrayRef(static_cast<const int64_t*>(value.p), value.count);
    case Kind::kDoubles:
      return at::ArrayRef<double>(static_cast<const double*>(value.p), value.count);
    case Kind::kTensors:
      return ToTensorList(value, argument);
    case Kind::kString:
      return std::string(static_cast<const char*>(value.p), value.count);
    case Kind::kGenerator:
      return *static_cast<const at::Generator*>(value.p);
    case Kind::kDevice:
      return c10::Device(static_cast<c10::DeviceType>(value.i), static_cast<c10::DeviceIndex>(value.count));
  }
  TORCH_CHECK(false, "argument of kind ", static_cast<int32_t>(value.kind));
}

Value FromTensor(at::Tensor&& tensor) {
  Value result{Kind::kTensor, 0, {0}};
  result.p = Wrap(std::move(tensor));
  return result;
}

void Append(std::vector<Value>& results, c10::IValue&& value) {
  if (value.isTensor()) {
    results.push_back(FromTensor(std::move(value).toTensor()));
  } else if (value.isTensorList()) {
    for (auto& tensor : value.toTensorVector()) results.push_back(FromTensor(std::move(tensor)));
  } else if (value.isDouble()) {
    Value result{Kind::kDouble, 0, {0}};
    result.d = value.toDouble();
    results.push_back(result);
  } else if (value.isBool()) {
    results.push_back({Kind::kBool, 0, {value.toBool()}});
  } else if (value.isInt()) {
    results.push_back({Kind::kInt, 0, {value.toInt()}});
  } else {
    TORCH_CHECK(value.isNone(), "result of type ", value.tagKind());
    results.push_back({Kind::kNone, 0, {0}});
  }
}

void Free(const std::vector<Value>& results) {
  for (auto& result : results) {
    if (result.kind == Kind::kTensor && result.p != nullptr) {
      delete static_cast<const at::Tensor*>(result.p);
      live_tensors.fetch_sub(1, std::memory_order_relaxed);
    }
  }
}

int32_t FailBoxed(const Operator* op, const Value* arguments, int32_t count) noexcept {
  const at::Tensor* tensors[16];
  size_t n = 0;
  for (int32_t i = 0; i < count; i++) {
    if (arguments[i].kind == Kind::kTensor && n < 16) tensors[n++] = static_cast<const at::Tensor*>(arguments[i].p);
    if (arguments[i].kind != Kind::kTensors) continue;
    for (int32_t j = 0; j < arguments[i].count && n < 16; j++) {
      tensors[n++] = static_cast<const Handle*>(arguments[i].p)[j];
    }
  }
  return Fail(op->name.c_str(), tensors, n);
}

thread_local std::vector<Value> results;

}  // namespace

// Results stay readable until the next boxed call of this thread; tensor lists are flattened. The caller owns the
// tensors.
MT_EXPORT mt_boxed(const Operator* op, const Value* arguments, int32_t count, const Value** out, int32_t* out_count) {
  try {
    auto& schema = op->handle.schema();
    auto& declared = schema.arguments();
    TORCH_CHECK(count <= static_cast<int32_t>(declared.size()), "takes at most ", declared.size(), " arguments, got ",
                count);
    torch::jit::Stack stack;
    stack.reserve(declared.size());
    for (int32_t i = 0; i < count; i++) stack.push_back(ToIValue(arguments[i], declared[i]));
    for (size_t i = count; i < declared.size(); i++) {
      TORCH_CHECK(declared[i].default_value().has_value(), "argument '", declared[i].name(), "' is missing");
      stack.push_back(*declared[i].default_value());
    }
    op->handle.callBoxed(stack);
    results.clear();
    try {
      for (auto& value : stack) Append(results, std::move(value));
    } catch (...) {
      Free(results);
      throw;
    }
    *out = results.data();
    *out_count = static_cast<int32_t>(results.size());
    return 0;
  } catch (...) {
    return FailBoxed(op, arguments, count);
  }
}
