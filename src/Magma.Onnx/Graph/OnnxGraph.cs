using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Magma.Onnx.Graph;

/// <summary>An operator of a graph. Inputs and outputs are named; what is not looked at here is kept as it was.</summary>
internal sealed class OnnxNode(string operation, IEnumerable<string> inputs, IEnumerable<string> outputs)
{
    public string Operation { get; } = operation;

    public List<string> Inputs { get; } = [.. inputs];

    public List<string> Outputs { get; } = [.. outputs];

    public List<ProtoField> Others { get; } = [];

    public OnnxNode With(string attribute, params long[] values)
    {
        var message = new ProtoMessage().Add(1, attribute);
        if (attribute == "group") message.Add(3, values[0]).Add(20, 2);
        else foreach (long value in values) message.Add(8, value);
        if (attribute != "group") message.Add(20, 7);
        Others.Add(new ProtoMessage().Add(5, message).Fields[0]);
        return this;
    }

    public OnnxNode With(string attribute, float value)
    {
        Others.Add(new ProtoMessage().Add(5, new ProtoMessage().Add(1, attribute).Add(2, value).Add(20, 1)).Fields[0]);
        return this;
    }

    public OnnxNode With(string attribute, string value)
    {
        Others.Add(new ProtoMessage().Add(5, new ProtoMessage().Add(1, attribute).Add(4, value).Add(20, 3)).Fields[0]);
        return this;
    }

    public ProtoMessage? Attribute(string name) =>
        Others.Where(field => field.Number == 5).Select(field => ProtoMessage.Parse(field.Bytes)).FirstOrDefault(one => one.Text(1) == name);

    public float Single(string name, float otherwise) =>
        Attribute(name) is { } found ? BitConverter.UInt32BitsToSingle((uint)found.Integer(2)) : otherwise;

    public long[] Integers(string name) => Attribute(name) is { } found ? [.. found.Integers(8)] : [];

    public long Integer(string name, long otherwise) => Attribute(name) is { } found ? found.Integer(3) : otherwise;
}

/// <summary>A constant of 32-bit floating-point numbers.</summary>
internal sealed record OnnxConstant(long[] Shape, float[] Values);

/// <summary>
/// The graph of an ONNX file, taken apart so far as operators can be put in the place of others (onnx.proto, fields by their numbers). Constants are
/// taken out of their operators; those that are not 32-bit floating point are kept as they were.
/// </summary>
internal sealed class OnnxGraph
{
    private const int Float = 1;
    private const int LeastVersionWithLooseConstants = 4;

    // Of the file format, from the same year as version 13 of the operators.
    private const int FormatOfOwn = 7;

    private readonly ProtoMessage _model;
    private readonly ProtoMessage _graph;
    private readonly Dictionary<string, ProtoMessage> _otherConstants = [];

    private OnnxGraph(ProtoMessage model, ProtoMessage graph) => (_model, _graph) = (model, graph);

    public List<OnnxNode> Nodes { get; private set; } = [];

    public Dictionary<string, OnnxConstant> Constants { get; } = [];

    public HashSet<string> Results { get; } = [];

    /// <summary>The version of the standard operators.</summary>
    public long Version { get; private set; }

    /// <summary>Begins a graph of maps of 32-bit floating point, [1, channels, height, width], with one input.</summary>
    public static OnnxGraph Create(int version, string input, int channels)
    {
        ProtoMessage model = new ProtoMessage().Add(1, FormatOfOwn).Add(7, new ProtoMessage()).Add(8, new ProtoMessage().Add(1, "").Add(2, version));
        return new OnnxGraph(model, new ProtoMessage().Add(2, "network").Add(11, Port(input, $"{channels}"))) { Version = version };
    }

    /// <summary>What must be given to every run, in the model's order.</summary>
    public IReadOnlyList<OnnxPort> Inputs => [.. Ports(11).Where(port => !Constants.ContainsKey(port.Name) && !_otherConstants.ContainsKey(port.Name))];

    /// <summary>What every run gives, in the model's order.</summary>
    public IReadOnlyList<OnnxPort> Outputs => [.. Ports(12)];

    /// <summary>The maker's notes.</summary>
    public IReadOnlyDictionary<string, string> Metadata =>
        _model.Messages(14).GroupBy(note => note.Text(1)).ToDictionary(notes => notes.Key, notes => notes.Last().Text(2), StringComparer.Ordinal);

    /// <summary>Names the one output of a graph that was begun here.</summary>
    public void SetResult(string output)
    {
        Results.Add(output);
        _graph.Add(12, Port(output, "channels"));
    }

    /// <summary>Puts maps of so many channels in the place of all inputs.</summary>
    public void SetInputs(IEnumerable<(string Name, int Channels)> maps)
    {
        _graph.Fields.RemoveAll(field => field.Number == 11);
        foreach ((string name, int channels) in maps) _graph.Add(11, Port(name, $"{channels}"));
    }

    /// <summary>Takes a model apart; null where it has more than one graph, keeps its weights in other files, or is not understood.</summary>
    public static OnnxGraph? TryRead(ReadOnlyMemory<byte> file)
    {
        try
        {
            ProtoMessage model = ProtoMessage.Parse(file);
            if (model.Messages(7).ToArray() is not [var parts] || model.Has(25)) return null;
            var graph = new OnnxGraph(model, parts)
            {
                Version = model.Messages(8).FirstOrDefault(set => set.Text(1).Length == 0)?.Integer(2) ?? 0,
            };
            return graph.ReadParts() ? graph : null;
        }
        catch (InvalidDataException)
        {
            // The runtime says it better when it loads the file.
            return null;
        }
    }

