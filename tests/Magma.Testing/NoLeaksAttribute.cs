using System.Reflection;
using Magma.Vision;
using Xunit.Sdk;

namespace Magma.Testing;

/// <summary>
/// Fails a test that ends with more live native objects than it began with. The counts are the process's, so an assembly that uses this
/// runs its tests one after another.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class NoLeaksAttribute : BeforeAfterTestAttribute
{
    private (long Images, long Pyramids) _before;

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest) => _before = Count();

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest)
    {
        var after = Count();
        if (after.Images > _before.Images || after.Pyramids > _before.Pyramids)
        {
            throw new InvalidOperationException(
                $"{methodUnderTest.Name} leaks: {after.Images - _before.Images} images, {after.Pyramids - _before.Pyramids} pyramids");
        }
    }

    private static (long Images, long Pyramids) Count() => (Image.LiveCount, ImagePyramid.LiveCount);
}
