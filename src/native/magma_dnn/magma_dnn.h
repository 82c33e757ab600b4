// Networks of convolutions in bfloat16, by oneDNN. A network is a list of steps over numbered maps: map 0 is what it is
// given, step n (from 0) makes map n + 1. Maps are [channels, height, width] of one picture; what goes in and comes out
// is float32, row-major.
#ifndef MAGMA_DNN_H_
#define MAGMA_DNN_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MD_EXPORT __attribute__((visibility("default")))

// Statuses of all functions that return int32_t; md_last_error() has the words, for the calling thread.
enum { MD_OK = 0, MD_BAD_ARGUMENT = 1, MD_FAILED = 2 };

enum {
  MD_CONVOLVE = 0,    // input * weights + bias
  MD_TRANSPOSED = 1,  // the same transposed, kernels as large as strides; weights: inputs, outputs, height, width
  MD_MEAN = 2,        // mean of the whole map
  MD_AVERAGE = 3,     // mean of every kernel; no padding
  MD_ADD = 4,         // input + other
  MD_SCALE = 5,       // input * other, one number of other per channel
  MD_ENLARGE = 6,     // every value in a rectangle of stride_height by stride_width
  MD_JOIN = 7,        // the channels of input, then those of other
};

// What happens to a step's results.
enum {
  MD_PLAIN = 0,
  MD_RECTIFY = 1,
  MD_HARD_SWISH = 2,    // alpha * x * clip(x + 3, 0, 6) / 6 + beta
  MD_HARD_SIGMOID = 3,  // clip(alpha * x + beta, 0, 1)
  MD_SIGMOID = 4,
};

typedef struct {
  int32_t kind;
  int32_t input;
  int32_t other;    // -1 where there is none
  int32_t outputs;  // channels of the output
  int32_t groups;
  int32_t kernel_height, kernel_width;
  int32_t stride_height, stride_width;
  int32_t top, left, bottom, right;  // zeros around the input
  int32_t activation;
  float alpha, beta;
  const float* weights;  // outputs, inputs / groups, height, width; copied
  const float* bias;     // null for none; copied
} md_step;

typedef struct md_network md_network;
typedef struct md_result md_result;

MD_EXPORT const char* md_last_error(void);
MD_EXPORT const char* md_version(void);

// Whether this processor multiplies in bfloat16.
MD_EXPORT int32_t md_can(void);

// Several threads may run a network at the same time, each with as many threads of its own. results: the maps that come
// out.
MD_EXPORT int32_t md_network_new(const md_step* steps, int32_t step_count, const int32_t* results, int32_t result_count,
                                 int32_t channels, int32_t threads, md_network** network);
MD_EXPORT void md_network_free(md_network* network);

// input: channels * height * width numbers. The result must be freed before the network.
MD_EXPORT int32_t md_network_run(md_network* network, int32_t height, int32_t width, const float* input,
                                 md_result** result);

// The numbers live as long as the result; shape: channels, height, width.
MD_EXPORT int32_t md_result_map(md_result* result, int32_t index, const float** numbers, int32_t shape[3]);
MD_EXPORT void md_result_free(md_result* result);

#ifdef __cplusplus
}
#endif

#endif  // MAGMA_DNN_H_
