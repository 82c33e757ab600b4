// The contract between Magma.Vision and its native half. C, sized integers, no structs by value.
//
// Every function returns MV_OK or the kind of failure; mv_last_error() then holds the words, per thread, until the next
// failure. Handles are made by functions with an out parameter last and released by the matching _free, which takes
// null too. Pixels are 8-bit RGB, row by row without gaps, unless said otherwise. A handle may be read by several
// threads at once and written by one.
#ifndef MAGMA_VISION_H_
#define MAGMA_VISION_H_

#include <stdint.h>

#define MV_EXPORT __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

enum {
  MV_OK = 0,
  MV_BAD_ARGUMENT = 1,  // the caller's mistake
  MV_BAD_DATA = 2,      // the bytes given are not what they should be
  MV_FAILED = 3,        // OpenCV, a codec or the memory allocator gave up
};

typedef struct mv_image mv_image;      // RGB picture
typedef struct mv_buffer mv_buffer;    // encoded bytes
typedef struct mv_font mv_font;        // TrueType face
typedef struct mv_pyramid mv_pyramid;  // gray levels, for optical flow

// ---- library ----
MV_EXPORT const char* mv_last_error(void);
MV_EXPORT const char* mv_opencv_version(void);
MV_EXPORT const char* mv_opencv_build(void);
MV_EXPORT const char* mv_codec_versions(void);
MV_EXPORT int32_t mv_threads(void);
MV_EXPORT int32_t mv_set_threads(int32_t count);

// ---- images ----
MV_EXPORT int64_t mv_image_live(void);
MV_EXPORT int32_t mv_image_new(int32_t width, int32_t height, mv_image** image);  // black
MV_EXPORT void mv_image_free(mv_image* image);
MV_EXPORT int32_t mv_image_pixels(const mv_image* image, uint8_t** pixels, int32_t* width, int32_t* height);
MV_EXPORT int32_t mv_image_clone(const mv_image* image, mv_image** copy);
MV_EXPORT int32_t mv_image_crop(const mv_image* image, int32_t x, int32_t y, int32_t width, int32_t height,
                                mv_image** part);
// interpolation: 0 nearest, 1 linear, 2 cubic, 3 area, 4 Lanczos
MV_EXPORT int32_t mv_image_resize(const mv_image* image, int32_t width, int32_t height, int32_t interpolation,
                                  mv_image** resized);
MV_EXPORT int32_t mv_image_orient(const mv_image* image, int32_t exif_orientation, mv_image** upright);
// matrix: 9 doubles, row by row, from the source picture to the new one
MV_EXPORT int32_t mv_image_warp(const mv_image* image, const double* matrix, int32_t width, int32_t height,
                                int32_t interpolation, mv_image** warped);

// ---- codecs; format: 0 PNG, 1 JPEG, 2 WebP, 3 BMP. width and height are those the header states. ----
MV_EXPORT int32_t mv_image_decode(int32_t format, const uint8_t* bytes, int64_t length, int32_t width, int32_t height,
                                  mv_image** image);
MV_EXPORT int32_t mv_image_encode(const mv_image* image, int32_t format, int32_t quality, mv_buffer** buffer);
MV_EXPORT int32_t mv_buffer_bytes(const mv_buffer* buffer, const uint8_t** bytes, int64_t* length);
MV_EXPORT void mv_buffer_free(mv_buffer* buffer);

// ---- drawing, clipped to the picture; color: 0xRRGGBB ----
MV_EXPORT int32_t mv_fill_rectangle(mv_image* image, int32_t x1, int32_t y1, int32_t x2, int32_t y2, uint32_t color,
                                    double opacity);
MV_EXPORT int32_t mv_draw_rectangle(mv_image* image, int32_t x1, int32_t y1, int32_t x2, int32_t y2, uint32_t color,
                                    int32_t thickness);
// Positions and radii in 1/16 pixel; thickness -1 fills.
MV_EXPORT int32_t mv_draw_circle(mv_image* image, int32_t x, int32_t y, int32_t radius, uint32_t color,
                                 int32_t thickness);
MV_EXPORT int32_t mv_draw_line(mv_image* image, int32_t x1, int32_t y1, int32_t x2, int32_t y2, uint32_t color,
                               int32_t thickness);

// ---- text; utf32: code points ----
MV_EXPORT int32_t mv_font_open(const char* path, mv_font** font);
MV_EXPORT void mv_font_free(mv_font* font);
MV_EXPORT int32_t mv_font_line(mv_font* font, int32_t size, int32_t* ascent, int32_t* descent);
// ink: left, top, right, bottom of the drawn pixels from the pen's start on the base line, y downwards; advance in 1/64
// pixel
MV_EXPORT int32_t mv_font_measure(mv_font* font, int32_t size, const uint32_t* utf32, int32_t count, int32_t* advance,
                                  int32_t* ink);
