namespace Magma.Onnx.Graph;

/// <summary>
/// Rewrites a graph so that the runtime can keep its blocked layout from convolution to convolution. Batch normalisation and learned scales and shifts
/// behind a convolution become part of it. Hard swish, <c>x · clip(x + 3, 0, 6) / 6</c>, exported as four operators with a learned scale and shift behind
/// it, becomes a convolution of one by one per channel with a clip, which the runtime fuses, and a product. The results differ by rounding only.
/// </summary>
internal sealed class ConvolutionFolding
{
    private const int ClipTakesInputs = 11;

    private readonly OnnxGraph _graph;
    private readonly Dictionary<string, List<OnnxNode>> _users = [];
    private readonly Dictionary<string, OnnxNode> _makers = [];
    private readonly HashSet<OnnxNode> _gone = [];

    private ConvolutionFolding(OnnxGraph graph)
    {
        _graph = graph;
        foreach (OnnxNode node in graph.Nodes)
        {
            foreach (string output in node.Outputs) _makers[output] = node;
            foreach (string input in node.Inputs)
            {
                if (!_users.TryGetValue(input, out List<OnnxNode>? users)) _users[input] = users = [];
                users.Add(node);
            }
        }
    }

    public static void Apply(OnnxGraph graph) => new ConvolutionFolding(graph).Rewrite();

    private void Rewrite()
    {
        foreach (OnnxNode node in _graph.Nodes)
        {
            if (IsConvolution(node)) Absorb(node);
        }

        var nodes = new List<OnnxNode>();
        foreach (OnnxNode node in _graph.Nodes)
        {
            if (_gone.Contains(node)) continue;
            if (HardSwish.Find(this, node) is { } found) Write(found, nodes);
            else nodes.Add(node);
        }

        _graph.Replace(nodes);
    }

    // Takes what follows a convolution into its weights, as far as nobody else looks at the values between.
    private void Absorb(OnnxNode convolution)
    {
        string output = convolution.Outputs[0];
        while (OnlyUser(output) is { } next)
        {
            OnnxConstant weights = _graph.Constants[convolution.Inputs[1]];
            int channels = (int)weights.Shape[0];
            float[] scale = new float[channels], shift = new float[channels];
            if (Scalar(next) is (_, { } number) && next.Operation is "Mul" or "Add")
            {
                Array.Fill(scale, next.Operation == "Mul" ? number : 1);
                Array.Fill(shift, next.Operation == "Mul" ? 0 : number);
            }
            else if (!TryNormalization(next, scale, shift))
            {
                break;
            }

            float[] bias = convolution.Inputs.Count > 2 ? _graph.Constants[convolution.Inputs[2]].Values : new float[channels];
            int each = weights.Values.Length / channels;
            SetWeights(
                convolution, new OnnxConstant(weights.Shape, [.. weights.Values.Select((value, index) => value * scale[index / each])]),
                [.. bias.Select((value, channel) => (value * scale[channel]) + shift[channel])]);
            _gone.Add(next);
            output = next.Outputs[0];
            convolution.Outputs[0] = output;
            _makers[output] = convolution;
        }
    }

    private bool TryNormalization(OnnxNode node, float[] scale, float[] shift)
    {
        if (node.Operation != "BatchNormalization" || node.Inputs.Count != 5 || node.Outputs.Count != 1) return false;
        float[]?[] values = [.. node.Inputs.Skip(1).Select(name => _graph.Constants.GetValueOrDefault(name)?.Values)];
        if (values is not [{ } factor, { } offset, { } mean, { } variance] || values.Any(one => one!.Length != scale.Length)) return false;
        float epsilon = node.Single("epsilon", 1e-5f);
        for (int channel = 0; channel < scale.Length; channel++)
        {
            scale[channel] = factor[channel] / MathF.Sqrt(variance[channel] + epsilon);
            shift[channel] = offset[channel] - (mean[channel] * scale[channel]);
        }

        return true;
    }

    private void Write(HardSwish found, List<OnnxNode> nodes)
    {
        foreach (OnnxNode part in found.Parts) _gone.Add(part);
        int channels = (int)_graph.Constants[_makers[found.Input].Inputs[1]].Shape[0];
        bool absorbed = found.Shift != 0 && TryAbsorbShift(found.Output, found.Shift);
        string name = found.Output, product = found.Shift == 0 || absorbed ? name : $"{name}/product";
        nodes.Add(PerChannel(found.Input, $"{name}/slope", channels, found.Scale / 6, found.Scale / 2));
        nodes.Add(Clip($"{name}/slope", $"{name}/gate", Math.Min(0, found.Scale), Math.Max(0, found.Scale)));
        nodes.Add(new OnnxNode("Mul", [found.Input, $"{name}/gate"], [product]));
        if (product != name) nodes.Add(PerChannel(product, name, channels, 1, found.Shift));
    }

    private OnnxNode PerChannel(string input, string output, int channels, float scale, float shift)
    {
        var node = new OnnxNode("Conv", [input, $"{output}/scale", $"{output}/shift"], [output]);
        var factors = new float[channels];
        Array.Fill(factors, scale);
        var shifts = new float[channels];
        Array.Fill(shifts, shift);
        _graph.Constants[node.Inputs[1]] = new OnnxConstant([channels, 1, 1, 1], factors);
        _graph.Constants[node.Inputs[2]] = new OnnxConstant([channels], shifts);
        return node.With("kernel_shape", 1, 1).With("strides", 1, 1).With("dilations", 1, 1).With("pads", 0, 0, 0, 0).With("group", channels);
    }

