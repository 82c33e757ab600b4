namespace Magma.Onnx.Graph;

/// <summary>
/// Rewrites a graph so that the runtime can keep its blocked layout from convolution to convolution. Batch normalisation and learned scales and shifts
/// behind a convolution become part of it. Hard swish becomes a convolution of one by one per channel with a clip, which the runtime fuses, and a product.
/// The results differ by rounding only.
/// </summary>
internal static class ConvolutionFolding
{
    private const int ClipTakesInputs = 11;

    /// <summary>Takes what follows convolutions into their weights, as far as nobody else looks at the values between.</summary>
    public static void Absorb(OnnxGraph graph)
    {
        var uses = new GraphUses(graph);
        var gone = new HashSet<OnnxNode>();
        foreach (OnnxNode node in graph.Nodes)
        {
            if (uses.IsConvolution(node) || IsTransposed(graph, node)) Absorb(graph, uses, gone, node);
        }

        graph.Replace([.. graph.Nodes.Where(node => !gone.Contains(node))]);
    }

    /// <summary>Writes hard swishes as the runtime fuses them.</summary>
    public static void WriteSwishes(OnnxGraph graph)
    {
        var uses = new GraphUses(graph);
        var gone = new HashSet<OnnxNode>();
        var nodes = new List<OnnxNode>();
        foreach (OnnxNode node in graph.Nodes)
        {
            if (gone.Contains(node)) continue;
            if (HardSwish.Find(graph, uses, node) is { } found)
            {
                gone.UnionWith(found.Parts);
                Write(graph, uses, found, nodes);
            }
            else
            {
                nodes.Add(node);
            }
        }

        graph.Replace(nodes);
    }

    private static bool IsTransposed(OnnxGraph graph, OnnxNode node) => node.Operation == "ConvTranspose" && node.Integer("group", 1) == 1
        && node.Inputs.Skip(1).All(graph.Constants.ContainsKey) && graph.Constants[node.Inputs[1]].Shape.Length == 4;

    private static void Absorb(OnnxGraph graph, GraphUses uses, HashSet<OnnxNode> gone, OnnxNode convolution)
    {
        string output = convolution.Outputs[0];
        bool transposed = convolution.Operation == "ConvTranspose";
        while (uses.OnlyUser(output) is { } next)
        {
            OnnxConstant weights = graph.Constants[convolution.Inputs[1]];
            int channels = (int)weights.Shape[transposed ? 1 : 0];
            float[] scale = new float[channels], shift = new float[channels];
            if (!TryFactor(uses, next, scale, shift) && !TryNormalization(graph, next, scale, shift)) break;

            float[] bias = convolution.Inputs.Count > 2 ? graph.Constants[convolution.Inputs[2]].Values : new float[channels];
            int kernel = (int)(weights.Shape[2] * weights.Shape[3]), each = transposed ? kernel : weights.Values.Length / channels;
            SetWeights(
                graph, convolution, new OnnxConstant(weights.Shape, [.. weights.Values.Select((value, index) => value * scale[index / each % channels])]),
                [.. bias.Select((value, channel) => (value * scale[channel]) + shift[channel])]);
            gone.Add(next);
            output = next.Outputs[0];
            convolution.Outputs[0] = output;
        }
    }

    // A product or sum with one number, or with one per channel.
    private static bool TryFactor(GraphUses uses, OnnxNode node, float[] scale, float[] shift)
    {
        if (node.Operation is not ("Mul" or "Add") || uses.WithConstant(node).Constant is not { } constant) return false;
        bool perChannel = constant.Values.Length == scale.Length
            && (constant.Shape is [1, var after, 1, 1] ? after == scale.Length : constant.Shape is [var first, 1, 1] && first == scale.Length);
        if (constant.Values.Length != 1 && !perChannel) return false;
        for (int channel = 0; channel < scale.Length; channel++)
        {
            float number = constant.Values[constant.Values.Length == 1 ? 0 : channel];
            (scale[channel], shift[channel]) = node.Operation == "Mul" ? (number, 0f) : (1f, number);
        }

        return true;
    }

