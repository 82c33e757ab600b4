// Tensors over memory that somebody else owns (a mapped file).
#include "magma_torch.h"

// release(context) runs when the last tensor over this memory dies, on whatever thread that is.
MT_EXPORT mt_tensor_from_memory(void* data, const int64_t* sizes, int32_t count, int32_t dtype, void (*release)(void*),
                                void* context, Handle* out) {
  MT_TRY auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype));
  *out = Wrap(at::from_blob(
      data, at::IntArrayRef(sizes, count), [=](void*) { release(context); }, options));
  MT_CATCH("from_memory", )
}
