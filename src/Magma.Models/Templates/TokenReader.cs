namespace Magma.Models.Templates;

/// <summary>Walks over the tokens of a template.</summary>
internal sealed class TokenReader(List<TemplateToken> tokens)
{
    public int Position { get; private set; }

    public TemplateToken Current => tokens[Position];

    public TemplateToken Next => tokens[Math.Min(Position + 1, tokens.Count - 1)];

    public TemplateToken Take()
    {
        TemplateToken token = Current;
        if (token.Kind != TokenKind.End) Position++;
        return token;
    }

    public bool TakeOperator(string text)
    {
        if (Current.Kind != TokenKind.Operator || Current.Text != text) return false;
        Position++;
        return true;
    }

    public bool TakeName(string text)
    {
        if (Current.Kind != TokenKind.Name || Current.Text != text) return false;
        Position++;
        return true;
    }

    public void ExpectOperator(string text)
    {
        if (!TakeOperator(text)) throw Fail($"expected token '{text}', got '{Current.Text}'");
    }

    public void ExpectKeyword(string text)
    {
        if (!TakeName(text)) throw Fail($"expected '{text}', got '{Current.Text}'");
    }

    public string ExpectName() => Current.Kind == TokenKind.Name ? Take().Text : throw Fail($"expected a name, got '{Current.Text}'");

    public void Expect(TokenKind kind, string name)
    {
        if (Current.Kind != kind) throw Fail($"expected token '{name}', got '{Current.Text}'");
        Position++;
    }

    /// <summary>Names that stand between a position and here.</summary>
    public IReadOnlySet<string> NamesSince(int start) =>
        tokens[start..Position].Where(token => token.Kind == TokenKind.Name).Select(token => token.Text).ToHashSet(StringComparer.Ordinal);

    public TemplateException Fail(string message) => TemplateException.Syntax(Current.Line, message);
}