    private static bool TryNormalization(OnnxGraph graph, OnnxNode node, float[] scale, float[] shift)
    {
        if (node.Operation != "BatchNormalization" || node.Inputs.Count != 5 || node.Outputs.Count != 1) return false;
        float[]?[] values = [.. node.Inputs.Skip(1).Select(name => graph.Constants.GetValueOrDefault(name)?.Values)];
        if (values is not [{ } factor, { } offset, { } mean, { } variance] || values.Any(one => one!.Length != scale.Length)) return false;
        float epsilon = node.Single("epsilon", 1e-5f);
        for (int channel = 0; channel < scale.Length; channel++)
        {
            scale[channel] = factor[channel] / MathF.Sqrt(variance[channel] + epsilon);
            shift[channel] = offset[channel] - (mean[channel] * scale[channel]);
        }

        return true;
    }

    private static void Write(OnnxGraph graph, GraphUses uses, HardSwish found, List<OnnxNode> nodes)
    {
        int channels = (int)graph.Constants[uses.MakerOf(found.Input)!.Inputs[1]].Shape[0];
        bool absorbed = found.Shift != 0 && TryAbsorbShift(graph, uses, found.Output, found.Shift);
        string name = found.Output, product = found.Shift == 0 || absorbed ? name : $"{name}/product";
        nodes.Add(PerChannel(graph, found.Input, $"{name}/slope", channels, found.Scale / 6, found.Scale / 2));
        nodes.Add(Clip(graph, $"{name}/slope", $"{name}/gate", Math.Min(0, found.Scale), Math.Max(0, found.Scale)));
        nodes.Add(new OnnxNode("Mul", [found.Input, $"{name}/gate"], [product]));
        if (product != name) nodes.Add(PerChannel(graph, product, name, channels, 1, found.Shift));
    }

    private static OnnxNode PerChannel(OnnxGraph graph, string input, string output, int channels, float scale, float shift)
    {
        var node = new OnnxNode("Conv", [input, $"{output}/scale", $"{output}/shift"], [output]);
        var factors = new float[channels];
        Array.Fill(factors, scale);
        var shifts = new float[channels];
        Array.Fill(shifts, shift);
        graph.Constants[node.Inputs[1]] = new OnnxConstant([channels, 1, 1, 1], factors);
        graph.Constants[node.Inputs[2]] = new OnnxConstant([channels], shifts);
        return node.With("kernel_shape", 1, 1).With("strides", 1, 1).With("dilations", 1, 1).With("pads", 0, 0, 0, 0).With("group", channels);
    }

    private static OnnxNode Clip(OnnxGraph graph, string input, string output, float least, float most)
    {
        if (graph.Version < ClipTakesInputs) return new OnnxNode("Clip", [input], [output]).With("min", least).With("max", most);
        graph.Constants[$"{output}/least"] = new OnnxConstant([], [least]);
        graph.Constants[$"{output}/most"] = new OnnxConstant([], [most]);
        return new OnnxNode("Clip", [input, $"{output}/least", $"{output}/most"], [output]);
    }

    // A shift passes through convolutions of one by one, which have no border.
    private static bool TryAbsorbShift(OnnxGraph graph, GraphUses uses, string output, float shift)
    {
        IReadOnlyList<OnnxNode> users = uses.UsersOf(output);
        bool can = users.Count > 0 && !graph.Results.Contains(output) && users.All(user => uses.IsConvolution(user)
            && user.Integer("group", 1) == 1 && graph.Constants[user.Inputs[1]].Shape is [_, _, 1, 1] && user.Integers("pads").All(pad => pad == 0)
            && user.Attribute("auto_pad") is null && user.Inputs[0] == output);
        if (!can) return false;
        foreach (OnnxNode user in users)
        {
            OnnxConstant weights = graph.Constants[user.Inputs[1]];
            int channels = (int)weights.Shape[0], each = weights.Values.Length / channels;
            float[] bias = user.Inputs.Count > 2 ? graph.Constants[user.Inputs[2]].Values : new float[channels];
            SetWeights(
                graph, user, weights,
                [.. bias.Select((value, channel) => value + (shift * weights.Values.AsSpan(channel * each, each).ToArray().Sum()))]);
        }

        return true;
    }

    // Under new names: others may use the old constants.
    private static void SetWeights(OnnxGraph graph, OnnxNode convolution, OnnxConstant weights, float[] bias)
    {
        string input = convolution.Inputs[0], name = convolution.Outputs[0];
        graph.Constants[$"{name}/weights"] = weights;
        graph.Constants[$"{name}/bias"] = new OnnxConstant([bias.Length], bias);
        convolution.Inputs.Clear();
        convolution.Inputs.AddRange([input, $"{name}/weights", $"{name}/bias"]);
    }
}
