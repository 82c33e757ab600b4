using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Magma.Training.Recipes;

/// <summary>The named values of a recipe: one flat YAML mapping, with values put over it by hand. Problems are gathered and told together.</summary>
public sealed class RecipeFields
{
    private const int MostBytes = 1 << 20;

    private readonly string _path;
    private readonly Dictionary<string, IReadOnlyList<string>> _values = new(StringComparer.Ordinal);
    private readonly List<string> _known = [];
    private readonly List<string> _problems = [];

    private RecipeFields(string path) => _path = path;

    /// <summary>Reads a recipe.</summary>
    /// <param name="path">A YAML file with one mapping of names to values or lists of values.</param>
    /// <param name="overrides">Values over those of the file, each <c>name=value</c>; parts of a list are parted by commas.</param>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static RecipeFields Read(string path, IEnumerable<string> overrides)
    {
        var fields = new RecipeFields(path);
        if (new FileInfo(path).Length > MostBytes) throw new InvalidDataException($"{path} is no recipe: it has more than {MostBytes} bytes.");
        var yaml = new YamlStream();
        try
        {
            using var reader = new StringReader(File.ReadAllText(path));
            yaml.Load(reader);
        }
        catch (YamlException problem)
        {
            throw new InvalidDataException($"{path} is no YAML: {problem.Message}", problem);
        }

        if (yaml.Documents.Count != 1 || yaml.Documents[0].RootNode is not YamlMappingNode mapping)
            throw new InvalidDataException($"{path} is no recipe: one mapping of names to values was expected.");
        foreach ((YamlNode name, YamlNode value) in mapping.Children) fields.Add(name, value);
        foreach (string one in overrides)
        {
            int sign = one.IndexOf('=', StringComparison.Ordinal);
            if (sign <= 0) fields._problems.Add($"'{one}' is no override: name=value was expected");
            else fields._values[one[..sign]] = one[(sign + 1)..].Split(',', StringSplitOptions.TrimEntries);
        }

        return fields;
    }

    /// <summary>A text that must be given.</summary>
    public string Text(string name) => Single(name) ?? Missing(name);

    /// <summary>One of some words that must be given.</summary>
    public string Word(string name, params IReadOnlyList<string> words)
    {
        string text = Text(name);
        if (text.Length > 0 && !words.Contains(text)) _problems.Add($"{name}: one of {string.Join(", ", words)} was expected, '{text}' was given");
        return text;
    }

    /// <summary>Texts, at least one.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        _known.Add(name);
        if (_values.TryGetValue(name, out IReadOnlyList<string>? values) && values.Count > 0) return values;
        Missing(name);
        return [];
    }

    /// <summary>A whole number in a range; the default where it is not given.</summary>
    public long Whole(string name, long least, long most, long otherwise)
    {
        if (Single(name) is not { } text) return otherwise;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most) return value;
        _problems.Add($"{name}: a whole number from {least} to {most} was expected, '{text}' was given");
        return otherwise;
    }

    /// <summary>A number in a range; the default where it is not given.</summary>
    public double Number(string name, double least, double most, double otherwise)
    {
        if (Single(name) is not { } text) return otherwise;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most) return value;
        _problems.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: a number from {least} to {most} was expected, '{text}' was given"));
        return otherwise;
    }

    /// <summary>Adds a problem that a reader of the fields found.</summary>
    public void Problem(string text) => _problems.Add(text);

    /// <summary>Ends the reading: whatever was found wrong is told, and names that nobody asked for.</summary>
    /// <exception cref="InvalidDataException">There are problems; the message has all of them.</exception>
    public void End()
    {
        _problems.AddRange(_values.Keys.Except(_known).Select(name => $"{name}: unknown; there are {string.Join(", ", _known)}"));
        if (_problems.Count > 0) throw new InvalidDataException($"The recipe {_path} has problems:\n  {string.Join("\n  ", _problems)}");
    }

    private void Add(YamlNode name, YamlNode value)
    {
        IReadOnlyList<string>? texts = value switch
        {
            YamlScalarNode { Value: { } scalar } => [scalar],
            YamlSequenceNode sequence when sequence.Children.All(child => child is YamlScalarNode) => [.. sequence.Children.Select(child => ((YamlScalarNode)child).Value ?? "")],
            _ => null,
        };
        if (name is YamlScalarNode { Value: { } key } && texts is not null) _values[key] = texts;
        else _problems.Add($"{name}: a value or a list of values was expected");
    }

    private string? Single(string name)
    {
        _known.Add(name);
        if (!_values.TryGetValue(name, out IReadOnlyList<string>? values)) return null;
        if (values.Count == 1) return values[0];
        _problems.Add($"{name}: one value was expected, {values.Count} were given");
        return null;
    }

    private string Missing(string name)
    {
        _problems.Add($"{name}: missing");
        return "";
    }
}
