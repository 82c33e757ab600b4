using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Whole numbers from low to before high.</summary>
    public static Tensor randint(
        long low,
        long high,
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null)
    {
        RefuseNames(names);
        var type = dtype ?? ScalarType.Int64;
        var made = generator is null
            ? Aten.randint_low.Call(low, high, size, type, null as string, device ?? defaultDevice)
            : Aten.randint_low_generator.Call(low, high, size, generator, type, null as string, device ?? defaultDevice);
        return Grad(made, requires_grad);
    }

    public static Tensor randint(
        long high,
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null) => randint(0, high, size, dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        long low,
        long high,
        Size size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null) => randint(low, high, size.Shape, dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        long high,
        Size size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null) => randint(0, high, size.Shape, dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        int low,
        int high,
        int[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null) =>
        randint(low, high, Array.ConvertAll(size, item => (long)item), dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        int high,
        int[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null) => randint(0, high, size, dtype, device, requires_grad, generator, names);

    /// <summary>The numbers from 0 to before n in random order.</summary>
    public static Tensor randperm(
        long n,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null)
    {
        var type = dtype ?? ScalarType.Int64;
        var made = generator is null
            ? Aten.randperm.Call(n, type, null as string, device ?? defaultDevice)
            : Aten.randperm_generator.Call(n, generator, type, null as string, device ?? defaultDevice);
        return Grad(made, requires_grad);
    }

    public static Tensor normal(
        double mean,
        double std,
        ReadOnlySpan<long> size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null) =>
        Grad(Uninitialized(size, dtype, device, false, names).normal_(mean, std, generator), requires_grad);

    private static Tensor MakeRandom(
        Boxed op,
        Boxed withGenerator,
        long[] size,
        ScalarType? dtype,
        Device? device,
        bool requires_grad,
        Generator? generator,
        string[]? names)
    {
        RefuseNames(names);
        var made = generator is null
            ? op.Call(size, dtype ?? defaultType, null as string, device ?? defaultDevice)
            : withGenerator.Call(size, generator, dtype ?? defaultType, null as string, device ?? defaultDevice);
        return Grad(made, requires_grad);
    }
}
