using System.Globalization;
using System.Text;

namespace Magma.Models.Templates;

internal enum TokenKind
{
    Text,
    OutputBegin,
    OutputEnd,
    BlockBegin,
    BlockEnd,
    Name,
    String,
    Integer,
    Float,
    Operator,
    End,
}

/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text: the value of a string, the spelling of everything else.</param>
/// <param name="Line">Line of the template, from 1.</param>
internal readonly record struct TemplateToken(TokenKind Kind, string Text, int Line);

/// <summary>
/// Cuts a template into tokens, with the settings that Hugging Face uses: <c>trim_blocks</c> (a line end after a block goes),
/// <c>lstrip_blocks</c> (blanks before a block at the start of a line go), one line end at the end of the template goes.
/// </summary>
internal sealed class Lexer
{
    private static readonly string[] Operators =
        ["**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", ".", ",", ":", "|", "(", ")", "[", "]", "{", "}", ";"];

    private readonly string source;
    private readonly List<TemplateToken> tokens = [];
    private int position;
    private int line = 1;

    private Lexer(string source) => this.source = source;

    public static List<TemplateToken> Read(string template)
    {
        string source = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        if (source.EndsWith('\n')) source = source[..^1];
        var lexer = new Lexer(source);
        lexer.ReadAll();
        return lexer.tokens;
    }

    private void ReadAll()
    {
        bool atLineStart = true;
        while (position < source.Length)
        {
            int open = NextTag(position);
            if (open < 0)
            {
                Add(TokenKind.Text, source[position..]);
                break;
            }

            char kind = source[open + 1], sign = open + 2 < source.Length ? source[open + 2] : ' ';
            AddTextBefore(open, kind, sign, atLineStart);
            Skip(open + (sign is '-' or '+' ? 3 : 2));
            if (kind == '#') SkipComment();
            else if (kind == '%' && TryRaw()) { }
            else ReadTag(kind == '{' ? TokenKind.OutputBegin : TokenKind.BlockBegin);
            atLineStart = position > 0 && source[position - 1] == '\n';
        }

        Add(TokenKind.End, "end of template");
    }

    private int NextTag(int from)
    {
        for (int open = source.IndexOf('{', from); open >= 0 && open + 1 < source.Length; open = source.IndexOf('{', open + 1))
        {
            if (source[open + 1] is '{' or '%' or '#') return open;
        }

        return -1;
    }

    private void AddTextBefore(int open, char kind, char sign, bool atLineStart)
    {
        string text = source[position..open];
        if (sign == '-')
        {
            text = text.TrimEnd(PythonText.Blanks);
        }
        else if (sign != '+' && kind != '{')
        {
            int lineStart = text.LastIndexOf('\n') + 1;
            if ((lineStart > 0 || atLineStart) && text.AsSpan(lineStart).Trim(PythonText.Blanks).IsEmpty) text = text[..lineStart];
        }

        if (text.Length > 0) Add(TokenKind.Text, text);
    }

    private void SkipComment()
    {
        int end = source.IndexOf("#}", position, StringComparison.Ordinal);
        if (end < 0) throw TemplateException.Syntax(line, "a comment is not closed");
        char sign = source[end - 1];
        Skip(end + 2);
        SkipAfterTag(sign);
    }

    /// <summary>What goes after a block: with a minus all blanks, with a plus nothing, else one line end.</summary>
    private void SkipAfterTag(char sign)
    {
        if (sign == '-') SkipBlanks();
        else if (sign != '+' && position < source.Length && source[position] == '\n') Skip(position + 1);
    }

    private bool TryRaw()
    {
        int start = position;
        SkipBlanks();
        int after = position + 3;
        if (!source.AsSpan(position).StartsWith("raw") || after >= source.Length || IsNamePart(source[after]))
        {
            position = start;
            return false;
        }

        Skip(after);
        SkipBlanks();
        char sign = Peek();
        if (sign is '-' or '+') Skip(position + 1);
        if (!source.AsSpan(position).StartsWith("%}")) throw TemplateException.Syntax(line, "the raw block is not closed");
        Skip(position + 2);
        SkipAfterTag(sign);
        for (int open = source.IndexOf("{%", position, StringComparison.Ordinal); open >= 0; open = source.IndexOf("{%", open + 2, StringComparison.Ordinal))
        {
            int inside = open + 2;
            char openSign = inside < source.Length ? source[inside] : ' ';
            if (openSign is '-' or '+') inside++;
            while (inside < source.Length && PythonText.IsBlank(source[inside])) inside++;
            if (!source.AsSpan(inside).StartsWith("endraw")) continue;
            AddTextBefore(open, '%', openSign, atLineStart: false);
            Skip(inside + 6);
            SkipBlanks();
            char closeSign = Peek();
            if (closeSign is '-' or '+') Skip(position + 1);
            if (!source.AsSpan(position).StartsWith("%}")) throw TemplateException.Syntax(line, "endraw is not closed");
            Skip(position + 2);
            SkipAfterTag(closeSign);
            return true;
        }

        throw TemplateException.Syntax(line, "a raw block has no endraw");
    }

