// Everything for one instruction set: included once by each set's own file, after its #pragma.

constexpr float kLargestPlace = 1e6f;

inline int FloorOf(float value) {
  const int whole = static_cast<int>(value);
  return whole - (static_cast<float>(whole) > value ? 1 : 0);
}

// What a point looks like on one level: brightness and derivatives over the window, in strips of eight columns.
struct Template {
  int window, strips;
  float *brightness, *across, *down;
  float xx, xy, yy;
};

// 1 for the lanes of a strip between two columns of the window, 0 for others.
Row CountedOf(int strip, int first, int end) {
  Row counted;
  for (int lane = 0; lane < kLanes; ++lane) {
    const int column = strip * kLanes + lane;
    counted[lane] = column >= first && column < end ? 1.0f : 0.0f;
  }
  return counted;
}

// Brightness between pixels, with one more row and column on every side, as rows of `width` floats.
void Interpolate(const FlowLevel& level, int x, int y, float fx, float fy, int rows, int width, float* out) {
  for (int column = 0; column < width; column += kLanes) {
    const uint8_t* pixels = level.pixels + y * level.stride + x + column;
    Row left = LoadPixels(pixels);
    Row above = left + fx * (LoadPixels(pixels + 1) - left);
    float* to = out + column;
    for (int row = 0; row < rows; ++row, to += width) {
      pixels += level.stride;
      left = LoadPixels(pixels);
      const Row below = left + fx * (LoadPixels(pixels + 1) - left);
      StoreRow(above + fy * (below - above), to);
      above = below;
    }
  }
}

void Look(const FlowLevel& level, int x, int y, float fx, float fy, float* scratch, Template* seen) {
  const int window = seen->window, width = (seen->strips + 1) * kLanes;
  Interpolate(level, x - 1, y - 1, fx, fy, window + 2, width, scratch);
  Row xx = {}, xy = {}, yy = {};
  // What lies beyond the picture is only its mirror image and says nothing.
  const int end = level.width - x < window ? level.width - x : window;
  for (int strip = 0; strip < seen->strips; ++strip) {
    const Row counted_here = CountedOf(strip, -x, end), nothing = {};
    for (int row = 0; row < window; ++row) {
      const Row counted = y + row >= 0 && y + row < level.height ? counted_here : nothing;
      const float *above = scratch + row * width + strip * kLanes, *here = above + width, *below = here + width;
      const Row al = LoadRow(above), am = LoadRow(above + 1), ar = LoadRow(above + 2);
      const Row bl = LoadRow(below), bm = LoadRow(below + 1), br = LoadRow(below + 2);
      const Row gx = (3.0f * ((ar - al) + (br - bl)) + 10.0f * (LoadRow(here + 2) - LoadRow(here))) * counted / 32.0f;
      const Row gy = (3.0f * ((bl - al) + (br - ar)) + 10.0f * (bm - am)) * counted / 32.0f;
      const int at = (strip * window + row) * kLanes;
      StoreRow(LoadRow(here + 1), seen->brightness + at);
      StoreRow(gx, seen->across + at);
      StoreRow(gy, seen->down + at);
      xx += gx * gx;
      xy += gx * gy;
      yy += gy * gy;
    }
  }
  seen->xx = SumOf(xx);
  seen->xy = SumOf(xy);
  seen->yy = SumOf(yy);
}

// The sums of what remains times the derivatives.
void Compare(const FlowLevel& level, int x, int y, float fx, float fy, const Template& seen, float* bx, float* by) {
  Row sum_x = {}, sum_y = {};
  for (int strip = 0; strip < seen.strips; ++strip) {
    const uint8_t* pixels = level.pixels + y * level.stride + x + strip * kLanes;
    const int64_t first = static_cast<int64_t>(strip) * seen.window * kLanes;
    const float *brightness = seen.brightness + first, *across = seen.across + first, *down = seen.down + first;
    Row left = LoadPixels(pixels);
    Row above = left + fx * (LoadPixels(pixels + 1) - left);
    for (int row = 0; row < seen.window; ++row) {
      pixels += level.stride;
      left = LoadPixels(pixels);
      const Row below = left + fx * (LoadPixels(pixels + 1) - left);
      const Row remains = above + fy * (below - above) - LoadRow(brightness + row * kLanes);
      sum_x += remains * LoadRow(across + row * kLanes);
      sum_y += remains * LoadRow(down + row * kLanes);
      above = below;
    }
  }
  *bx = SumOf(sum_x);
  *by = SumOf(sum_y);
}

