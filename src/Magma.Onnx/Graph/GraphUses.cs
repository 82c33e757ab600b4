namespace Magma.Onnx.Graph;

/// <summary>Who makes and who uses each value of a graph, as it was when this was made.</summary>
internal sealed class GraphUses
{
    private readonly OnnxGraph _graph;
    private readonly Dictionary<string, List<OnnxNode>> _users = [];
    private readonly Dictionary<string, OnnxNode> _makers = [];

    public GraphUses(OnnxGraph graph)
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

    public OnnxNode? MakerOf(string name) => _makers.GetValueOrDefault(name);

    /// <summary>The operators that use a value within the graph; one that uses it twice comes twice.</summary>
    public IReadOnlyList<OnnxNode> UsersOf(string name) => _users.GetValueOrDefault(name) ?? [];

    /// <summary>The operator that uses a value, if there is one use and the value is no result.</summary>
    public OnnxNode? OnlyUser(string name) => !_graph.Results.Contains(name) && UsersOf(name) is [var only] ? only : null;

    /// <summary>A convolution of maps whose weights are constants.</summary>
    public bool IsConvolution(OnnxNode node) => node.Operation == "Conv"
        && node.Inputs.Skip(1).All(_graph.Constants.ContainsKey) && _graph.Constants[node.Inputs[1]].Shape.Length == 4;

    /// <summary>The input that is no constant, and the constant, if it is a single number.</summary>
    public (string Input, float? Number) Scalar(OnnxNode node) =>
        WithConstant(node) is (var input, { Values: [var number] }) ? (input, number) : ("", null);

    /// <summary>The input that is no constant, and the one that is.</summary>
    public (string Input, OnnxConstant? Constant) WithConstant(OnnxNode node)
    {
        if (node.Inputs.Count != 2) return ("", null);
        for (int at = 0; at < 2; at++)
        {
            if (_graph.Constants.TryGetValue(node.Inputs[at], out OnnxConstant? constant)) return (node.Inputs[1 - at], constant);
        }

        return ("", null);
    }
}
