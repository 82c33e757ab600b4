namespace Magma.Models.Tokenization;

/// <summary>
/// Cuts text into the pieces inside which byte pairs are merged. Hand-written scanners of the regular expressions that
/// published tokenizers carry: linear in the text, and on code points where <c>System.Text.RegularExpressions</c> sees
/// UTF-16 units.
/// </summary>
public sealed class PreTokenizer
{
    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string TailOfThree = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private readonly bool isGpt2;
    private readonly int digits;

    private PreTokenizer(string pattern, bool isGpt2, int digits)
    {
        Pattern = pattern;
        this.isGpt2 = isGpt2;
        this.digits = digits;
    }

    /// <summary>Llama 3 (and tiktoken's cl100k): at most three digits together.</summary>
    public static PreTokenizer Llama3 { get; } =
        new(Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}" + TailOfThree, isGpt2: false, digits: 3);

    /// <summary>Qwen 2: every digit alone.</summary>
    public static PreTokenizer Qwen2 { get; } =
        new(Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + TailOfThree, isGpt2: false, digits: 1);

    /// <summary>GPT-2: blanks join words, numbers and punctuation alike.</summary>
    public static PreTokenizer Gpt2 { get; } =
        new(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", isGpt2: true, digits: int.MaxValue);

    /// <summary>The regular expression that this scanner stands for, as tokenizer.json spells it.</summary>
    public string Pattern { get; }

    /// <summary>The scanner of a regular expression.</summary>
    /// <exception cref="InvalidDataException">The expression is none of the known ones.</exception>
    public static PreTokenizer Of(string pattern)
    {
        foreach (PreTokenizer known in new[] { Llama3, Qwen2, Gpt2 })
        {
            if (known.Pattern == pattern) return known;
        }

        throw new InvalidDataException(
            $"The tokenizer splits text by the expression {pattern}, which is not known. Known are those of Llama 3, Qwen 2 and GPT-2.");
    }

    /// <summary>The pieces of a text, in order; together they are the text.</summary>
    public IReadOnlyList<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] utf8 = System.Text.Encoding.UTF8.GetBytes(text);
        var pieces = new List<string>();
        for (int start = 0; start < utf8.Length;)
        {
            int end = EndOfPiece(utf8, start);
            pieces.Add(System.Text.Encoding.UTF8.GetString(utf8, start, end - start));
            start = end;
        }

        return pieces;
    }

    /// <summary>Where the piece that starts at <paramref name="start"/> ends. The text is well-formed UTF-8.</summary>
    internal int EndOfPiece(ReadOnlySpan<byte> text, int start) => isGpt2 ? EndOfGpt2Piece(text, start) : EndOfLlamaPiece(text, start);

    private int EndOfLlamaPiece(ReadOnlySpan<byte> text, int start)
    {
        CodePointClass first = CodePoints.Read(text, start, out int length);
        int next = start + length;
        if (first == CodePointClass.Letter) return EndOfRun(text, next, CodePointClass.Letter);
        if (first == CodePointClass.Number)
        {
            for (int count = 1; count < digits && next < text.Length; count++)
            {
                if (CodePoints.Read(text, next, out length) != CodePointClass.Number) break;
                next += length;
            }

            return next;
        }

        if (text[start] == '\'')
        {
            int contraction = ContractionLength(text[next..], ignoreCase: true);
            if (contraction > 0) return next + contraction;
        }

        if (next < text.Length && first != CodePointClass.LineEnd)
        {
            CodePointClass second = CodePoints.Read(text, next, out length);
            if (second == CodePointClass.Letter) return EndOfRun(text, next + length, CodePointClass.Letter);
            if (first == CodePointClass.Other || (first == CodePointClass.Space && second == CodePointClass.Other))
            {
                return EndOfLineEnds(text, EndOfRun(text, next, CodePointClass.Other));
            }
        }

        return first == CodePointClass.Other ? next : EndOfBlanks(text, start, lineEndsCloseThePiece: true);
    }

    private static int EndOfGpt2Piece(ReadOnlySpan<byte> text, int start)
    {
        CodePointClass first = CodePoints.Read(text, start, out int length);
        int next = start + length;
        if (text[start] == '\'')
        {
            int contraction = ContractionLength(text[next..], ignoreCase: false);
            if (contraction > 0) return next + contraction;
        }

        CodePointClass kind = first;
        if (first == CodePointClass.Space && next < text.Length) kind = CodePoints.Read(text, next, out _);
        return kind is CodePointClass.Letter or CodePointClass.Number or CodePointClass.Other
            ? EndOfRun(text, next, kind)
            : EndOfBlanks(text, start, lineEndsCloseThePiece: false);
    }

    private static int EndOfRun(ReadOnlySpan<byte> text, int position, CodePointClass kind)
    {
        while (position < text.Length && CodePoints.Read(text, position, out int length) == kind) position += length;
        return position;
    }

    private static int EndOfLineEnds(ReadOnlySpan<byte> text, int position)
    {
        while (position < text.Length && text[position] is (byte)'\n' or (byte)'\r') position++;
        return position;
    }

    /// <summary>
    /// <c>\s*[\r\n]+|\s+(?!\S)|\s+</c>: to the last line end of the run, else without the last blank when a word follows.
    /// </summary>
    private static int EndOfBlanks(ReadOnlySpan<byte> text, int start, bool lineEndsCloseThePiece)
    {
        int position = start, lastStart = start, afterLineEnd = -1;
        while (position < text.Length)
        {
            CodePointClass kind = CodePoints.Read(text, position, out int length);
            if (kind is CodePointClass.Letter or CodePointClass.Number or CodePointClass.Other) break;
            lastStart = position;
            position += length;
            if (kind == CodePointClass.LineEnd) afterLineEnd = position;
        }

        if (lineEndsCloseThePiece && afterLineEnd > 0) return afterLineEnd;
        return position == text.Length || lastStart == start ? position : lastStart;
    }

    /// <summary>Length in bytes of <c>s t re ve m ll d</c> at the start, or 0. Under ignore-case, U+017F counts as an s.</summary>
    private static int ContractionLength(ReadOnlySpan<byte> text, bool ignoreCase)
    {
        if (text.IsEmpty) return 0;
        int fold = ignoreCase ? 0x20 : 0;
        int first = text[0] | fold, second = text.Length > 1 ? text[1] | fold : 0;
        if (first is 's' or 't' or 'm' or 'd') return 1;
        if ((first is 'r' or 'v' && second == 'e') || (first == 'l' && second == 'l')) return 2;
        return ignoreCase && text.StartsWith("\u017F"u8) ? 2 : 0;
    }
}
