using System.Buffers;

namespace Magma.Perception;

/// <summary>
/// Blocks as large as a screen's planes, used again: as garbage they would stay until there is a lot of it, and .NET's shared pool keeps some for every
/// thread that came by.
/// </summary>
internal static class ScreenBuffers
{
    // Three planes of the largest screen that a network is given; text and elements are looked for at the same time.
    private const int Largest = 1 << 23;
    private const int AtOnce = 2;

    public static ArrayPool<float> Pool { get; } = ArrayPool<float>.Create(Largest, AtOnce);
}
