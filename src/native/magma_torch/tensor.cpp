// Lifetime, metadata and memory of tensors.
#include "magma_torch.h"

MT_EXPORT mt_tensor_free(Handle a) {
  // Freeing the last reference may run a graph's destructors; none of libtorch's throws.
  delete a;
  live_tensors.fetch_sub(1, std::memory_order_relaxed);
  return 0;
}

MT_EXPORT mt_tensor_counts(int64_t* live, int64_t* peak) {
  *live = live_tensors.load(std::memory_order_relaxed);
  *peak = peak_tensors.load(std::memory_order_relaxed);
  return 0;
}

// Another handle to the same tensor.
MT_EXPORT mt_tensor_alias(Handle a, Handle* out) {
  MT_TRY* out = Wrap(*a);
  MT_CATCH("alias", a)
}

struct TensorInfo {
  int64_t numel;
  int64_t storage_offset;
  const int64_t* sizes;
  const int64_t* strides;
  int32_t ndim;
  int32_t dtype;
  int32_t device_type;
  int32_t device_index;
  int32_t requires_grad;
  int32_t is_leaf;
  int32_t is_contiguous;
  int32_t element_size;
};

// The pointers inside are valid while the tensor lives and is not resized.
MT_EXPORT mt_tensor_info(Handle a, TensorInfo* info) {
  MT_TRY info->numel = a->numel();
  auto strided = a->layout() == at::kStrided;
  info->storage_offset = strided ? a->storage_offset() : 0;
  info->sizes = a->sizes().data();
  info->strides = strided ? a->strides().data() : nullptr;
  info->ndim = static_cast<int32_t>(a->dim());
  info->dtype = static_cast<int32_t>(a->scalar_type());
  auto device = a->device();
  info->device_type = static_cast<int32_t>(device.type());
  info->device_index = device.index();
  info->requires_grad = a->requires_grad();
  info->is_leaf = a->is_leaf();
  info->is_contiguous = strided && a->is_contiguous();
  info->element_size = static_cast<int32_t>(a->element_size());
  MT_CATCH("info", a)
}

MT_EXPORT mt_tensor_data(Handle a, void** data) {
  MT_TRY* data = a->data_ptr();
  MT_CATCH("data_ptr", a)
}

MT_EXPORT mt_tensor_empty(const int64_t* sizes, int32_t count, int32_t dtype, int32_t device_type, int32_t device_index,
                          Handle* out) {
  MT_TRY auto options =
      at::TensorOptions()
          .dtype(static_cast<at::ScalarType>(dtype))
          .device(c10::Device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index)));
  *out = Wrap(at::empty(at::IntArrayRef(sizes, count), options));
  MT_CATCH("aten::empty", )
}

MT_EXPORT mt_tensor_item(Handle a, int32_t* kind, int64_t* bits) {
  MT_TRY auto scalar = a->item();
  if (scalar.isFloatingPoint()) {
    *kind = static_cast<int32_t>(Kind::kDouble);
    double value = scalar.toDouble();
    __builtin_memcpy(bits, &value, sizeof(value));
  } else if (scalar.isBoolean()) {
    *kind = static_cast<int32_t>(Kind::kBool);
    *bits = scalar.toBool();
  } else {
    *kind = static_cast<int32_t>(Kind::kInt);
    *bits = scalar.toLong();
  }
  MT_CATCH("aten::item", a)
}
