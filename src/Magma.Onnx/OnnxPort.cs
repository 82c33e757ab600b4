namespace Magma.Onnx;

/// <summary>A named input or output of a model, as its file declares it.</summary>
/// <param name="Name">The name by which values are given and asked for.</param>
/// <param name="Type">The number format.</param>
/// <param name="Dimensions">
/// One entry a dimension: its size as a number, or the name of a size that is free (<c>batch</c>; <c>?</c> where the file gives no name).
/// </param>
public sealed record OnnxPort(string Name, OnnxElementType Type, IReadOnlyList<string> Dimensions)
{
    /// <summary>For example <c>images: Float32 [batch, 3, height, width]</c>.</summary>
    public override string ToString() => $"{Name}: {Type} [{string.Join(", ", Dimensions)}]";

    internal bool Accepts(OnnxElementType type, ReadOnlySpan<long> shape)
    {
        if (type != Type || shape.Length != Dimensions.Count)
            return false;
        for (int i = 0; i < shape.Length; i++)
        {
            if (long.TryParse(Dimensions[i], out long size) && size != shape[i])
                return false;
        }
        return true;
    }
}
