// How an export ends: with a status, and the words of what went wrong.
#ifndef MAGMA_VISION_STATUS_H_
#define MAGMA_VISION_STATUS_H_

#include <exception>
#include <stdexcept>
#include <string>

#include "magma_vision.h"

namespace magma {

// The bytes given are broken or not what they claim to be.
struct BadData : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The caller's mistake.
struct BadArgument : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Turns the exception in flight into a status and keeps its words for mv_last_error().
int32_t Report();

// Runs the body of an export; no exception leaves it.
template <typename Body>
int32_t Guard(Body body) {
  try {
    body();
    return MV_OK;
  } catch (...) {
    return Report();
  }
}

}  // namespace magma

#endif  // MAGMA_VISION_STATUS_H_
