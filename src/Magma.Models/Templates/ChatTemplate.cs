using System.Text;
using System.Text.Json;

namespace Magma.Models.Templates;

/// <summary>
/// A chat template: the part of Jinja that published tokenizers use, in the settings of Hugging Face transformers. It runs no
/// code, reads no file, and ends: steps, depth and size are bounded.
/// </summary>
public sealed class ChatTemplate
{
    private const int MaxSource = 1 << 20;
    private readonly Block body;

    private ChatTemplate(Block body) => this.body = body;

    /// <summary>Reads a template.</summary>
    /// <exception cref="TemplateException">Of kind <see cref="TemplateErrorKind.Syntax"/>.</exception>
    public static ChatTemplate Parse(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Length > MaxSource)
            throw TemplateException.Syntax(1, $"the template has {source.Length:N0} characters; {MaxSource:N0} are allowed");
        return new ChatTemplate(Parser.Parse(source));
    }

    /// <summary>Renders the template.</summary>
    /// <param name="context">
    /// A JSON object: its members are the template's variables. A number with a point is a float, as in Python.
    /// </param>
    /// <param name="now">The time that <c>strftime_now</c> sees.</param>
    /// <exception cref="TemplateException">The template failed, or called <c>raise_exception</c>.</exception>
    public string Render(JsonElement context, DateTime now)
    {
        var scope = new Scope(Globals());
        foreach (JsonProperty variable in context.EnumerateObject()) scope[variable.Name] = Values.FromJson(variable.Value);
        var output = new StringBuilder();
        body.Execute(new TemplateRun(now), scope, output);
        return output.ToString();
    }

    /// <summary>Renders a conversation.</summary>
    /// <param name="messages">Role and content of every turn.</param>
    /// <param name="addGenerationPrompt">Whether the header of the answer follows.</param>
    /// <param name="tokens">Spellings of special tokens by name (<c>bos_token</c>, …).</param>
    /// <exception cref="TemplateException">The template failed, or called <c>raise_exception</c>.</exception>
    public string Render(
        IEnumerable<(string Role, string Content)> messages, bool addGenerationPrompt, IReadOnlyDictionary<string, string?> tokens)
    {
        var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("messages");
            foreach ((string role, string content) in messages)
            {
                writer.WriteStartObject();
                writer.WriteString("role", role);
                writer.WriteString("content", content);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteNull("tools");
            writer.WriteNull("documents");
            writer.WriteBoolean("add_generation_prompt", addGenerationPrompt);
            foreach ((string name, string? spelling) in tokens)
            {
                if (spelling is not null) writer.WriteString(name, spelling);
            }

            writer.WriteEndObject();
        }

        using JsonDocument context = JsonDocument.Parse(buffer.ToArray());
        // A prompt must not depend on the day it was made.
        return Render(context.RootElement, DateTime.UnixEpoch);
    }

    private static Scope Globals() => new(null)
    {
        ["range"] = new TemplateFunction("range", (_, arguments, _) => Range(arguments)),
        ["namespace"] = new TemplateFunction("namespace", (_, arguments, named) => new TemplateNamespace(MapOf(arguments, named))),
        ["dict"] = new TemplateFunction("dict", (_, arguments, named) => MapOf(arguments, named)),
        ["raise_exception"] = new TemplateFunction("raise_exception", (_, arguments, _) =>
            throw new TemplateException(TemplateErrorKind.Raised, arguments.Count > 0 ? PythonText.Print(arguments[0]) : "")),
        ["strftime_now"] = new TemplateFunction("strftime_now", (run, arguments, _) =>
            TextFormat.Time(run.Now, arguments is [string format] ? format : throw TemplateException.Runtime("strftime_now needs a format"))),
        ["cycler"] = new TemplateFunction("cycler", (_, arguments, _) => Cycler(arguments)),
        ["joiner"] = new TemplateFunction(
            "joiner", (_, arguments, _) => Joiner(arguments.Count > 0 ? PythonText.Print(arguments[0]) : ", ")),
    };

    private static List<object?> Range(List<object?> arguments)
    {
        if (arguments.Count is < 1 or > 3) throw TemplateException.Runtime("range takes one to three numbers");
        long[] bounds = [.. arguments.Select(argument => Values.TryInteger(argument, out long number)
            ? Math.Clamp(number, int.MinValue, int.MaxValue)
            : throw TemplateException.Runtime($"'{Values.TypeName(argument)}' object cannot be interpreted as an integer"))];
        (long start, long stop, long step) = bounds.Length == 1
            ? (0, bounds[0], 1)
            : (bounds[0], bounds[1], bounds.Length == 3 ? bounds[2] : 1);
        if (step == 0) throw TemplateException.Runtime("range() arg 3 must not be zero");
        var items = new List<object?>();
        for (long value = start; step > 0 ? value < stop : value > stop; value += step)
        {
            if (items.Count == TemplateRun.MaxItems)
                throw TemplateException.Runtime($"Range too big. The maximum size for a range is {TemplateRun.MaxItems}.");
            items.Add(value);
        }

        return items;
    }

    private static TemplateMap MapOf(List<object?> arguments, Dictionary<string, object?> named)
    {
        var map = new TemplateMap();
        if (arguments.Count > 0)
        {
            if (arguments[0] is not TemplateMap given) throw TemplateException.Runtime("a mapping was expected");
            foreach ((object? key, object? value) in given.Entries) map[key] = value;
        }

        foreach ((string name, object? value) in named) map[name] = value;
        return map;
    }

    private static TemplateNamespace Cycler(List<object?> items)
    {
        if (items.Count == 0) throw TemplateException.Runtime("at least one item has to be provided");
        int position = 0;
        return new TemplateNamespace(new TemplateMap
        {
            ["next"] = new TemplateFunction("next", (_, _, _) => items[position++ % items.Count]),
        });
    }

    private static TemplateFunction Joiner(string separator)
    {
        bool used = false;
        return new TemplateFunction("joiner", (_, _, _) =>
        {
            string text = used ? separator : "";
            used = true;
            return text;
        });
    }
}
