using System.Text.Json;
using Magma.Vision;

namespace Magma.Cli.Parity;

/// <summary>Reads <c>cases.json</c> of a golden folder: sections, each a list of cases or an object.</summary>
internal sealed class GoldenCases
{
    private readonly JsonElement root;
    private readonly string path;

    private GoldenCases(JsonElement root, string path)
    {
        this.root = root;
        this.path = path;
    }

    public static GoldenCases Read(string folder)
    {
        string path = Path.Combine(folder, "cases.json");
        if (!File.Exists(path)) throw new InvalidDataException($"{folder} holds no cases.json.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return new GoldenCases(document.RootElement.Clone(), path);
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is not JSON: {problem.Message}", problem);
        }
    }

    /// <summary>A whole section, or null where the folder has none of this name.</summary>
    public JsonElement? Section(string name) => root.TryGetProperty(name, out JsonElement section) ? section : null;

    /// <summary>Judges every case of a section that is a list; a case that cannot be read is an error in the folder.</summary>
    public IEnumerable<ParityVerdict> Judge(string section, Func<JsonElement, string, ParityVerdict> judge) =>
        Section(section) is { } cases ? Judge(section, cases, judge) : [];

    /// <summary>Judges every case of a list; see <see cref="Judge(string, Func{JsonElement, string, ParityVerdict})"/>.</summary>
    public IEnumerable<ParityVerdict> Judge(string section, JsonElement cases, Func<JsonElement, string, ParityVerdict> judge)
    {
        int index = 0;
        foreach (JsonElement one in cases.EnumerateArray())
        {
            string name = $"{section}/{NameOf(one, index)}";
            ParityVerdict verdict;
            try
            {
                verdict = judge(one, name);
            }
            catch (Exception problem) when (problem is KeyNotFoundException or InvalidOperationException or FormatException
                or IndexOutOfRangeException)
            {
                throw new InvalidDataException($"{path}: {name} cannot be read: {problem.Message}", problem);
            }

            yield return verdict;
            index++;
        }
    }

    private static string NameOf(JsonElement one, int index) =>
        one.ValueKind == JsonValueKind.Object && one.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String
            ? id.GetString()!
            : $"{index}";
}

/// <summary>Shapes that golden files share.</summary>
internal static class GoldenShapes
{
    public static JsonElement[] Items(this JsonElement list) => [.. list.EnumerateArray()];

    public static double[] Numbers(this JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];

    public static int[] Integers(this JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetInt32())];

    public static string[] Texts(this JsonElement list) => [.. list.EnumerateArray().Select(text => text.GetString()!)];

    public static PixelSize Size(this JsonElement widthHeight) => new(widthHeight[0].GetInt32(), widthHeight[1].GetInt32());

    public static PixelBox[] BoxesXyxy(this JsonElement list) =>
        [.. list.EnumerateArray().Select(box => new PixelBox(box[0].GetDouble(), box[1].GetDouble(), box[2].GetDouble(), box[3].GetDouble()))];

    public static PixelBox BoxYxhw(this JsonElement box) =>
        PixelBox.FromXywh(box[1].GetDouble(), box[0].GetDouble(), box[3].GetDouble(), box[2].GetDouble());

    public static PixelBox[] BoxesYxhw(this JsonElement list) => [.. list.EnumerateArray().Select(BoxYxhw)];

    public static NormalizedBox Fractions(this JsonElement box) =>
        new(box[0].GetDouble(), box[1].GetDouble(), box[2].GetDouble(), box[3].GetDouble());
}
