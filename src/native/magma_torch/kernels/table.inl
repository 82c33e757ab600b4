// Everything for one instruction set: included once by each set's own file, after its #pragma and inside its namespace.
// They build on each other in this order.
// clang-format off
#include "simd.inl"
#include "weights.inl"
#include "linear.inl"
#include "few_rows.inl"
#include "norm.inl"
#include "attention.inl"
#include "vision.inl"
#include "probe.inl"
// clang-format on

constexpr Kernels kTable = {
    MAGMA_SET,         2 * kLanes,         FewRows,      PreparedBytes, Prepare,     sizeof(ProductScratch),
    Product,           Normalize,          Rotate,       AttendOne,     AttendBlock, sizeof(AttendScratch),
    DepthwiseNormRows, kOperationsPerStep, MultiplyOnly, ReadOnly};
