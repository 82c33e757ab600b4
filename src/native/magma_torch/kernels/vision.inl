// The first half of a ConvNeXt block on channels-last data. Channels are a multiple of kLanes.

constexpr int kPixels = 8;

// kPixels neighbours of one image row times one vector of channels.
MAGMA_INLINE void Convolve(const DepthwiseNorm& call, const bf16* image, int64_t y, int64_t x, int64_t channel,
                           Vec sum[kPixels]) {
  auto n = call.channels;
  auto bias = Load(call.bias + channel);
#pragma GCC unroll 8
  for (int i = 0; i < kPixels; i++) sum[i] = bias;
  for (int dy = -3; dy <= 3; dy++) {
    if (y + dy < 0 || y + dy >= call.height) continue;
    auto row = image + (y + dy) * call.width * n + channel;
    auto kernel = call.kernel + (dy + 3) * 7 * n + channel;
    Vec k[7];
#pragma GCC unroll 7
    for (int i = 0; i < 7; i++) k[i] = Load(kernel + i * n);
#pragma GCC unroll 14
    for (int at = -3; at < kPixels + 3; at++) {
      if (x + at < 0 || x + at >= call.width) continue;
      auto v = Load(row + (x + at) * n);
#pragma GCC unroll 7
      for (int i = 0; i < 7; i++) {
        int pixel = at + 3 - i;
        if (pixel >= 0 && pixel < kPixels) sum[pixel] = Fma(v, k[i], sum[pixel]);
      }
    }
  }
}

void DepthwiseNormRows(const DepthwiseNorm& call, void* scratch, int64_t begin, int64_t end) {
  auto n = call.channels;
  auto line = static_cast<float*>(scratch);
  for (auto row = begin; row < end; row++) {
    auto image = call.x + row / call.height * call.height * call.width * n;
    for (int64_t x = 0; x < call.width; x += kPixels) {
      for (int64_t c = 0; c < n; c += kLanes) {
        Vec sum[kPixels];
        Convolve(call, image, row % call.height, x, c, sum);
#pragma GCC unroll 8
        for (int i = 0; i < kPixels; i++) Store(line + i * n + c, sum[i]);
      }
      auto pixels = call.width - x < kPixels ? call.width - x : kPixels;
      Norm norm{};
      norm.x = {Type::kFloat, n, line};
      norm.y = {Type::kBfloat16, n, call.y + (row * call.width + x) * n};
      norm.rows = pixels;
      norm.columns = n;
      norm.weight = {Type::kFloat, call.norm_weight};
      norm.bias = {Type::kFloat, call.norm_bias};
      norm.epsilon = call.epsilon;
      Normalize(norm, 0, pixels);
    }
  }
}
