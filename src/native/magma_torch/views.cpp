// Operators with integer arguments that small models call most: direct calls, because these integers are symbolic in
// newer libtorch and their typed signatures differ between versions.
#include "magma_torch.h"

namespace {

at::IntArrayRef Ints(const int64_t* values, int32_t count) { return {values, static_cast<size_t>(count)}; }

Optional<at::ScalarType> MaybeType(int32_t dtype) {
  return dtype < 0 ? Optional<at::ScalarType>() : Optional<at::ScalarType>(static_cast<at::ScalarType>(dtype));
}

Optional<int64_t> MaybeInt(int64_t value) {
  return value == INT64_MIN ? Optional<int64_t>() : Optional<int64_t>(value);
}

}  // namespace

MT_EXPORT mt_view(Handle a, const int64_t* shape, int32_t count, Handle* out) {
  MT_TRY* out = Wrap(a->view(Ints(shape, count)));
  MT_CATCH("aten::view", a)
}

MT_EXPORT mt_reshape(Handle a, const int64_t* shape, int32_t count, Handle* out) {
  MT_TRY* out = Wrap(a->reshape(Ints(shape, count)));
  MT_CATCH("aten::reshape", a)
}

MT_EXPORT mt_permute(Handle a, const int64_t* dims, int32_t count, Handle* out) {
  MT_TRY* out = Wrap(a->permute(Ints(dims, count)));
  MT_CATCH("aten::permute", a)
}

MT_EXPORT mt_expand(Handle a, const int64_t* shape, int32_t count, int32_t implicit, Handle* out) {
  MT_TRY* out = Wrap(a->expand(Ints(shape, count), implicit != 0));
  MT_CATCH("aten::expand", a)
}

MT_EXPORT mt_transpose(Handle a, int64_t dim0, int64_t dim1, Handle* out) {
  MT_TRY* out = Wrap(a->transpose(dim0, dim1));
  MT_CATCH("aten::transpose", a)
}

MT_EXPORT mt_select(Handle a, int64_t dim, int64_t index, Handle* out) {
  MT_TRY* out = Wrap(a->select(dim, index));
  MT_CATCH("aten::select", a)
}

// start and finish: INT64_MIN for none.
MT_EXPORT mt_slice(Handle a, int64_t dim, int64_t start, int64_t finish, int64_t step, Handle* out) {
  MT_TRY* out = Wrap(a->slice(dim, MaybeInt(start), MaybeInt(finish), step));
  MT_CATCH("aten::slice", a)
}

MT_EXPORT mt_narrow(Handle a, int64_t dim, int64_t start, int64_t length, Handle* out) {
  MT_TRY* out = Wrap(a->narrow(dim, start, length));
  MT_CATCH("aten::narrow", a)
}

MT_EXPORT mt_unsqueeze(Handle a, int64_t dim, Handle* out) {
  MT_TRY* out = Wrap(a->unsqueeze(dim));
  MT_CATCH("aten::unsqueeze", a)
}

MT_EXPORT mt_squeeze(Handle a, int64_t dim, Handle* out) {
  MT_TRY* out = Wrap(dim == INT64_MIN ? a->squeeze() : a->squeeze(dim));
  MT_CATCH("aten::squeeze", a)
}

// dtype: -1 for none.
MT_EXPORT mt_softmax(Handle a, int64_t dim, int32_t dtype, Handle* out) {
  MT_TRY* out = Wrap(a->softmax(dim, MaybeType(dtype)));
  MT_CATCH("aten::softmax", a)
}

MT_EXPORT mt_sum(Handle a, int32_t dtype, Handle* out) {
  MT_TRY* out = Wrap(a->sum(MaybeType(dtype)));
  MT_CATCH("aten::sum", a)
}

MT_EXPORT mt_sum_dim(Handle a, const int64_t* dims, int32_t count, int32_t keep, int32_t dtype, Handle* out) {
  MT_TRY* out = Wrap(a->sum(Ints(dims, count), keep != 0, MaybeType(dtype)));
  MT_CATCH("aten::sum", a)
}

MT_EXPORT mt_mean_dim(Handle a, const int64_t* dims, int32_t count, int32_t keep, int32_t dtype, Handle* out) {
  MT_TRY* out = Wrap(a->mean(Ints(dims, count), keep != 0, MaybeType(dtype)));
  MT_CATCH("aten::mean", a)
}

MT_EXPORT mt_linear(Handle a, Handle weight, Handle bias, Handle* out) {
  MT_TRY* out = Wrap(at::linear(*a, *weight, Maybe(bias)));
  MT_CATCH("aten::linear", a, weight, bias)
}

MT_EXPORT mt_layer_norm(Handle a, const int64_t* shape, int32_t count, Handle weight, Handle bias, double eps,
                        Handle* out) {
  MT_TRY* out = Wrap(at::layer_norm(*a, Ints(shape, count), Maybe(weight), Maybe(bias), eps));
  MT_CATCH("aten::layer_norm", a, weight, bias)
}

MT_EXPORT mt_cat(const Handle* tensors, int32_t count, int64_t dim, Handle* out) {
  try {
    std::vector<at::Tensor> list;
    list.reserve(count);
    for (int32_t i = 0; i < count; i++) list.push_back(*tensors[i]);
    *out = Wrap(at::cat(list, dim));
    return 0;
  } catch (...) {
    return Fail("aten::cat", tensors, count);
  }
}

// dtype -1 or device_type -1 keep the tensor's own.
MT_EXPORT mt_to(Handle a, int32_t dtype, int32_t device_type, int32_t device_index, int32_t non_blocking, int32_t copy,
                Handle* out) {
  MT_TRY auto device = device_type < 0 ? a->device()
                                       : c10::Device(static_cast<c10::DeviceType>(device_type),
                                                     static_cast<c10::DeviceIndex>(device_index));
  auto type = dtype < 0 ? a->scalar_type() : static_cast<at::ScalarType>(dtype);
  *out = Wrap(a->to(device, type, non_blocking != 0, copy != 0));
  MT_CATCH("aten::to", a)
}
