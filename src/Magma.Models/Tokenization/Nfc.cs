using System.Globalization;
using System.Text;

namespace Magma.Models.Tokenization;

/// <summary>
/// Unicode normalization form C, which Qwen's tokenizers ask for. .NET without ICU leaves text as it is, so the tables are ours.
/// Source: Unicode Standard Annex 15 and section 3.12 of the Unicode Standard (Hangul).
/// </summary>
internal static class Nfc
{
    private const int FirstSyllable = 0xAC00, FirstLeading = 0x1100, FirstVowel = 0x1161, BeforeTrailing = 0x11A7;
    private const int Leadings = 19, Vowels = 21, Trailings = 28, Syllables = Leadings * Vowels * Trailings;

    private static readonly Lazy<Tables> Data = new(Tables.Read);

    public static bool IsNormalized(string text) => ReferenceEquals(Normalize(text), text);

    /// <summary>The normalized text; the same object when it is normalized already.</summary>
    public static string Normalize(string text)
    {
        // Nothing below U+0300 composes, reorders or is replaced.
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', '\u02FF') < 0) return text;
        Tables tables = Data.Value;
        bool changes = false;
        for (int index = 0; index < text.Length && !changes; index++) changes = tables.MayChange.Contains(PointAt(text, ref index));
        if (!changes) return text;

        List<int> points = Decompose(text, tables);
        Order(points, tables);
        Compose(points, tables);
        var result = new StringBuilder(text.Length);
        foreach (int point in points)
        {
            if (point > 0xFFFF) result.Append(char.ConvertFromUtf32(point));
            else result.Append((char)point);
        }

        string normalized = result.ToString();
        return normalized == text ? text : normalized;
    }

    // A lone surrogate stands for itself; no table holds it.
    private static int PointAt(string text, ref int index)
    {
        if (!char.IsHighSurrogate(text[index]) || index + 1 == text.Length || !char.IsLowSurrogate(text[index + 1])) return text[index];
        index++;
        return char.ConvertToUtf32(text[index - 1], text[index]);
    }

    private static List<int> Decompose(string text, Tables tables)
    {
        var points = new List<int>(text.Length + 16);
        for (int index = 0; index < text.Length; index++)
        {
            int point = PointAt(text, ref index);
            int syllable = point - FirstSyllable;
            if (syllable is >= 0 and < Syllables)
            {
                points.Add(FirstLeading + (syllable / (Vowels * Trailings)));
                points.Add(FirstVowel + (syllable / Trailings % Vowels));
                if (syllable % Trailings > 0) points.Add(BeforeTrailing + (syllable % Trailings));
            }
            else if (tables.Decompositions.TryGetValue(point, out int[]? parts)) points.AddRange(parts);
            else points.Add(point);
        }

        return points;
    }

    /// <summary>Sorts every run of marks by class, equals in their order.</summary>
    private static void Order(List<int> points, Tables tables)
    {
        for (int start = 0; start < points.Count; start++)
        {
            int end = start;
            while (end < points.Count && tables.ClassOf(points[end]) > 0) end++;
            if (end - start > 1)
            {
                int[] sorted = [.. points.GetRange(start, end - start).OrderBy(tables.ClassOf)];
                for (int index = start; index < end; index++) points[index] = sorted[index - start];
            }

            start = end;
        }
    }

    private static void Compose(List<int> points, Tables tables)
    {
        int starter = -1, kept = 0, last = 0;
        for (int index = 0; index < points.Count; index++)
        {
            int point = points[index];
            int kind = tables.ClassOf(point);
            // Something of the same class, or another starter, stands between: the mark stays.
            bool blocked = starter < 0 || (kept - 1 > starter && (last >= kind || last == 0));
            if (!blocked && Composed(points[starter], point, tables) is { } composed)
            {
                points[starter] = composed;
                continue;
            }

            if (kind == 0) starter = kept;
            last = kind;
            points[kept++] = point;
        }

        points.RemoveRange(kept, points.Count - kept);
    }

    private static int? Composed(int first, int second, Tables tables)
    {
        if (first - FirstLeading is >= 0 and < Leadings and var leading && second - FirstVowel is >= 0 and < Vowels and var vowel)
        {
            return FirstSyllable + (((leading * Vowels) + vowel) * Trailings);
        }

        if (first - FirstSyllable is >= 0 and < Syllables and var syllable && syllable % Trailings == 0
            && second - BeforeTrailing is > 0 and < Trailings and var trailing)
        {
            return first + trailing;
        }

        return tables.Compositions.TryGetValue((first, second), out int composed) ? composed : null;
    }

    /// <summary>What Normalization.txt says; normalization.mjs makes that file.</summary>
    private sealed class Tables
    {
        private readonly Dictionary<int, byte> classes = [];

        /// <summary>Full decompositions, in canonical order.</summary>
        public Dictionary<int, int[]> Decompositions { get; } = [];

        public Dictionary<(int First, int Second), int> Compositions { get; } = [];

        /// <summary>Points that normalized text may lack: marks, points that are replaced, and second halves of compositions.</summary>
        public HashSet<int> MayChange { get; } = [];

        public int ClassOf(int point) => classes.GetValueOrDefault(point);

        public static Tables Read()
        {
            var tables = new Tables();
            var composites = new List<(int Point, int[] Parts)>();
            using Stream stream = typeof(Nfc).Assembly.GetManifestResourceStream("Normalization.txt")!;
            using var reader = new StreamReader(stream, Encoding.UTF8);
            while (reader.ReadLine() is { } line)
            {
                if (line.StartsWith('#')) continue;
                string[] words = line.Split(' ');
                if (words[0].Split('-') is [var first, var last])
                {
                    for (int point = Hex(first); point <= Hex(last); point++)
                        tables.classes.Add(point, byte.Parse(words[1], CultureInfo.InvariantCulture));
                    continue;
                }

                int[] parts = [.. words.Skip(2).Select(Hex)];
                tables.Decompositions.Add(Hex(words[0]), parts);
                if (words[1] == "=") composites.Add((Hex(words[0]), parts));
                else tables.MayChange.Add(Hex(words[0]));
            }

            tables.AddCompositions(composites);
            tables.MayChange.UnionWith(tables.classes.Keys);
            tables.MayChange.UnionWith(tables.Compositions.Keys.Select(pair => pair.Second));
            tables.MayChange.UnionWith(Enumerable.Range(FirstVowel, Vowels));
            tables.MayChange.UnionWith(Enumerable.Range(BeforeTrailing + 1, Trailings - 1));
            return tables;
        }

        // A composite of three parts is that of the first two with the third.
        private void AddCompositions(List<(int Point, int[] Parts)> composites)
        {
            foreach ((int point, int[] parts) in composites.OrderBy(composite => composite.Parts.Length))
            {
                int first = parts[0];
                foreach (int second in parts[1..^1]) first = Compositions[(first, second)];
                Compositions.Add((first, parts[^1]), point);
            }
        }

        private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
