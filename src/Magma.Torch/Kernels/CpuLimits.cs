using Magma.Torch.Native;

namespace Magma.Torch;

/// <summary>What this machine's processor can do at best: the limits that benchmarks stand beside.</summary>
public static class CpuLimits
{
    /// <summary>Bytes a second that libtorch's threads together read from memory, the best of five passes.</summary>
    /// <param name="bytes">How much is read in a pass: much more than the caches hold.</param>
    public static unsafe double MeasureReading(long bytes = 1L << 30)
    {
        double rate;
        KernelMethods.Check(KernelMethods.mk_measure_reading(bytes, &rate));
        return rate;
    }

    /// <summary>
    /// Operations a second (a product and a sum are two) of libtorch's threads in the instruction that the kernels' bfloat16 products
    /// are made of, working on registers only.
    /// </summary>
    public static unsafe double MeasureProducts()
    {
        double rate;
        KernelMethods.Check(KernelMethods.mk_measure_products(&rate));
        return rate;
    }
}
