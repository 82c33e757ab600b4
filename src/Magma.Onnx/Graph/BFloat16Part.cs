namespace Magma.Onnx.Graph;

/// <summary>
/// The part of a graph that begins at its only input and consists of convolutions and what lies between them; it can run in bfloat16. The rest of the graph
/// goes on from what the part gives.
/// </summary>
internal sealed class BFloat16Part
{
    private readonly OnnxGraph _graph;
    private readonly GraphUses _uses;
    private readonly HashSet<OnnxNode> _taken = [];
    private readonly Dictionary<string, int> _maps = [];

    // Of every map: its channels, and whether it has one value per channel.
    private readonly List<(int Channels, bool Pooled)> _shapes = [];

    private BFloat16Part(OnnxGraph graph, GraphUses uses, int channels)
    {
        (_graph, _uses) = (graph, uses);
        _shapes.Add((channels, false));
    }

    public List<BFloat16Step> Steps { get; } = [];

    /// <summary>Channels of the network's input.</summary>
    public int Channels => _shapes[0].Channels;

    /// <summary>The values that the rest of the graph uses, or the caller, by the maps that they are.</summary>
    public List<(string Name, int Map)> Results { get; } = [];

    /// <summary>
    /// Takes the part out of a graph whose convolutions have absorbed what follows them. Null where there is none: the input is no picture, or is
    /// looked at by something else first.
    /// </summary>
    public static BFloat16Part? Take(OnnxGraph graph)
    {
        if (graph.Inputs is not [{ Type: OnnxElementType.Float32, Dimensions: [_, var channels, _, _] } input] || !int.TryParse(channels, out int count))
            return null;
        var part = new BFloat16Part(graph, new GraphUses(graph), count);
        part._maps[input.Name] = 0;
        foreach (OnnxNode node in graph.Nodes)
        {
            if (!part._taken.Contains(node)) part.TryTake(node);
        }

        return part.Steps.Exists(step => step.Operation == BFloat16Operation.Convolve) && part.Leave(input) ? part : null;
    }

    // Makes what comes out the inputs of the rest; false where the rest looks at the picture itself.
    private bool Leave(OnnxPort input)
    {
        List<OnnxNode> rest = [.. _graph.Nodes.Where(node => !_taken.Contains(node))];
        HashSet<string> needed = [.. rest.SelectMany(node => node.Inputs), .. _graph.Results];
        if (needed.Contains(input.Name)) return false;
        Results.AddRange(_maps.Where(one => needed.Contains(one.Key)).Select(one => (one.Key, one.Value)).OrderBy(one => one.Value));
        _graph.Replace(rest);
        if (rest.Count > 0) _graph.SetInputs(Results.Select(one => (one.Name, _shapes[one.Map].Channels)));
        return Results.Count > 0;
    }

    private void TryTake(OnnxNode node)
    {
        if (node.Outputs.Count != 1 || node.Inputs.Count == 0 || !_maps.TryGetValue(node.Inputs[0], out int input)) return;
        switch (node.Operation)
        {
            case "Conv" or "ConvTranspose":
                TryConvolution(node, input);
                break;
            case "GlobalAveragePool":
                Add(node, new(BFloat16Operation.Mean, input), (_shapes[input].Channels, true));
                break;
            case "AveragePool" when node.Integers("pads").All(pad => pad == 0) && IsPlain(node, "auto_pad", "ceil_mode") && Pair(node, "kernel_shape") is { } kernel:
                Add(node, new(BFloat16Operation.Average, input) { Kernel = kernel, Stride = Pair(node, "strides") ?? (1, 1) }, _shapes[input]);
                break;
            case "Resize" when Enlargement(node) is { } factor:
                Add(node, new(BFloat16Operation.Enlarge, input) { Stride = factor }, _shapes[input]);
                break;
            case "Add" or "Mul" when node.Inputs.Count == 2 && _maps.TryGetValue(node.Inputs[1], out int other):
                TryPair(node, input, other);
                break;
            case "Concat" when node.Integer("axis", 0) == 1 && node.Inputs.TrueForAll(_maps.ContainsKey):
                Join(node);
                break;
        }
    }

    private void TryConvolution(OnnxNode node, int input)
    {
        bool transposed = node.Operation == "ConvTranspose";
        if (!node.Inputs.Skip(1).All(_graph.Constants.ContainsKey) || _graph.Constants[node.Inputs[1]] is not { Shape: [var first, var second, var height, var width] } weights) return;
        if (!IsPlain(node, "auto_pad", "output_shape", "output_padding") || node.Integers("dilations").Any(one => one != 1)) return;
        int groups = (int)node.Integer("group", 1), outputs = (int)(transposed ? second : first);
        long[] pads = node.Integers("pads");
        if (transposed && (groups != 1 || pads.Any(pad => pad != 0) || Pair(node, "strides") != ((int)height, (int)width))) return;
        if (pads.Length is not (0 or 4) || _shapes[input].Channels != (transposed ? first : second * groups)) return;
        var step = new BFloat16Step(transposed ? BFloat16Operation.Transposed : BFloat16Operation.Convolve, input)
        {
            Outputs = outputs,
            Groups = groups,
            Kernel = ((int)height, (int)width),
            Stride = Pair(node, "strides") ?? (1, 1),
            Padding = pads is [var top, var left, var bottom, var right] ? ((int)top, (int)left, (int)bottom, (int)right) : default,
            Weights = weights.Values,
            Bias = node.Inputs.Count > 2 ? _graph.Constants[node.Inputs[2]].Values : null,
        };
        Add(node, step, (outputs, _shapes[input].Pooled));
    }