    private void ReadTag(TokenKind begin)
    {
        bool isOutput = begin == TokenKind.OutputBegin;
        string close = isOutput ? "}}" : "%}";
        Add(begin, isOutput ? "{{" : "{%");
        int brackets = 0;
        while (true)
        {
            SkipBlanks();
            if (position >= source.Length) throw TemplateException.Syntax(line, $"unexpected end of template, expected '{close}'");
            char sign = Peek();
            bool signed = sign is '-' or '+' && source.AsSpan(position + 1).StartsWith(close);
            if (signed || (brackets == 0 && source.AsSpan(position).StartsWith(close)))
            {
                Add(isOutput ? TokenKind.OutputEnd : TokenKind.BlockEnd, isOutput ? "end of print statement" : "end of statement block");
                Skip(position + (signed ? 3 : 2));
                if (isOutput && sign == '-' && signed) SkipBlanks();
                else if (!isOutput) SkipAfterTag(signed ? sign : ' ');
                return;
            }

            ReadToken();
            if (tokens[^1] is { Kind: TokenKind.Operator, Text: var text })
            {
                if (text is "(" or "[" or "{") brackets++;
                if (text is ")" or "]" or "}") brackets--;
            }
        }
    }

    private void ReadToken()
    {
        char first = Peek();
        if (first is '\'' or '"')
        {
            ReadString(first);
            return;
        }

        if (char.IsAsciiDigit(first))
        {
            ReadNumber();
            return;
        }

        if (IsNameStart(first))
        {
            int end = position + 1;
            while (end < source.Length && IsNamePart(source[end])) end++;
            Add(TokenKind.Name, source[position..end]);
            position = end;
            return;
        }

        foreach (string known in Operators)
        {
            if (!source.AsSpan(position).StartsWith(known)) continue;
            Add(TokenKind.Operator, known);
            position += known.Length;
            return;
        }

        throw TemplateException.Syntax(line, $"unexpected character '{first}'");
    }

    private void ReadNumber()
    {
        int end = position;
        while (end < source.Length && (char.IsAsciiDigit(source[end]) || source[end] == '_')) end++;
        bool isFloat = false;
        if (end + 1 < source.Length && source[end] == '.' && char.IsAsciiDigit(source[end + 1]))
        {
            isFloat = true;
            end++;
            while (end < source.Length && (char.IsAsciiDigit(source[end]) || source[end] == '_')) end++;
        }

        if (end < source.Length && source[end] is 'e' or 'E')
        {
            int exponent = end + 1;
            if (exponent < source.Length && source[exponent] is '+' or '-') exponent++;
            if (exponent < source.Length && char.IsAsciiDigit(source[exponent]))
            {
                isFloat = true;
                while (exponent < source.Length && char.IsAsciiDigit(source[exponent])) exponent++;
                end = exponent;
            }
        }

        Add(isFloat ? TokenKind.Float : TokenKind.Integer, source[position..end].Replace("_", "", StringComparison.Ordinal));
        position = end;
    }

    private void ReadString(char quote)
    {
        var value = new StringBuilder();
        int startLine = line;
        for (int index = position + 1; index < source.Length; index++)
        {
            char character = source[index];
            if (character == quote)
            {
                tokens.Add(new TemplateToken(TokenKind.String, value.ToString(), startLine));
                Skip(index + 1);
                return;
            }

            if (character != '\\' || index + 1 >= source.Length) value.Append(character);
            else index = ReadEscape(index + 1, value);
        }

        throw TemplateException.Syntax(startLine, "a string is not closed");
    }

    /// <summary>Python's escapes; returns the index of the last character used.</summary>
    private int ReadEscape(int index, StringBuilder value)
    {
        int digits = source[index] switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            if (index + digits >= source.Length
                || !int.TryParse(source.AsSpan(index + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int point)
                || point is < 0 or > 0x10FFFF)
            {
                throw TemplateException.Syntax(line, $"the escape \\{source[index]} needs {digits} hexadecimal digits");
            }

            if (point is >= 0xD800 and < 0xE000) value.Append((char)point);
            else value.Append(char.ConvertFromUtf32(point));
            return index + digits;
        }

        switch (source[index])
        {
            case 'n': value.Append('\n'); break;
            case 't': value.Append('\t'); break;
            case 'r': value.Append('\r'); break;
            case 'b': value.Append('\b'); break;
            case 'f': value.Append('\f'); break;
            case 'v': value.Append('\v'); break;
            case 'a': value.Append('\a'); break;
            case '0': value.Append('\0'); break;
            case '\n': break;
            case '\\' or '\'' or '"': value.Append(source[index]); break;
            default: value.Append('\\').Append(source[index]); break;
        }

        return index;
    }

    private char Peek() => position < source.Length ? source[position] : '\0';

    private void SkipBlanks()
    {
        int end = position;
        while (end < source.Length && PythonText.IsBlank(source[end])) end++;
        Skip(end);
    }

    private void Skip(int end)
    {
        line += source.AsSpan(position, end - position).Count('\n');
        position = end;
    }

    private void Add(TokenKind kind, string text)
    {
        tokens.Add(new TemplateToken(kind, text, line));
        if (kind == TokenKind.Text) line += text.AsSpan().Count('\n');
    }

    private static bool IsNameStart(char character) => character == '_' || char.IsLetter(character);

    private static bool IsNamePart(char character) => character == '_' || char.IsLetterOrDigit(character);
}
