using System.Reflection;
using System.Runtime.CompilerServices;
using Magma.Vision;
using TorchSharp;
using Xunit.Sdk;

namespace Magma.Testing;

/// <summary>
/// Fails a test that ends with more live native objects than it began with: images, pyramids, tensors. Applied to a whole assembly by
/// <c>[assembly: NoLeaks]</c>. The counts are the process's, so an assembly that uses this runs its tests one after another.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Method)]
public sealed class NoLeaksAttribute : BeforeAfterTestAttribute
{
    private (long Images, long Pyramids, long Tensors) _before;

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest) => _before = Count();

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest)
    {
        var after = Count();
        var (images, pyramids, tensors) =
            (after.Images - _before.Images, after.Pyramids - _before.Pyramids, after.Tensors - _before.Tensors);
        if (images > 0 || pyramids > 0 || tensors > 0)
        {
            throw new InvalidOperationException($"{methodUnderTest.Name} leaks: {images} images, {pyramids} pyramids, {tensors} tensors");
        }
    }

    // Tests that never touch tensors must not load libtorch for being counted.
    private static (long Images, long Pyramids, long Tensors) Count() =>
        (Image.LiveCount, ImagePyramid.LiveCount, Loaded("Magma.TorchSharp") ? CountTensors() : 0);

    private static bool Loaded(string assembly) => AppDomain.CurrentDomain.GetAssemblies().Any(loaded => loaded.GetName().Name == assembly);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long CountTensors() => torch.Tensor.TotalCount;
}