MV_EXPORT int32_t mv_draw_text(mv_image* image, mv_font* font, int32_t size, const uint32_t* utf32, int32_t count,
                               int32_t x, int32_t baseline, uint32_t color);

// ---- optical flow; points: x, y pairs of float, in pixels, the middle of the first pixel at (0, 0) ----
MV_EXPORT int64_t mv_pyramid_live(void);
// channels 1 (gray) or 3 (RGB); stride in bytes
MV_EXPORT int32_t mv_pyramid_new(const uint8_t* pixels, int32_t width, int32_t height, int32_t channels, int64_t stride,
                                 int32_t window, int32_t levels, mv_pyramid** pyramid);
MV_EXPORT void mv_pyramid_free(mv_pyramid* pyramid);
MV_EXPORT int32_t mv_flow(const mv_pyramid* from, const mv_pyramid* to, const float* points, int32_t count,
                          int32_t window, int32_t levels, int32_t iterations, double epsilon, double min_eigenvalue,
                          int32_t use_guess, float* moved, uint8_t* found, float* error);
// Dense inverse search over the whole pictures, read off at the points. found: the point stays inside the picture.
MV_EXPORT int32_t mv_dense_flow(const mv_pyramid* from, const mv_pyramid* to, const float* points, int32_t count,
                                float* moved, uint8_t* found);
MV_EXPORT int32_t mv_good_features(const uint8_t* pixels, int32_t width, int32_t height, int32_t channels,
                                   int64_t stride, int32_t most, double quality, double min_distance, int32_t block,
                                   float* corners, int32_t* count);

// ---- patches of 7 x 7 pixels around points of the finest level, their mean taken out; points as for flow. Beyond the
// picture its edge goes on. patches: 56 floats each, 7 rows of 8 whose last is 0 ----
// structure: variance of the patch
MV_EXPORT int32_t mv_patches(const mv_pyramid* pyramid, const float* points, int32_t count, float* patches,
                             float* structure);
// Mean square of the difference of each patch of one set and the same of another.
MV_EXPORT int32_t mv_patch_differences(const float* patches, const float* others, int32_t count, float* differences);
// Moves each guess to where the point's patch fits best nearby: at most `steps` Gauss-Newton steps over the patch alone,
// until one is shorter than `epsilon`. A point without structure in both directions, and one that would go further than
// 3 pixels, stays at its guess. differences: mean square at the end.
MV_EXPORT int32_t mv_patch_fit(const mv_pyramid* from, const mv_pyramid* to, const float* points, const float* guesses,
                               int32_t count, int32_t steps, float epsilon, float* places, float* differences);

// ---- homographies; points: x, y pairs of double; matrix: 9 doubles, row by row ----
// method: 0 least squares, 8 RANSAC. found is 0 when the points admit no matrix.
MV_EXPORT int32_t mv_homography(const double* from, const double* to, int32_t count, int32_t method, double threshold,
                                int32_t iterations, double confidence, double* matrix, uint8_t* inliers,
                                int32_t* found);
MV_EXPORT int32_t mv_transform_points(const double* matrix, const double* from, int32_t count, double* to);

// ---- networks: what goes in, what comes out ----
// Straightens a quadrilateral (8 doubles: top left, top right, bottom right, bottom left; pixel edges) into width x
// height pixels and writes pixel * scale[c] + shift[c] for three planes; strides in floats.
MV_EXPORT int32_t mv_image_planes(const mv_image* image, const double* quad, int32_t width, int32_t height,
                                  int32_t interpolation, const float* scale, const float* shift, int32_t blue_first,
                                  int64_t row_stride, int64_t plane_stride, float* planes);
// The connected regions above a threshold, at most `most` of them: the smallest turned rectangle (8 doubles), the
// upright box (4), the mean of the map under the turned rectangle.
MV_EXPORT int32_t mv_map_regions(const float* map, int32_t width, int32_t height, float threshold, int32_t most,
                                 double* quads, int32_t* boxes, double* means, int32_t* count);

// ---- Surfaces of a screen ----
// Areas of even colour with an outline: neighbours differ by at most `step` in every channel. At most `most` of them;
// the upright box (4) and the share of it that the area covers together with what lies on it.
MV_EXPORT int32_t mv_surfaces(const mv_image* image, double step, int32_t least_side, int32_t most, int32_t* boxes,
                              double* fills, int32_t* count);
// Clusters of pixels that differ from a neighbour by more than `step`, joined over gaps of less than `join` (odd)
// pixels; nothing inside the `hidden` boxes (4 each) counts. The upright box (4) and the share of such pixels in it.
MV_EXPORT int32_t mv_detail_clusters(const mv_image* image, double step, int32_t join, const int32_t* hidden,
                                     int32_t hidden_count, int32_t most, int32_t* boxes, double* fills, int32_t* count);

#ifdef __cplusplus
}
#endif

#endif  // MAGMA_VISION_H_