    private OnnxNode Clip(string input, string output, float least, float most)
    {
        if (_graph.Version < ClipTakesInputs) return new OnnxNode("Clip", [input], [output]).With("min", least).With("max", most);
        _graph.Constants[$"{output}/least"] = new OnnxConstant([], [least]);
        _graph.Constants[$"{output}/most"] = new OnnxConstant([], [most]);
        return new OnnxNode("Clip", [input, $"{output}/least", $"{output}/most"], [output]);
    }

    // A shift passes through convolutions of one by one, which have no border.
    private bool TryAbsorbShift(string output, float shift)
    {
        List<OnnxNode> users = _users.GetValueOrDefault(output) ?? [];
        bool can = users.Count > 0 && !_graph.Results.Contains(output) && users.TrueForAll(user => IsConvolution(user)
            && user.Integer("group", 1) == 1 && _graph.Constants[user.Inputs[1]].Shape is [_, _, 1, 1] && user.Integers("pads").All(pad => pad == 0)
            && user.Attribute("auto_pad") is null && user.Inputs[0] == output);
        if (!can) return false;
        foreach (OnnxNode user in users)
        {
            OnnxConstant weights = _graph.Constants[user.Inputs[1]];
            int channels = (int)weights.Shape[0], each = weights.Values.Length / channels;
            float[] bias = user.Inputs.Count > 2 ? _graph.Constants[user.Inputs[2]].Values : new float[channels];
            SetWeights(
                user, weights,
                [.. bias.Select((value, channel) => value + (shift * weights.Values.AsSpan(channel * each, each).ToArray().Sum()))]);
        }

        return true;
    }

    // Under new names: others may use the old constants.
    private void SetWeights(OnnxNode convolution, OnnxConstant weights, float[] bias)
    {
        string input = convolution.Inputs[0], name = convolution.Outputs[0];
        _graph.Constants[$"{name}/weights"] = weights;
        _graph.Constants[$"{name}/bias"] = new OnnxConstant([bias.Length], bias);
        convolution.Inputs.Clear();
        convolution.Inputs.AddRange([input, $"{name}/weights", $"{name}/bias"]);
    }

    private bool IsConvolution(OnnxNode node) => node.Operation == "Conv"
        && node.Inputs.Skip(1).All(_graph.Constants.ContainsKey) && _graph.Constants[node.Inputs[1]].Shape.Length == 4;

    private OnnxNode? OnlyUser(string name) =>
        !_graph.Results.Contains(name) && _users.TryGetValue(name, out List<OnnxNode>? users) && users is [var only] ? only : null;

    // The input that is no constant, and the constant, if it is a single number.
    private (string Input, float? Number) Scalar(OnnxNode node)
    {
        if (node.Inputs.Count != 2) return ("", null);
        for (int at = 0; at < 2; at++)
        {
            if (_graph.Constants.TryGetValue(node.Inputs[at], out OnnxConstant? constant) && constant.Values.Length == 1)
                return (node.Inputs[1 - at], constant.Values[0]);
        }

        return ("", null);
    }

    private sealed record HardSwish(string Input, string Output, float Scale, float Shift, List<OnnxNode> Parts)
    {
        public static HardSwish? Find(ConvolutionFolding folding, OnnxNode add)
        {
            if (add.Operation != "Add" || folding.Scalar(add) is not (var input, 3)) return null;
            if (!folding._makers.TryGetValue(input, out OnnxNode? maker) || !folding.IsConvolution(maker)) return null;
            if (folding.OnlyUser(add.Outputs[0]) is not { Operation: "Clip" } clip || folding.Limits(clip) is not (0, 6)) return null;
            if (folding.OnlyUser(clip.Outputs[0]) is not { Operation: "Mul" } product || !product.Inputs.Contains(input)) return null;
            if (folding.OnlyUser(product.Outputs[0]) is not { Operation: "Div" } sixth || folding.Scalar(sixth) is not (_, 6)) return null;
            if (sixth.Inputs[0] != product.Outputs[0]) return null;
            var found = new HardSwish(input, sixth.Outputs[0], 1, 0, [add, clip, product, sixth]);
            if (folding.OnlyUser(found.Output) is { Operation: "Mul" } scale && folding.Scalar(scale) is (_, { } factor))
            {
                found.Parts.Add(scale);
                found = found with { Output = scale.Outputs[0], Scale = factor };
                if (folding.OnlyUser(found.Output) is { Operation: "Add" } shift && folding.Scalar(shift) is (_, { } offset))
                {
                    found.Parts.Add(shift);
                    found = found with { Output = shift.Outputs[0], Shift = offset };
                }
            }

            return found;
        }
    }

    private (float Least, float Most) Limits(OnnxNode clip)
    {
        if (clip.Inputs.Count == 1) return (clip.Single("min", float.MinValue), clip.Single("max", float.MaxValue));
        float? Constant(int at) => _graph.Constants.GetValueOrDefault(clip.Inputs[at])?.Values is [var value] ? value : null;
        return clip.Inputs.Count == 3 && Constant(1) is { } least && Constant(2) is { } most ? (least, most) : (0, 0);
    }
}
