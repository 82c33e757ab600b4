using System.Numerics;

namespace Magma.Perception;

/// <summary>
/// Blocks as large as a screen's planes, used again: as garbage they would stay until there is a lot of it, and .NET's shared pool keeps some for every
/// thread that came by. They lie on the heap of pinned objects: on that of large ones, as much garbage may gather as there is alive, and beside these
/// blocks files and encoded pictures would.
/// </summary>
internal static class ScreenBuffers
{
    // Three planes of the largest screen that a network is given.
    private const int Largest = 1 << 23;

    // The map of text, the planes of a part that is looked at for text, and those of the screen that is looked at for elements.
    private const int AtOnce = 3;

    private static readonly Stack<float[]>[] Free = [.. Enumerable.Range(0, BitOperations.Log2(Largest) + 1).Select(_ => new Stack<float[]>(AtOnce))];

    /// <summary>A block of at least so many numbers, with whatever was in it before.</summary>
    public static float[] Rent(int least)
    {
        if (least > Largest) return new float[least];
        int length = (int)BitOperations.RoundUpToPowerOf2((uint)least);
        Stack<float[]> free = Free[BitOperations.Log2((uint)length)];
        lock (free)
        {
            if (free.TryPop(out float[]? block)) return block;
        }

        return GC.AllocateUninitializedArray<float>(length, pinned: true);
    }

    /// <summary>Takes a block back; nobody uses it afterwards.</summary>
    public static void Return(float[] block)
    {
        if (block.Length > Largest) return;
        Stack<float[]> free = Free[BitOperations.Log2((uint)block.Length)];
        lock (free)
        {
            if (free.Count < AtOnce) free.Push(block);
        }
    }
}
