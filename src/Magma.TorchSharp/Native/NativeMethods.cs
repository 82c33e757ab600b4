using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>
/// The exports of libmagma_torch (src/native/magma_torch). Each returns 0, or 1 after storing a message for <see cref="NativeError"/>.
/// </summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "magma_torch";

    [LibraryImport(Library)]
    public static partial int mt_error(byte** text);

    [LibraryImport(Library)]
    public static partial int mt_operator_find(byte* name, byte* overload, int signature, IntPtr* op);

    [LibraryImport(Library)]
    public static partial int mt_boxed(IntPtr op, NativeValue* arguments, int count, NativeValue** results, int* resultCount);

    [LibraryImport(Library)]
    public static partial int mt_unary(IntPtr op, IntPtr a, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_binary(IntPtr op, IntPtr a, IntPtr b, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_ternary(IntPtr op, IntPtr a, IntPtr b, IntPtr c, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_binary_alpha(IntPtr op, IntPtr a, IntPtr b, int kind, long bits, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_with_scalar(IntPtr op, IntPtr a, int kind, long bits, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_with_scalars(IntPtr op, IntPtr a, int kind, long bits, int kind2, long bits2, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_unary_(IntPtr op, IntPtr a);

    [LibraryImport(Library)]
    public static partial int mt_binary_(IntPtr op, IntPtr a, IntPtr b);

    [LibraryImport(Library)]
    public static partial int mt_binary_alpha_(IntPtr op, IntPtr a, IntPtr b, int kind, long bits);

    [LibraryImport(Library)]
    public static partial int mt_with_scalar_(IntPtr op, IntPtr a, int kind, long bits);

    [LibraryImport(Library)]
    public static partial int mt_with_scalars_(IntPtr op, IntPtr a, int kind, long bits, int kind2, long bits2);

    [LibraryImport(Library)]
    public static partial int mt_view(IntPtr a, long* shape, int count, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_reshape(IntPtr a, long* shape, int count, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_permute(IntPtr a, long* dims, int count, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_expand(IntPtr a, long* shape, int count, int isImplicit, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_transpose(IntPtr a, long dim0, long dim1, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_select(IntPtr a, long dim, long index, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_slice(IntPtr a, long dim, long start, long finish, long step, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_narrow(IntPtr a, long dim, long start, long length, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_unsqueeze(IntPtr a, long dim, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_squeeze(IntPtr a, long dim, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_softmax(IntPtr a, long dim, int dtype, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_sum(IntPtr a, int dtype, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_sum_dim(IntPtr a, long* dims, int count, int keep, int dtype, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_mean_dim(IntPtr a, long* dims, int count, int keep, int dtype, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_linear(IntPtr a, IntPtr weight, IntPtr bias, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_layer_norm(IntPtr a, long* shape, int count, IntPtr weight, IntPtr bias, double eps, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_cat(IntPtr* tensors, int count, long dim, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_to(IntPtr a, int dtype, int deviceType, int deviceIndex, int nonBlocking, int copy, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_index(IntPtr a, NativeIndex* items, int count, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_index_put(IntPtr a, NativeIndex* items, int count, IntPtr value);

    [LibraryImport(Library)]
    public static partial int mt_tensor_free(IntPtr a);

    [LibraryImport(Library)]
    public static partial int mt_tensor_counts(long* live, long* peak);

    [LibraryImport(Library)]
    public static partial int mt_tensor_alias(IntPtr a, IntPtr* result);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int mt_tensor_info(IntPtr a, TensorInfo* info);

    [LibraryImport(Library)]
    public static partial int mt_tensor_data(IntPtr a, void** data);

    [LibraryImport(Library)]
    public static partial int mt_tensor_empty(long* sizes, int count, int dtype, int deviceType, int deviceIndex, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_tensor_item(IntPtr a, int* kind, long* bits);

    [LibraryImport(Library)]
    public static partial int mt_tensor_grad(IntPtr a, IntPtr* result);

    [LibraryImport(Library)]
    public static partial int mt_tensor_set_grad(IntPtr a, IntPtr gradient);

    [LibraryImport(Library)]
    public static partial int mt_tensor_set_requires_grad(IntPtr a, int requiresGrad);

    [LibraryImport(Library)]
    public static partial int mt_tensor_retain_grad(IntPtr a);

    [LibraryImport(Library)]
    public static partial int mt_tensor_set_data(IntPtr a, IntPtr source);

    [LibraryImport(Library)]
    public static partial int mt_backward(
        IntPtr* tensors, int count, IntPtr* gradients, int gradientCount, int retain, int createGraph, IntPtr* inputs, int inputCount);

    [LibraryImport(Library)]
    public static partial int mt_autograd_grad(
        IntPtr* outputs,
        int count,
        IntPtr* inputs,
        int inputCount,
        IntPtr* gradients,
        int gradientCount,
        int retain,
        int createGraph,
        int allowUnused,
        IntPtr* results);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int mt_tensor_has_grad(IntPtr a, int* has);

    [LibraryImport(Library)]
    public static partial int mt_adamw(IntPtr parameter, IntPtr mean, IntPtr square, IntPtr largest, NativeStep* step);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int mt_grad_mode(int* enabled);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int mt_set_grad_mode(int enabled);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int mt_inference_mode(int* enabled);

    [LibraryImport(Library)]
    public static partial int mt_inference_mode_enter(int enabled, IntPtr* guard);

    [LibraryImport(Library)]
    public static partial int mt_inference_mode_leave(IntPtr guard);

    [LibraryImport(Library)]
    public static partial int mt_set_num_threads(int count);

    [LibraryImport(Library)]
    public static partial int mt_get_num_threads(int* count);

    [LibraryImport(Library)]
    public static partial int mt_set_num_interop_threads(int count);

    [LibraryImport(Library)]
    public static partial int mt_get_num_interop_threads(int* count);

    [LibraryImport(Library)]
    public static partial int mt_cuda_device_count(int* count);

    [LibraryImport(Library)]
    public static partial int mt_describe(int what, byte** text);

    [LibraryImport(Library)]
    public static partial int mt_manual_seed(ulong seed);

    [LibraryImport(Library)]
    public static partial int mt_generator(int fresh, ulong seed, int deviceType, int deviceIndex, IntPtr* generator);

    [LibraryImport(Library)]
    public static partial int mt_generator_free(IntPtr generator);

    [LibraryImport(Library)]
    public static partial int mt_generator_set_seed(IntPtr generator, ulong seed);

    [LibraryImport(Library)]
    public static partial int mt_generator_seed(IntPtr generator, int renew, ulong* seed);

    [LibraryImport(Library)]
    public static partial int mt_generator_state(IntPtr generator, IntPtr* state);

    [LibraryImport(Library)]
    public static partial int mt_generator_set_state(IntPtr generator, IntPtr state);
}
