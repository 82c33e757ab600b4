namespace TorchSharp;

public static partial class torch
{
    public static Tensor tensor(bool scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        FromData<bool>([scalar], [], dtype, device, requires_grad, null);

    public static Tensor tensor(
        IList<bool> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<bool>(Span(rawArray), dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        bool[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<bool>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(
        bool[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<bool>(rawArray, dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<bool> rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<bool>(Span(rawArray), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<bool> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<bool>(Span(rawArray), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<bool> rawArray,
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<bool>(Span(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<bool> rawArray,
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<bool>(Span(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(
        bool[,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<bool>(Flat<bool>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        bool[,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<bool>(Flat<bool>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        bool[,,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<bool>(Flat<bool>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);
}
