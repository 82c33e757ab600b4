namespace TorchSharp;

public static partial class torch
{
    public static Tensor tensor(int scalar, Device? device = null, bool requires_grad = false) =>
        FromData<int>([scalar], [], null, device, requires_grad, null);

    public static Tensor tensor(
        IList<int> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<int>(Span(rawArray), dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        int[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<int>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(
        int[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<int>(rawArray, dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<int> rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<int>(Span(rawArray), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<int> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<int>(Span(rawArray), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<int> rawArray,
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<int>(Span(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(
        int[] rawArray,
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<int>(rawArray, [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(
        int[,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<int>(Flat<int>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        int[,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<int>(Flat<int>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        int[,,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<int>(Flat<int>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        Memory<int> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<int>(rawArray.Span, dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(long scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        FromData<long>([scalar], [], dtype, device, requires_grad, null);

    public static Tensor tensor(
        IList<long> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<long>(Span(rawArray), dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        long[] dataArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<long>(dataArray, [dataArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(
        long[] dataArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<long>(dataArray, dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<long> rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<long>(Span(rawArray), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<long> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<long>(Span(rawArray), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<long> rawArray,
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<long>(Span(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<long> rawArray,
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<long>(Span(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(
        long[,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<long>(Flat<long>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        long[,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<long>(Flat<long>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        long[,,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<long>(Flat<long>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        Memory<long> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<long>(rawArray.Span, dimensions, dtype, device, requires_grad, names);
}
