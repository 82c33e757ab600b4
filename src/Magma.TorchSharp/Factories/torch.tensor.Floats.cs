namespace TorchSharp;

public static partial class torch
{
    public static Tensor tensor(float scalar, Device? device = null, bool requires_grad = false) =>
        FromData<float>([scalar], [], null, device, requires_grad, null);

    public static Tensor tensor(
        IList<float> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<float>(Span(rawArray), dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        float[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<float>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(
        float[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<float>(rawArray, dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<float> rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<float>(Span(rawArray), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<float> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<float>(Span(rawArray), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<float> rawArray,
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<float>(Span(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<float> rawArray,
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<float>(Span(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(
        float[,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<float>(Flat<float>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        float[,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<float>(Flat<float>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        float[,,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<float>(Flat<float>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        Memory<float> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<float>(rawArray.Span, dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(double scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        FromData<double>([scalar], [], dtype, device, requires_grad, null);

    public static Tensor tensor(
        IList<double> rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<double>(Span(rawArray), [rawArray.Count], dtype, device, requires_grad, names);

    public static Tensor tensor(
        double[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<double>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    public static Tensor tensor(
        double[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<double>(rawArray, dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<double> rawArray,
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<double>(Span(rawArray), [rows, columns], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<double> rawArray,
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<double>(Span(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor tensor(
        IList<double> rawArray,
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<double>(Span(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor tensor(
        double[,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<double>(Flat<double>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        double[,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<double>(Flat<double>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        double[,,,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<double>(Flat<double>(rawArray), Shape(rawArray), dtype, device, requires_grad, names);

    public static Tensor tensor(
        Memory<double> rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null) =>
        FromData<double>(rawArray.Span, dimensions, dtype, device, requires_grad, names);
}
