// Runs calls of kernels.h on all of libtorch's threads, with the best instruction set of this machine.
#pragma once

#include "kernels.h"

namespace magma {

// The kernels in use; null where the machine has not even AVX2.
const Kernels* Current();

// Takes the named instruction set ("AVX2", "AVX-512", "AVX-512 with BF16"), for tests; false where the machine has it
// not.
bool Select(const char* name);

// Calls that do not depend on each other.
void Run(const Linear* calls, int64_t count);
void Run(const Norm& call);
void Run(const Rotary& call);
void Run(const Attention& call);
void Run(const DepthwiseNorm& call);
// Layers one after the other.
void Run(const Layer* layers, int64_t count);

// Bytes a second that all threads read together from memory, the best of a few passes over `bytes`.
double MeasureReading(int64_t bytes);

// Operations (a product and a sum are two) a second of all threads in the instruction that matrix products use.
double MeasureProducts();

}  // namespace magma
