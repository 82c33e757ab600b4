#include <ft2build.h>

#include <cmath>
#include <mutex>

#include "image.h"
#include FT_FREETYPE_H

struct mv_font {
  ~mv_font() {
    if (face) FT_Done_Face(face);
    if (library) FT_Done_FreeType(library);
  }

  std::mutex busy;  // FreeType's faces hold the state of the glyph at hand
  FT_Library library = nullptr;
  FT_Face face = nullptr;
};

namespace {

void Check(FT_Error error, const char* what) {
  if (error)
    throw std::runtime_error(std::string("FreeType cannot ") + what + " (error " + std::to_string(error) + ")");
}

void SetSize(mv_font* font, int32_t size) {
  if (size < 1 || size > 4096) throw magma::BadArgument("a font size must be from 1 to 4096 pixels");
  Check(FT_Set_Pixel_Sizes(font->face, 0, size), "set the size");
}

// Calls visit(left, top, bitmap) for every glyph, from the pen's start on the base line, y downwards. Pens advance by
// the unhinted widths, so that a text is as wide as in a browser; returns the advance in 1/65536 pixel.
template <typename Visit>
int64_t Layout(mv_font* font, const uint32_t* utf32, int32_t count, Visit visit) {
  int64_t pen = 0;
  FT_UInt before = 0;
  for (int32_t i = 0; i < count; ++i) {
    const FT_UInt glyph = FT_Get_Char_Index(font->face, utf32[i]);
    if (before && FT_HAS_KERNING(font->face)) {
      FT_Vector kerning;
      Check(FT_Get_Kerning(font->face, before, glyph, FT_KERNING_UNFITTED, &kerning), "kern");
      pen += kerning.x * 1024;
    }
    Check(FT_Load_Glyph(font->face, glyph, FT_LOAD_RENDER), "draw a glyph");
    const FT_GlyphSlot slot = font->face->glyph;
    visit(static_cast<int>((pen + 32768) >> 16) + slot->bitmap_left, -slot->bitmap_top, slot->bitmap);
    pen += slot->linearHoriAdvance;
    before = glyph;
  }
  return pen;
}

void Blend(cv::Mat& mat, int left, int top, const FT_Bitmap& bitmap, uint32_t color) {
  const int rgb[3] = {static_cast<int>(color >> 16 & 255), static_cast<int>(color >> 8 & 255),
                      static_cast<int>(color & 255)};
  const bool gray = bitmap.pixel_mode == FT_PIXEL_MODE_GRAY;
  const int from = std::max(0, -left), to = std::min<int>(bitmap.width, mat.cols - left);
  for (int y = std::max(0, -top); y < std::min<int>(bitmap.rows, mat.rows - top); ++y) {
    const uint8_t* in = bitmap.buffer + static_cast<ptrdiff_t>(y) * bitmap.pitch;
    uint8_t* out = mat.ptr(top + y) + static_cast<ptrdiff_t>(left + from) * 3;
    for (int x = from; x < to; ++x, out += 3) {
      const int cover = gray ? in[x] : (in[x >> 3] >> (7 - (x & 7)) & 1) * 255;
      for (int c = 0; c < 3; ++c) out[c] = static_cast<uint8_t>((out[c] * (255 - cover) + rgb[c] * cover + 127) / 255);
    }
  }
}

}  // namespace

extern "C" {

int32_t mv_font_open(const char* path, mv_font** font) {
  return magma::Guard([&] {
    auto opened = std::make_unique<mv_font>();
    Check(FT_Init_FreeType(&opened->library), "start");
    if (FT_New_Face(opened->library, path, 0, &opened->face)) throw magma::BadData("it is no font that FreeType reads");
    if (!FT_IS_SCALABLE(opened->face)) throw magma::BadData("it is a font of fixed sizes");
    *font = opened.release();
  });
}

void mv_font_free(mv_font* font) { delete font; }

int32_t mv_font_line(mv_font* font, int32_t size, int32_t* ascent, int32_t* descent) {
  return magma::Guard([&] {
    const std::lock_guard<std::mutex> lock(font->busy);
    SetSize(font, size);
    *ascent = static_cast<int32_t>((font->face->size->metrics.ascender + 63) >> 6);
    *descent = static_cast<int32_t>((-font->face->size->metrics.descender + 63) >> 6);
  });
}

int32_t mv_font_measure(mv_font* font, int32_t size, const uint32_t* utf32, int32_t count, int32_t* advance,
                        int32_t* ink) {
  return magma::Guard([&] {
    const std::lock_guard<std::mutex> lock(font->busy);
    SetSize(font, size);
    bool any = false;
    ink[0] = ink[1] = ink[2] = ink[3] = 0;
    const int64_t pen = Layout(font, utf32, count, [&](int left, int top, const FT_Bitmap& bitmap) {
      if (bitmap.width == 0 || bitmap.rows == 0) return;
      const int right = left + static_cast<int>(bitmap.width), bottom = top + static_cast<int>(bitmap.rows);
      ink[0] = any ? std::min(ink[0], left) : left;
      ink[1] = any ? std::min(ink[1], top) : top;
      ink[2] = any ? std::max(ink[2], right) : right;
      ink[3] = any ? std::max(ink[3], bottom) : bottom;
      any = true;
    });
    *advance = static_cast<int32_t>((pen + 512) >> 10);
  });
}

int32_t mv_draw_text(mv_image* image, mv_font* font, int32_t size, const uint32_t* utf32, int32_t count, int32_t x,
                     int32_t baseline, uint32_t color) {
  return magma::Guard([&] {
    const std::lock_guard<std::mutex> lock(font->busy);
    SetSize(font, size);
    Layout(font, utf32, count, [&](int left, int top, const FT_Bitmap& bitmap) {
      Blend(image->mat, x + left, baseline + top, bitmap, color);
    });
  });
}
}