    /// <summary>Puts other operators in the place of all; constants that nothing uses any more are left out.</summary>
    public void Replace(List<OnnxNode> nodes) => Nodes = nodes;

    /// <summary>The model as a file.</summary>
    public byte[] ToBytes()
    {
        var graph = new ProtoMessage();
        foreach (OnnxNode node in Nodes)
        {
            var message = new ProtoMessage();
            foreach (string input in node.Inputs) message.Add(1, input);
            foreach (string output in node.Outputs) message.Add(2, output);
            message.Add(4, node.Operation);
            message.Fields.AddRange(node.Others);
            graph.Add(1, message);
        }

        HashSet<string> used = [.. Nodes.SelectMany(node => node.Inputs), .. Results];
        foreach ((string name, OnnxConstant constant) in Constants)
        {
            if (!used.Contains(name)) continue;
            var tensor = new ProtoMessage();
            foreach (long size in constant.Shape) tensor.Add(1, size);
            graph.Add(5, tensor.Add(2, Float).Add(8, name).Add(9, MemoryMarshal.AsBytes(constant.Values.AsSpan()).ToArray()));
        }

        foreach ((string name, ProtoMessage tensor) in _otherConstants)
        {
            if (used.Contains(name)) graph.Add(5, tensor);
        }

        // Shapes inside the graph may no longer be right; the runtime finds them itself.
        graph.Fields.AddRange(_graph.Fields.Where(field => field.Number is not (1 or 5 or 13)));
        var model = new ProtoMessage();
        foreach (ProtoField field in _model.Fields)
        {
            if (field.Number == 7) model.Add(7, graph);
            else if (field.Number == 1) model.Add(1, Math.Max(LeastVersionWithLooseConstants, (long)field.Value));
            else model.Add(field);
        }

        return model.ToBytes();
    }

    private static ProtoMessage Port(string name, string channels)
    {
        var shape = new ProtoMessage();
        foreach (string size in new[] { "1", channels, $"{name}.height", $"{name}.width" })
            shape.Add(1, long.TryParse(size, out long number) ? new ProtoMessage().Add(1, number) : new ProtoMessage().Add(2, size));
        return new ProtoMessage().Add(1, name).Add(2, new ProtoMessage().Add(1, new ProtoMessage().Add(1, Float).Add(2, shape)));
    }

    private IEnumerable<OnnxPort> Ports(int field)
    {
        foreach (ProtoMessage port in _graph.Messages(field))
        {
            ProtoMessage? tensor = port.Messages(2).SelectMany(type => type.Messages(1)).FirstOrDefault();
            IEnumerable<string> sizes = tensor?.Messages(2).SelectMany(shape => shape.Messages(1)).Select(NameOf) ?? [];
            yield return new OnnxPort(
                port.Text(1), tensor is null ? OnnxElementType.Unsupported : OnnxElementTypes.From((TensorElementType)tensor.Integer(1)), [.. sizes]);
        }
    }

    private static string NameOf(ProtoMessage size)
    {
        if (size.Has(1) && size.Integer(1) >= 0) return size.Integer(1).ToString(CultureInfo.InvariantCulture);
        return size.Text(2) is { Length: > 0 } name ? name : "?";
    }

    private bool ReadParts()
    {
        foreach (ProtoMessage result in _graph.Messages(12)) Results.Add(result.Text(1));
        foreach (ProtoMessage tensor in _graph.Messages(5))
        {
            if (!Keep(tensor.Text(8), tensor)) return false;
        }

        foreach (ProtoMessage message in _graph.Messages(1))
        {
            if (message.Text(4) == "Constant" && message.Messages(5).FirstOrDefault(one => one.Text(1) == "value") is { } value)
            {
                if (!Keep(message.Texts(2).Single(), value.Messages(5).Single())) return false;
                continue;
            }

            var node = new OnnxNode(message.Text(4), message.Texts(1), message.Texts(2));
            node.Others.AddRange(message.Fields.Where(field => field.Number is not (1 or 2 or 4)));
            Nodes.Add(node);
        }

        return true;
    }

    private bool Keep(string name, ProtoMessage tensor)
    {
        bool elsewhere = tensor.Has(13) || tensor.Integer(14) != 0;
        if (elsewhere) return false;
        if (tensor.Integer(2) == Float && Values(tensor) is { } values)
        {
            Constants[name] = new OnnxConstant([.. tensor.Integers(1)], values);
            return true;
        }

        var named = new ProtoMessage();
        named.Fields.AddRange(tensor.Fields.Where(field => field.Number != 8));
        _otherConstants[name] = named.Add(8, name);
        return true;
    }

    private static float[]? Values(ProtoMessage tensor)
    {
        float[] values = tensor.Has(9)
            ? MemoryMarshal.Cast<byte, float>(tensor.Fields.Last(field => field.Number == 9).Bytes.Span).ToArray()
            : [.. tensor.Fields.Where(field => field.Number == 4).SelectMany(Floats)];
        return values.Length == tensor.Integers(1).Aggregate(1L, (product, size) => product * size) ? values : null;
    }

    private static float[] Floats(ProtoField field) => field.Bytes.Length > 0
        ? MemoryMarshal.Cast<byte, float>(field.Bytes.Span).ToArray()
        : [BitConverter.UInt32BitsToSingle((uint)field.Value)];
}
