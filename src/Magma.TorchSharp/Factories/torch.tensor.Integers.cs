namespace TorchSharp;

public static partial class torch
{
    public static Tensor tensor(byte scalar, Device? device = null, bool requires_grad = false) =>
        FromData<byte>([scalar], [], null, device, requires_grad, null);

    public static Tensor tensor(
        IList<byte> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<byte>(Span(rawArray), dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        byte[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<byte>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(
        byte[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<byte>(rawArray, dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<byte> rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<byte>(Span(rawArray), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<byte> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<byte>(Span(rawArray), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<byte> rawArray,
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<byte>(Span(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<byte> rawArray,
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<byte>(Span(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(
        byte[,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<byte>(Flat<byte>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        byte[,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<byte>(Flat<byte>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        byte[,,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<byte>(Flat<byte>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        Memory<byte> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<byte>(rawArray.Span, dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(sbyte scalar, Device? device = null, bool requires_grad = false) =>
        FromData<sbyte>([scalar], [], null, device, requires_grad, null);

    public static Tensor tensor(
        IList<sbyte> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<sbyte>(Span(rawArray), dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        sbyte[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<sbyte>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(
        sbyte[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<sbyte>(rawArray, dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<sbyte> rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<sbyte>(Span(rawArray), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<sbyte> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<sbyte>(Span(rawArray), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<sbyte> rawArray,
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<sbyte>(Span(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<sbyte> rawArray,
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<sbyte>(Span(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(
        sbyte[,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<sbyte>(Flat<sbyte>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        sbyte[,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<sbyte>(Flat<sbyte>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        sbyte[,,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<sbyte>(Flat<sbyte>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        Memory<sbyte> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<sbyte>(rawArray.Span, dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(short scalar, Device? device = null, bool requires_grad = false) =>
        FromData<short>([scalar], [], null, device, requires_grad, null);

    public static Tensor tensor(
        IList<short> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<short>(Span(rawArray), dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        short[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<short>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(
        short[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<short>(rawArray, dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<short> rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<short>(Span(rawArray), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<short> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<short>(Span(rawArray), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<short> rawArray,
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<short>(Span(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<short> rawArray,
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<short>(Span(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(
        short[,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<short>(Flat<short>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        short[,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<short>(Flat<short>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        short[,,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<short>(Flat<short>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        Memory<short> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<short>(rawArray.Span, dimensions, dtype, device, requires_grad, names);
}
