// Python's square brackets, done by libtorch's own rules.
#include <ATen/TensorIndexing.h>

#include <vector>

#include "magma_torch.h"

namespace {

enum class IndexKind : int32_t { kNone, kEllipsis, kInt, kBool, kSlice, kTensor };

}  // namespace

// One index; INT64_MIN stands for an open end of a slice. Magma.TorchSharp/Native/NativeIndex.cs mirrors it.
struct Index {
  int64_t start;
  int64_t stop;
  int64_t step;
  Handle tensor;
  IndexKind kind;
};

namespace {

Optional<int64_t> Open(int64_t value) { return value == INT64_MIN ? Optional<int64_t>() : Optional<int64_t>(value); }

std::vector<at::indexing::TensorIndex> Convert(const Index* items, int32_t count) {
  std::vector<at::indexing::TensorIndex> result;
  result.reserve(count);
  for (int32_t i = 0; i < count; i++) {
    auto& item = items[i];
    switch (item.kind) {
      case IndexKind::kNone:
        result.emplace_back(at::indexing::None);
        break;
      case IndexKind::kEllipsis:
        result.emplace_back(at::indexing::Ellipsis);
        break;
      case IndexKind::kInt:
        result.emplace_back(item.start);
        break;
      case IndexKind::kBool:
        result.emplace_back(item.start != 0);
        break;
      case IndexKind::kSlice:
        result.emplace_back(at::indexing::Slice(Open(item.start), Open(item.stop), Open(item.step)));
        break;
      case IndexKind::kTensor:
        result.emplace_back(*item.tensor);
        break;
    }
  }
  return result;
}

}  // namespace

MT_EXPORT mt_index(Handle a, const Index* items, int32_t count, Handle* out) {
  MT_TRY* out = Wrap(a->index(Convert(items, count)));
  MT_CATCH("index", a)
}

MT_EXPORT mt_index_put(Handle a, const Index* items, int32_t count, Handle value) {
  MT_TRY a->index_put_(Convert(items, count), *value);
  MT_CATCH("index_put_", a, value)
}