float MeanDifference(const FlowLevel& level, int x, int y, float fx, float fy, float* scratch, const Template& seen) {
  const int width = seen.strips * kLanes;
  Interpolate(level, x, y, fx, fy, seen.window, width, scratch);
  Row sum = {};
  for (int strip = 0; strip < seen.strips; ++strip) {
    const Row counted = CountedOf(strip, 0, seen.window);
    for (int row = 0; row < seen.window; ++row) {
      const Row remains = LoadRow(scratch + row * width + strip * kLanes) -
                          LoadRow(seen.brightness + (strip * seen.window + row) * kLanes);
      sum += (remains < 0 ? -remains : remains) * counted;
    }
  }
  return SumOf(sum) / (seen.window * seen.window);
}

inline bool IsOutside(const FlowLevel& level, float x, float y, int window) {
  // Not a number is outside too.
  if (!(x > -kLargestPlace && x < kLargestPlace && y > -kLargestPlace && y < kLargestPlace)) return true;
  const int column = FloorOf(x), row = FloorOf(y);
  return column < -window || column >= level.width || row < -window || row >= level.height;
}

void Follow(const FlowLevel* from, const FlowLevel* to, const FlowSettings& settings, float* scratch, FlowPoint* point) {
  const int window = settings.window;
  const float half = (window - 1) * 0.5f;
  Template seen;
  seen.window = window;
  seen.strips = (window + kLanes - 1) / kLanes;
  const int64_t area = static_cast<int64_t>(seen.strips) * window * kLanes;
  seen.brightness = scratch;
  seen.across = scratch + area;
  seen.down = scratch + 2 * area;
  scratch += 3 * area;
  float scale = 1.0f / static_cast<float>(1 << settings.levels);
  float moved_x = point->moved_x * scale - half, moved_y = point->moved_y * scale - half;
  point->found = true;
  point->error = 0;
  for (int level = settings.levels; level >= 0; --level, scale *= 2) {
    if (level < settings.levels) {
      moved_x = 2 * (moved_x + half) - half;
      moved_y = 2 * (moved_y + half) - half;
    }
    const float x = point->x * scale - half, y = point->y * scale - half;
    if (IsOutside(from[level], x, y, window)) {
      if (level == 0) point->found = false;
      continue;
    }
    const int column = FloorOf(x), row = FloorOf(y);
    Look(from[level], column, row, x - column, y - row, scratch, &seen);
    const float determinant = seen.xx * seen.yy - seen.xy * seen.xy;
    const float spread = (seen.xx - seen.yy) * (seen.xx - seen.yy) + 4 * seen.xy * seen.xy;
    // As OpenCV counts it: of derivatives 1/32 as large.
    const float least = (seen.xx + seen.yy - __builtin_sqrtf(spread)) / (2.0f * window * window * 1024);
    if (least < settings.min_eigenvalue || determinant < 1e-7f) {
      if (level == 0) point->found = false;
      continue;
    }
    float last_x = 0, last_y = 0;
    for (int iteration = 0; iteration < settings.iterations; ++iteration) {
      if (IsOutside(to[level], moved_x, moved_y, window)) {
        if (level == 0) point->found = false;
        break;
      }
      const int at_x = FloorOf(moved_x), at_y = FloorOf(moved_y);
      float bx, by;
      Compare(to[level], at_x, at_y, moved_x - at_x, moved_y - at_y, seen, &bx, &by);
      const float dx = (seen.xy * by - seen.yy * bx) / determinant, dy = (seen.xy * bx - seen.xx * by) / determinant;
      moved_x += dx;
      moved_y += dy;
      if (dx * dx + dy * dy <= settings.epsilon * settings.epsilon) break;
      // It goes to and fro: the truth lies between.
      const float sum_x = dx + last_x, sum_y = dy + last_y;
      if (iteration > 0 && sum_x < 0.01f && sum_x > -0.01f && sum_y < 0.01f && sum_y > -0.01f) {
        moved_x -= dx * 0.5f;
        moved_y -= dy * 0.5f;
        break;
      }
      last_x = dx;
      last_y = dy;
    }
    if (level > 0 || !point->found) continue;
    if (IsOutside(to[0], moved_x, moved_y, window)) {
      point->found = false;
      continue;
    }
    const int at_x = FloorOf(moved_x), at_y = FloorOf(moved_y);
    point->error = MeanDifference(to[0], at_x, at_y, moved_x - at_x, moved_y - at_y, scratch, seen);
  }
  point->moved_x = moved_x + half;
  point->moved_y = moved_y + half;
}
