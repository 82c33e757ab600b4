using System.Globalization;

namespace Magma.Models.Templates;

/// <summary>Expressions, with Jinja's precedence: if, or, and, not, comparison, + -, ~, * / // %, **, sign, postfix and filters.</summary>
internal sealed class ExpressionParser(TokenReader reader)
{
    private const int MaxNesting = 60;
    private int nesting;

    public Expression Parse()
    {
        if (++nesting > MaxNesting) throw reader.Fail($"expressions are nested more than {MaxNesting} deep");
        Expression value = ParseOr();
        while (reader.Current is { Kind: TokenKind.Name, Text: "if" })
        {
            int line = reader.Take().Line;
            Expression condition = ParseOr();
            Expression? otherwise = reader.TakeName("else") ? Parse() : null;
            value = new Choice(condition, value, otherwise, line);
        }

        nesting--;
        return value;
    }

    /// <summary>An expression, or several with commas between: a tuple.</summary>
    public Expression ParseWithTuple() => ParseRow(Parse);

    /// <summary>The same where an "if" belongs to the for block.</summary>
    public Expression ParseWithoutChoice() => ParseRow(ParseOr);

    private Expression ParseRow(Func<Expression> parse)
    {
        Expression first = parse();
        if (reader.Current is not { Kind: TokenKind.Operator, Text: "," }) return first;
        var items = new List<Expression> { first };
        while (reader.TakeOperator(","))
        {
            if (reader.Current.Kind is TokenKind.OutputEnd or TokenKind.BlockEnd || reader.Current is { Kind: TokenKind.Operator, Text: ")" }) break;
            items.Add(parse());
        }

        return new Row(items, IsTuple: true);
    }

    /// <summary><c>name(…) | name …</c> without an operand in front.</summary>
    public Filtered ParseFilterChain()
    {
        Filtered chain = ParseFilter(null);
        while (reader.TakeOperator("|")) chain = ParseFilter(chain);
        return chain;
    }

    private Expression ParseOr()
    {
        Expression left = ParseAnd();
        while (reader.TakeName("or")) left = new Either(left, ParseAnd(), IsAnd: false);
        return left;
    }

    private Expression ParseAnd()
    {
        Expression left = ParseNot();
        while (reader.TakeName("and")) left = new Either(left, ParseNot(), IsAnd: true);
        return left;
    }

    private Expression ParseNot()
    {
        int count = 0;
        while (reader.TakeName("not")) count++;
        Expression value = ParseComparison();
        for (; count > 0; count--) value = new Not(value);
        return value;
    }

    private Expression ParseComparison()
    {
        Expression first = ParseSum();
        var rest = new List<(string, Expression)>();
        while (true)
        {
            TemplateToken token = reader.Current;
            if (token is { Kind: TokenKind.Operator, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" } || token is { Kind: TokenKind.Name, Text: "in" })
            {
                reader.Take();
                rest.Add((token.Text, ParseSum()));
            }
            else if (token is { Kind: TokenKind.Name, Text: "not" } && reader.Next is { Kind: TokenKind.Name, Text: "in" })
            {
                reader.Take();
                reader.Take();
                rest.Add(("not in", ParseSum()));
            }
            else
            {
                return rest.Count == 0 ? first : new Comparison(first, rest);
            }
        }
    }

    private Expression ParseSum()
    {
        Expression left = ParseJoin();
        while (reader.Current is { Kind: TokenKind.Operator, Text: "+" or "-" })
            left = new Arithmetic(reader.Take().Text, left, ParseJoin());
        return left;
    }

    private Expression ParseJoin()
    {
        var parts = new List<Expression> { ParseProduct() };
        while (reader.TakeOperator("~")) parts.Add(ParseProduct());
        return parts.Count == 1 ? parts[0] : new Join(parts);
    }

    private Expression ParseProduct()
    {
        Expression left = ParsePower();
        while (reader.Current is { Kind: TokenKind.Operator, Text: "*" or "/" or "//" or "%" })
            left = new Arithmetic(reader.Take().Text, left, ParsePower());
        return left;
    }

    private Expression ParsePower()
    {
        Expression left = ParseUnary(withFilters: true);
        while (reader.TakeOperator("**")) left = new Arithmetic("**", left, ParseUnary(withFilters: true));
        return left;
    }

    private Expression ParseUnary(bool withFilters)
    {
        if (++nesting > MaxNesting) throw reader.Fail($"expressions are nested more than {MaxNesting} deep");
        Expression value;
        if (reader.TakeOperator("-")) value = new Sign(ParseUnary(withFilters: false), Negative: true);
        else if (reader.TakeOperator("+")) value = new Sign(ParseUnary(withFilters: false), Negative: false);
        else value = ParsePrimary();
        value = ParsePostfix(value);
        nesting--;
        return withFilters ? ParseFiltersAndTests(value) : value;
    }

    private Expression ParsePrimary()
    {
        TemplateToken token = reader.Current;
        switch (token.Kind)
        {
            case TokenKind.Name:
                reader.Take();
                return token.Text switch
                {
                    "true" or "True" => new Literal(true),
                    "false" or "False" => new Literal(false),
                    "none" or "None" => new Literal(null),
                    _ => new Name(token.Text),
                };
            case TokenKind.String:
                string text = reader.Take().Text;
                while (reader.Current.Kind == TokenKind.String) text += reader.Take().Text;
                return new Literal(text);
            case TokenKind.Integer:
                reader.Take();
                return long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long integer)
                    ? new Literal(integer)
                    : throw reader.Fail($"the number {token.Text} has more than 64 bits");
            case TokenKind.Float:
                reader.Take();
                return new Literal(double.Parse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture));
            case TokenKind.Operator when token.Text is "(":
                reader.Take();
                return ParseBracket();
            case TokenKind.Operator when token.Text is "[":
                reader.Take();
                return new Row(ParseItems("]"), IsTuple: false);
            case TokenKind.Operator when token.Text is "{":
                reader.Take();
                return ParseMap();
            case TokenKind.OutputEnd when reader.Position > 0:
                throw reader.Fail($"Expected an expression, got '{token.Text}'");
            default:
                throw reader.Fail($"unexpected '{token.Text}'");
        }
    }

