namespace Magma.Onnx.Graph;

/// <summary>Hard swish, <c>x · clip(x + 3, 0, 6) / 6</c>, exported as four operators behind a convolution, with the learned scale and shift behind it.</summary>
/// <param name="Input">The convolution's value.</param>
/// <param name="Output">The last operator's value.</param>
/// <param name="Scale">What the swish is multiplied by.</param>
/// <param name="Shift">What is added then.</param>
/// <param name="Parts">The operators.</param>
internal sealed record HardSwish(string Input, string Output, float Scale, float Shift, List<OnnxNode> Parts)
{
    /// <summary>The swish that begins with an operator; null where none does.</summary>
    public static HardSwish? Find(OnnxGraph graph, GraphUses uses, OnnxNode add)
    {
        if (add.Operation != "Add" || uses.Scalar(add) is not (var input, 3)) return null;
        if (uses.MakerOf(input) is not { } maker || !uses.IsConvolution(maker)) return null;
        if (uses.OnlyUser(add.Outputs[0]) is not { Operation: "Clip" } clip || Limits(graph, clip) is not (0, 6)) return null;
        if (uses.OnlyUser(clip.Outputs[0]) is not { Operation: "Mul" } product || !product.Inputs.Contains(input)) return null;
        if (uses.OnlyUser(product.Outputs[0]) is not { Operation: "Div" } sixth || uses.Scalar(sixth) is not (_, 6)) return null;
        if (sixth.Inputs[0] != product.Outputs[0]) return null;
        var found = new HardSwish(input, sixth.Outputs[0], 1, 0, [add, clip, product, sixth]);
        if (uses.OnlyUser(found.Output) is { Operation: "Mul" } scale && uses.Scalar(scale) is (_, { } factor))
        {
            found.Parts.Add(scale);
            found = found with { Output = scale.Outputs[0], Scale = factor };
            if (uses.OnlyUser(found.Output) is { Operation: "Add" } shift && uses.Scalar(shift) is (_, { } offset))
            {
                found.Parts.Add(shift);
                found = found with { Output = shift.Outputs[0], Shift = offset };
            }
        }

        return found;
    }

    private static (float Least, float Most) Limits(OnnxGraph graph, OnnxNode clip)
    {
        if (clip.Inputs.Count == 1) return (clip.Single("min", float.MinValue), clip.Single("max", float.MaxValue));
        float? Constant(int at) => graph.Constants.GetValueOrDefault(clip.Inputs[at])?.Values is [var value] ? value : null;
        return clip.Inputs.Count == 3 && Constant(1) is { } least && Constant(2) is { } most ? (least, most) : (0, 0);
    }
}
