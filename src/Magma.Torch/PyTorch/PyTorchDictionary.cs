namespace Magma.Torch;

/// <summary>A dictionary of a pickle: keys of any kind, in the order of the file.</summary>
public sealed class PyTorchDictionary
{
    private readonly List<KeyValuePair<object?, object?>> items = [];
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    /// <summary>Keys and values in the order of the file. Keys are texts, whole numbers or what else the file has.</summary>
    public IReadOnlyList<KeyValuePair<object?, object?>> Items => items;

    /// <summary>The value of a text key, or null where there is none.</summary>
    public object? this[string key] => places.TryGetValue(key, out var place) ? items[place].Value : null;

    /// <summary>Puts a value; the later one of a text key stays.</summary>
    internal void Set(object? key, object? value)
    {
        if (key is string text)
        {
            if (places.TryGetValue(text, out var place))
            {
                items[place] = new(key, value);
                return;
            }

            places.Add(text, items.Count);
        }

        items.Add(new(key, value));
    }
}
