namespace Magma.Models.Templates;

/// <summary>Statements of a template. Expressions are in <see cref="ExpressionParser"/>.</summary>
internal sealed class Parser
{
    private const int MaxNesting = 100;

    private readonly TokenReader reader;
    private readonly ExpressionParser expressions;
    private int nesting;

    private Parser(TokenReader reader)
    {
        this.reader = reader;
        expressions = new ExpressionParser(reader);
    }

    public static Block Parse(string template)
    {
        var parser = new Parser(new TokenReader(Lexer.Read(template)));
        Block block = parser.ParseUntil(null);
        return block;
    }

    /// <summary>Statements up to one of the closing tags, whose name is left as the current token.</summary>
    private Block ParseUntil(string? opening, params ReadOnlySpan<string> closing)
    {
        if (++nesting > MaxNesting) throw reader.Fail($"blocks are nested more than {MaxNesting} deep");
        var statements = new List<Statement>();
        while (true)
        {
            TemplateToken token = reader.Take();
            switch (token.Kind)
            {
                case TokenKind.Text:
                    statements.Add(new PlainText(token.Text));
                    break;
                case TokenKind.OutputBegin:
                    statements.Add(new Output(expressions.ParseWithTuple()));
                    reader.Expect(TokenKind.OutputEnd, "end of print statement");
                    break;
                case TokenKind.BlockBegin:
                    if (reader.Current.Kind == TokenKind.Name && closing.Contains(reader.Current.Text))
                    {
                        nesting--;
                        return new Block(statements);
                    }

                    statements.Add(ParseTag());
                    break;
                default:
                    if (opening is not null)
                        throw reader.Fail($"Unexpected end of template. The innermost block that needs to be closed is '{opening}'.");
                    nesting--;
                    return new Block(statements);
            }
        }
    }

    private Statement ParseTag()
    {
        string tag = reader.ExpectName();
        Statement statement = tag switch
        {
            "if" => ParseIf(),
            "for" => ParseFor(),
            "set" => ParseSet(),
            "macro" => ParseMacro(),
            "break" => new LoopControl(Flow.Break),
            "continue" => new LoopControl(Flow.Continue),
            "filter" => ParseFilter(),
            "with" => ParseWith(),
            "generation" => ParseGeneration(),
            "call" => ParseCall(),
            _ => throw reader.Fail($"Encountered unknown tag '{tag}'."),
        };
        reader.Expect(TokenKind.BlockEnd, "end of statement block");
        return statement;
    }

    private Block Body(string opening, params ReadOnlySpan<string> closing)
    {
        reader.Expect(TokenKind.BlockEnd, "end of statement block");
        return ParseUntil(opening, closing);
    }

    private If ParseIf()
    {
        var branches = new List<(Expression, Statement)>();
        Statement? otherwise = null;
        Expression condition = expressions.ParseWithTuple();
        while (true)
        {
            branches.Add((condition, Body("if", "elif", "else", "endif")));
            string tag = reader.ExpectName();
            if (tag == "elif")
            {
                condition = expressions.ParseWithTuple();
                continue;
            }

            if (tag == "else")
            {
                otherwise = Body("if", "endif");
                reader.ExpectName();
            }

            return new If(branches, otherwise);
        }
    }

    private For ParseFor()
    {
        List<string> names = ParseTargets("in");
        reader.ExpectKeyword("in");
        Expression items = expressions.ParseWithoutChoice();
        Expression? condition = reader.TakeName("if") ? expressions.Parse() : null;
        bool recursive = reader.TakeName("recursive");
        Statement body = Body("for", "else", "endfor");
        Statement? otherwise = null;
        if (reader.ExpectName() == "else")
        {
            otherwise = Body("for", "endfor");
            reader.ExpectName();
        }

        return new For(names, items, condition, body, otherwise, recursive);
    }

    private List<string> ParseTargets(string end)
    {
        var names = new List<string>();
        bool bracket = reader.TakeOperator("(");
        do
        {
            if (names.Count > 0 && (reader.Current is { Kind: TokenKind.Operator } || reader.Current.Text == end)) break;
            names.Add(reader.ExpectName());
        }
        while (reader.TakeOperator(","));
        if (bracket) reader.ExpectOperator(")");
        foreach (string name in names)
        {
            if (name is "true" or "false" or "none" or "True" or "False" or "None" or "loop" && end == "in")
                throw reader.Fail($"can't assign to '{name}'");
        }

        return names;
    }

    private Statement ParseSet()
    {
        List<string> names = ParseTargets("=");
        string? attribute = null;
        if (names.Count == 1 && reader.TakeOperator(".")) attribute = reader.ExpectName();
        if (reader.TakeOperator("=")) return new Set(names, attribute, expressions.ParseWithTuple());
        if (names.Count != 1 || attribute is not null) throw reader.Fail("expected '=' after set");
        Filtered? filter = reader.TakeOperator("|") ? expressions.ParseFilterChain() : null;
        Statement body = Body("set", "endset");
        reader.ExpectName();
        return new SetBlock(names[0], filter, body);
    }

    private Macro ParseMacro()
    {
        string name = reader.ExpectName();
        List<(string, Expression?)> parameters = ParseParameters();
        int start = reader.Position;
        Statement body = Body("macro", "endmacro");
        IReadOnlySet<string> used = reader.NamesSince(start);
        reader.ExpectName();
        return new Macro(name, parameters, body) { UsedNames = used };
    }

    private List<(string Name, Expression? Default)> ParseParameters()
    {
        var parameters = new List<(string, Expression?)>();
        reader.ExpectOperator("(");
        while (!reader.TakeOperator(")"))
        {
            if (parameters.Count > 0) reader.ExpectOperator(",");
            string name = reader.ExpectName();
            parameters.Add((name, reader.TakeOperator("=") ? expressions.Parse() : null));
        }

        return parameters;
    }

    private FilterBlock ParseFilter()
    {
        Filtered filter = expressions.ParseFilterChain();
        Statement body = Body("filter", "endfilter");
        reader.ExpectName();
        return new FilterBlock(filter, body);
    }

    private With ParseWith()
    {
        var names = new List<(string, Expression)>();
        while (reader.Current.Kind != TokenKind.BlockEnd)
        {
            if (names.Count > 0) reader.ExpectOperator(",");
            string name = reader.ExpectName();
            reader.ExpectOperator("=");
            names.Add((name, expressions.Parse()));
        }

        Statement body = Body("with", "endwith");
        reader.ExpectName();
        return new With(names, body);
    }

    private Group ParseGeneration()
    {
        Statement body = Body("generation", "endgeneration");
        reader.ExpectName();
        return new Group(body);
    }

    private CallBlock ParseCall()
    {
        List<(string, Expression?)> parameters = reader.Current is { Kind: TokenKind.Operator, Text: "(" } ? ParseParameters() : [];
        if (expressions.Parse() is not Call call) throw reader.Fail("expected call");
        int start = reader.Position;
        Statement body = Body("call", "endcall");
        IReadOnlySet<string> used = reader.NamesSince(start);
        reader.ExpectName();
        return new CallBlock(call, new Macro("caller", parameters, body) { UsedNames = used });
    }
}
