namespace TorchSharp;

public static partial class torch
{
    public static Tensor tensor(
        IList<Half> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<Half>(Span(rawArray), dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        Half[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<Half>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(
        Half[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<Half>(rawArray, dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<Half> rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<Half>(Span(rawArray), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<Half> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<Half>(Span(rawArray), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<Half> rawArray,
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<Half>(Span(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<Half> rawArray,
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<Half>(Span(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(
        Half[,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<Half>(Flat<Half>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        Half[,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<Half>(Flat<Half>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        Half[,,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<Half>(Flat<Half>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        Memory<Half> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<Half>(rawArray.Span, dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(BFloat16 scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        FromData<BFloat16>([scalar], [], dtype, device, requires_grad, null);

    public static Tensor tensor(
        IList<BFloat16> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<BFloat16>(Span(rawArray), dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        BFloat16[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<BFloat16>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(
        BFloat16[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<BFloat16>(rawArray, dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<BFloat16> rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<BFloat16>(Span(rawArray), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<BFloat16> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<BFloat16>(Span(rawArray), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<BFloat16> rawArray,
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<BFloat16>(Span(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<BFloat16> rawArray,
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<BFloat16>(Span(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(
        BFloat16[,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<BFloat16>(Flat<BFloat16>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        BFloat16[,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<BFloat16>(Flat<BFloat16>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        BFloat16[,,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<BFloat16>(Flat<BFloat16>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        Memory<BFloat16> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<BFloat16>(rawArray.Span, dimensions, dtype, device, requires_grad, names);
}
