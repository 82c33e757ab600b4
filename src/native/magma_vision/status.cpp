#include "status.h"

#include <ft2build.h>
#include <jpeglib.h>
#include <png.h>
#include <webp/decode.h>

#include <new>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include FT_FREETYPE_H

#define MV_QUOTE(text) #text
#define MV_TEXT(macro) MV_QUOTE(macro)

namespace magma {
namespace {

thread_local std::string last_error;

// Failures reach the caller as statuses; OpenCV's own printing would only repeat them on the standard error stream.
[[maybe_unused]] const auto silenced = cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
[[maybe_unused]] const auto redirected =
    cv::redirectError([](int, const char*, const char*, const char*, int, void*) { return 0; });

}  // namespace

int32_t Report() {
  try {
    throw;
  } catch (const BadData& e) {
    last_error = e.what();
    return MV_BAD_DATA;
  } catch (const BadArgument& e) {
    last_error = e.what();
    return MV_BAD_ARGUMENT;
  } catch (const cv::Exception& e) {
    last_error = "OpenCV: " + e.err + " in " + e.func;
  } catch (const std::bad_alloc&) {
    last_error = "not enough memory";
  } catch (const std::exception& e) {
    last_error = e.what();
  } catch (...) {
    last_error = "unknown C++ exception";
  }
  return MV_FAILED;
}

}  // namespace magma

extern "C" {

const char* mv_last_error(void) { return magma::last_error.c_str(); }

const char* mv_opencv_version(void) { return CV_VERSION; }

const char* mv_opencv_build(void) { return cv::getBuildInformation().c_str(); }

const char* mv_codec_versions(void) {
  static const std::string versions = [] {
    FT_Library library;
    int major = 0, minor = 0, patch = 0;
    if (FT_Init_FreeType(&library) == 0) {
      FT_Library_Version(library, &major, &minor, &patch);
      FT_Done_FreeType(library);
    }
    const int webp = WebPGetDecoderVersion();
    return std::string("libpng ") + png_get_libpng_ver(nullptr) + ", libjpeg-turbo " + MV_TEXT(LIBJPEG_TURBO_VERSION) +
           ", libwebp " + std::to_string(webp >> 16) + "." + std::to_string(webp >> 8 & 255) + "." +
           std::to_string(webp & 255) + ", FreeType " + std::to_string(major) + "." + std::to_string(minor) + "." +
           std::to_string(patch);
  }();
  return versions.c_str();
}

int32_t mv_threads(void) { return cv::getNumThreads(); }

int32_t mv_set_threads(int32_t count) {
  return magma::Guard([&] {
    if (count < 1) throw magma::BadArgument("the number of threads must be at least 1");
    cv::setNumThreads(count);
  });
}
}