    private Expression ParseBracket()
    {
        if (reader.TakeOperator(")")) return new Row([], IsTuple: true);
        Expression value = ParseWithTuple();
        reader.ExpectOperator(")");
        return value;
    }

    private List<Expression> ParseItems(string close)
    {
        var items = new List<Expression>();
        while (!reader.TakeOperator(close))
        {
            if (items.Count > 0)
            {
                reader.ExpectOperator(",");
                if (reader.TakeOperator(close)) break;
            }

            items.Add(Parse());
        }

        return items;
    }

    private Map ParseMap()
    {
        var entries = new List<(Expression, Expression)>();
        while (!reader.TakeOperator("}"))
        {
            if (entries.Count > 0)
            {
                reader.ExpectOperator(",");
                if (reader.TakeOperator("}")) break;
            }

            Expression key = Parse();
            reader.ExpectOperator(":");
            entries.Add((key, Parse()));
        }

        return new Map(entries);
    }

    private Expression ParsePostfix(Expression value)
    {
        while (true)
        {
            if (reader.TakeOperator(".")) value = ParseAttribute(value);
            else if (reader.TakeOperator("[")) value = ParseSubscript(value);
            else if (reader.TakeOperator("(")) value = new Call(value, ParseArguments());
            else return value;
        }
    }

    private Expression ParseAttribute(Expression value)
    {
        TemplateToken token = reader.Take();
        return token.Kind switch
        {
            TokenKind.Name => new Attribute(value, token.Text),
            TokenKind.Integer => new Item(value, new Literal(long.Parse(token.Text, CultureInfo.InvariantCulture))),
            _ => throw reader.Fail("expected name or number"),
        };
    }

    private Expression ParseSubscript(Expression value)
    {
        Expression? start = reader.Current is { Kind: TokenKind.Operator, Text: ":" } ? null : ParseWithTuple();
        if (start is not null && reader.TakeOperator("]")) return new Item(value, start);
        reader.ExpectOperator(":");
        Expression? stop = AtSliceEnd() ? null : Parse();
        Expression? step = null;
        if (reader.TakeOperator(":") && !AtSliceEnd()) step = Parse();
        reader.ExpectOperator("]");
        return new Slice(value, start, stop, step);

        bool AtSliceEnd() => reader.Current is { Kind: TokenKind.Operator, Text: ":" or "]" };
    }

    private Arguments ParseArguments()
    {
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        bool first = true;
        while (!reader.TakeOperator(")"))
        {
            if (!first)
            {
                reader.ExpectOperator(",");
                if (reader.TakeOperator(")")) break;
            }

            first = false;
            if (reader.Current.Kind == TokenKind.Name && reader.Next is { Kind: TokenKind.Operator, Text: "=" })
            {
                string name = reader.Take().Text;
                reader.Take();
                named.Add((name, Parse()));
            }
            else
            {
                if (named.Count > 0) throw reader.Fail("a positional argument follows a named one");
                positional.Add(Parse());
            }
        }

        return new Arguments(positional, named);
    }

    private Expression ParseFiltersAndTests(Expression value)
    {
        while (true)
        {
            if (reader.TakeOperator("|")) value = ParseFilter(value);
            else if (reader.TakeName("is")) value = ParseTest(value);
            else if (reader.TakeOperator("(")) value = new Call(value, ParseArguments());
            else return value;
        }
    }

    private Filtered ParseFilter(Expression? operand)
    {
        string name = reader.ExpectName();
        Filter filter = Filters.Find(name) ?? throw reader.Fail($"No filter named '{name}'.");
        return new Filtered(operand, filter, reader.TakeOperator("(") ? ParseArguments() : Arguments.None);
    }

    private Tested ParseTest(Expression operand)
    {
        bool negated = reader.TakeName("not");
        string name = reader.ExpectName();
        Test test = Tests.Find(name) ?? throw reader.Fail($"No test named '{name}'.");
        Arguments arguments = Arguments.None;
        if (reader.TakeOperator("("))
        {
            arguments = ParseArguments();
        }
        else if (StartsArgument(reader.Current))
        {
            arguments = new Arguments([ParsePostfix(ParsePrimary())], []);
        }

        return new Tested(operand, test, arguments, negated);
    }

    private static bool StartsArgument(TemplateToken token) => token.Kind switch
    {
        TokenKind.Name => token.Text is not ("else" or "or" or "and" or "is" or "if" or "in" or "not" or "recursive"),
        TokenKind.String or TokenKind.Integer or TokenKind.Float => true,
        TokenKind.Operator => token.Text is "[" or "{",
        _ => false,
    };
}
