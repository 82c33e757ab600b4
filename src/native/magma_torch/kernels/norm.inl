// Norms over the last dimension and rotary positions.

void Normalize(const Norm& call, int64_t begin, int64_t end) {
  auto n = call.columns;
  auto y = call.y;
  for (auto row = begin; row < end; row++) {
    float mean = 0;
    if (call.bias.data != nullptr) {
      auto sum = Zero();
      for (int64_t k = 0; k < n; k += kLanes) sum = sum + LoadMatrix(call.x, row, k, n - k);
      mean = Sum(sum) / n;
    }
    auto squares = Zero();
    int64_t k = 0;
    for (; k + kLanes <= n; k += kLanes) {
      auto v = LoadMatrix(call.x, row, k, kLanes) - Set(mean);
      squares = Fma(v, v, squares);
    }
    float square = Sum(squares);
    for (; k < n; k++) {
      auto v = (call.x.type == Type::kFloat ? call.x.Float(row)[k] : ToFloat(call.x.Bf16(row)[k])) - mean;
      square += v * v;
    }
    auto factor = Set(1 / __builtin_sqrtf(square / n + call.epsilon));
    for (k = 0; k < n; k += kLanes) {
      auto left = n - k;
      auto v = (LoadMatrix(call.x, row, k, left) - Set(mean)) * factor * LoadVector(call.weight, k, left);
      if (call.bias.data != nullptr) v = v + LoadVector(call.bias, k, left);
      if (y.type == Type::kFloat) {
        StoreUpTo(y.Float(row) + k, v, left);
      } else {
        StoreUpTo(y.Bf16(row) + k, v, left);
      }
    }
  }
}

void Rotate(const Rotary& call, int64_t begin, int64_t end) {
  auto half = call.size / 2;
  for (auto row = begin; row < end; row++) {
    auto cosine = call.cosine + row % call.tokens * half, sine = call.sine + row % call.tokens * half;
    for (int64_t head = 0; head < call.heads; head++) {
      auto low = call.x + row * call.row_stride + head * call.head_stride, high = low + half;
      for (int64_t k = 0; k < half; k += kLanes) {
        auto left = half - k;
        auto a = LoadUpTo(low + k, left), b = LoadUpTo(high + k, left);
        auto c = LoadUpTo(cosine + k, left), s = LoadUpTo(sine + k, left);
        StoreUpTo(low + k, a * c - b * s, left);
        StoreUpTo(high + k, b * c + a * s, left);
      }
    }
  }
}