    private void TryPair(OnnxNode node, int input, int other)
    {
        ((int channels, bool pooled), (int others, bool otherPooled)) = (_shapes[input], _shapes[other]);
        if (channels != others) return;
        bool sum = node.Operation == "Add" && pooled == otherPooled;
        bool scaled = node.Operation == "Mul" && (pooled || otherPooled);
        if (!sum && !scaled) return;
        bool turned = scaled && pooled && !otherPooled;
        Add(node, new(sum ? BFloat16Operation.Add : BFloat16Operation.Scale, turned ? other : input, turned ? input : other), (channels, pooled && otherPooled));
    }

    private void Join(OnnxNode node)
    {
        int[] maps = [.. node.Inputs.Select(name => _maps[name])];
        if (maps.Length < 2 || maps.Any(map => _shapes[map].Pooled != _shapes[maps[0]].Pooled)) return;
        int joined = maps[0];
        foreach (int map in maps.Skip(1))
        {
            Steps.Add(new(BFloat16Operation.Join, joined, map));
            _shapes.Add((_shapes[joined].Channels + _shapes[map].Channels, _shapes[map].Pooled));
            joined = Steps.Count;
        }

        _taken.Add(node);
        _maps[node.Outputs[0]] = joined;
    }

    private void Add(OnnxNode node, BFloat16Step step, (int Channels, bool Pooled) shape)
    {
        (string output, BFloat16Step activated, IEnumerable<OnnxNode> parts) = Activate(node.Outputs[0], step);
        Steps.Add(activated);
        _shapes.Add(shape);
        _maps[output] = Steps.Count;
        _taken.Add(node);
        _taken.UnionWith(parts);
    }

    // What follows a step and looks at nothing else becomes part of it.
    private (string Output, BFloat16Step Step, IEnumerable<OnnxNode> Parts) Activate(string output, BFloat16Step step)
    {
        if (_graph.Results.Contains(output)) return (output, step, []);
        OnnxNode[] users = [.. _uses.UsersOf(output)];
        switch (users)
        {
            case [{ Operation: "Relu" } relu]:
                return (relu.Outputs[0], step with { Activation = BFloat16Activation.Rectify }, [relu]);
            case [{ Operation: "Sigmoid" } sigmoid]:
                return (sigmoid.Outputs[0], step with { Activation = BFloat16Activation.Sigmoid }, [sigmoid]);
            case [{ Operation: "HardSigmoid" } gate]:
                return (
                    gate.Outputs[0],
                    step with { Activation = BFloat16Activation.HardSigmoid, Alpha = gate.Single("alpha", 0.2f), Beta = gate.Single("beta", 0.5f) },
                    [gate]);
            case [_, _] when users.Select(user => HardSwish.Find(_graph, _uses, user)).FirstOrDefault(found => found is not null) is { } swish
                && users.All(swish.Parts.Contains):
                return (swish.Output, step with { Activation = BFloat16Activation.HardSwish, Alpha = swish.Scale, Beta = swish.Shift }, swish.Parts);
            default:
                return (output, step, []);
        }
    }

    private (int Height, int Width)? Enlargement(OnnxNode node)
    {
        bool nearest = node.Attribute("mode")?.Text(4) is null or "nearest" && node.Attribute("nearest_mode")?.Text(4) == "floor"
            && node.Attribute("coordinate_transformation_mode")?.Text(4) == "asymmetric";
        if (!nearest || node.Inputs.Count != 3 || _graph.Constants.GetValueOrDefault(node.Inputs[2])?.Values is not [1, 1, var down, var across]) return null;
        return down >= 1 && across >= 1 && down == MathF.Round(down) && across == MathF.Round(across) ? ((int)down, (int)across) : null;
    }

    // Whether attributes are absent or have their default.
    private static bool IsPlain(OnnxNode node, params ReadOnlySpan<string> attributes)
    {
        foreach (string name in attributes)
        {
            if (node.Attribute(name) is { } found && (found.Integer(3) != 0 || found.Integers(8).Any(one => one != 0) || found.Text(4) is not ("" or "NOTSET"))) return false;
        }

        return true;
    }

    private static (int Height, int Width)? Pair(OnnxNode node, string attribute) => node.Integers(attribute) is [var height, var width] ? ((int)height, (int)width) : null;
}
