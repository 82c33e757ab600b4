using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Reading one-element tensors, sizes, and parameters from tensors.</summary>
public static class TensorExtensionMethods
{
    public static float ToSingle(this Tensor value) => value.item<float>();

    public static double ToDouble(this Tensor value) => value.item<double>();

    public static Half ToHalf(this Tensor value) => value.item<Half>();

    public static BFloat16 ToBFloat16(this Tensor value) => value.item<BFloat16>();

    public static sbyte ToSByte(this Tensor value) => value.item<sbyte>();

    public static byte ToByte(this Tensor value) => value.item<byte>();

    public static short ToInt16(this Tensor value) => value.item<short>();

    public static int ToInt32(this Tensor value) => value.item<int>();

    public static long ToInt64(this Tensor value) => value.item<long>();

    public static bool ToBoolean(this Tensor value) => value.item<bool>();

    /// <summary>Bytes of one element.</summary>
    public static int ElementSize(this ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool or ScalarType.QInt8 or ScalarType.QUInt8 => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 or ScalarType.QInt32 => 4,
        ScalarType.Int64 or ScalarType.Float64 or ScalarType.ComplexFloat32 => 8,
        ScalarType.ComplexFloat64 => 16,
        _ => throw new ArgumentException($"unknown element type {type}"),
    };

    /// <summary>How many elements a tensor of this shape has.</summary>
    public static long TotalSize(this IEnumerable<long> shape) => shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>The tensor as text; in Julia's style unless another is asked for.</summary>
    public static string str(
        this Tensor tensor,
        string? fltFormat = null,
        int? width = null,
        string? newLine = null,
        CultureInfo? cultureInfo = null,
        TensorStringStyle style = TensorStringStyle.Default) =>
        tensor.ToString(style == TensorStringStyle.Default ? TensorStringStyle.Julia : style, fltFormat, width, cultureInfo, newLine);

    public static string npstr(
        this Tensor tensor,
        string? fltFormat = "g5",
        int? width = 100,
        string? newLine = null,
        CultureInfo? cultureInfo = null) => tensor.ToString(TensorStringStyle.Numpy, fltFormat, width, cultureInfo, newLine);

    public static string jlstr(
        this Tensor tensor,
        string? fltFormat = null,
        int? width = null,
        string? newLine = null,
        CultureInfo? cultureInfo = null) => tensor.ToString(TensorStringStyle.Julia, fltFormat, width, cultureInfo, newLine);

    public static string cstr(
        this Tensor tensor,
        string? fltFormat = "g5",
        int? width = 100,
        string? newLine = null,
        CultureInfo? cultureInfo = null) => tensor.ToString(TensorStringStyle.CSharp, fltFormat, width, cultureInfo, newLine);

    /// <summary>Writes the tensor to standard output and returns it.</summary>
    public static Tensor print(
        this Tensor t,
        string? fltFormat = "g5",
        int? width = 100,
        string? newLine = null,
        CultureInfo? cultureInfo = null,
        TensorStringStyle style = TensorStringStyle.Default)
    {
        Console.WriteLine(t.str(fltFormat, width, newLine, cultureInfo, style));
        return t;
    }

    /// <summary>Makes a parameter of the tensor, which becomes empty.</summary>
    public static Parameter AsParameter(this Tensor tensor) => new(tensor);
}
