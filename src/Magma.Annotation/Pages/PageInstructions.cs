using Magma.Browser;
using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation.Pages;

/// <summary>Something to do on a page.</summary>
/// <param name="Mark">The mark of the element.</param>
/// <param name="Text">What a user would say, with a full stop.</param>
/// <param name="Kind">Click, type or select.</param>
/// <param name="Value">What is typed or chosen; null for a click.</param>
public sealed record PageInstruction(int Mark, string Text, UiActionKind Kind, string? Value);

/// <summary>
/// Makes instructions from names, roles and relations: "Click the second “Message” button.", "Type “red shoes” into the search field in the top bar.".
/// An element is only spoken of in words that fit no other element of the page.
/// </summary>
public static class PageInstructions
{
    private const int LongestName = 60;

    private static readonly string[] Ordinals = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

    private static readonly string[] Clicks =
        ["Click {0}.", "Press {0}.", "Go to {0}.", "Use {0}.", "Select {0}.", "Please click {0}.", "Tap {0}.", "Find {0} and click it."];

    private static readonly string[] Links = ["Open {0}.", "Follow {0}.", "Go to {0}.", "Click {0}.", "Navigate through {0}.", "Take me to {0}."];

    private static readonly string[] Toggles = ["Toggle {0}.", "Click {0}.", "Change {0}.", "Switch {0}."];

    private static readonly string[] Typing =
        ["Type “{1}” into {0}.", "Enter “{1}” in {0}.", "Fill {0} with “{1}”.", "Write “{1}” into {0}.", "Put “{1}” into {0}."];

    private static readonly string[] Choosing =
        ["Choose “{1}” in {0}.", "Select “{1}” from {0}.", "Set {0} to “{1}”.", "Pick “{1}” in {0}.", "Change {0} to “{1}”."];

    /// <summary>Instructions for a page's marked elements, each element at most once, in an order and with words that depend on the random numbers alone.</summary>
    /// <param name="elements">All elements of the page.</param>
    /// <param name="marked">The elements that have marks; the index in this list is the mark.</param>
    /// <param name="size">The size of the picture.</param>
    /// <param name="random">Draws elements and wordings.</param>
    /// <param name="most">How many at most.</param>
    public static IReadOnlyList<PageInstruction> Of(
        IReadOnlyList<PageElement> elements, IReadOnlyList<int> marked, PixelSize size, KeyedRandom random, int most)
    {
        string[] names = [.. marked.Select(index => NameOf(elements[index]))];
        string[] nouns = [.. marked.Select(index => NounOf(elements[index]))];
        (int Mark, string Words)[] spoken =
        [
            .. Enumerable.Range(0, marked.Count).Where(mark => elements[marked[mark]].Element.Interactable)
                .Select(mark => (mark, Words: Describe(elements, marked, names, nouns, mark, size))).Where(one => one.Words is not null)
                .Select(one => (one.mark, one.Words!)),
        ];
        var instructions = new List<PageInstruction>();
        foreach ((int mark, string words) in spoken.Select(one => (one, Draw: random.NextDouble())).OrderBy(one => one.Draw).Take(most).Select(one => one.one))
        {
            PageElement element = elements[marked[mark]];
            string? typed = TypedInto(element, random), chosen = ChosenIn(element, random);
            string[] templates = typed is not null ? Typing
                : chosen is not null ? Choosing
                : element.Role is "checkbox" or "switch" or "radio" ? Toggles
                : element.Role == "link" ? Links
                : Clicks;
            string template = templates[random.NextInt(templates.Length)];
            UiActionKind kind = typed is not null ? UiActionKind.Type : chosen is not null ? UiActionKind.Select : UiActionKind.Click;
            instructions.Add(new PageInstruction(mark, template.Replace("{0}", words).Replace("{1}", typed ?? chosen), kind, typed ?? chosen));
        }

        return instructions;
    }

    private static string? Describe(
        IReadOnlyList<PageElement> elements, IReadOnlyList<int> marked, string[] names, string[] nouns, int mark, PixelSize size)
    {
        string name = names[mark], noun = nouns[mark];
        string called = name.Length > 0 ? $"“{name}” {noun}" : noun;
        int[] alike = [.. Enumerable.Range(0, marked.Count)
            .Where(other => elements[marked[other]].Element.Interactable && nouns[other] == noun && (name.Length == 0 || names[other] == name))];
        if (alike.Length == 1) return name.Length > 0 ? $"the {called}" : $"the {called} {PlaceOf(elements, marked[mark], size)}";
        string place = PlaceOf(elements, marked[mark], size);
        if (alike.Count(other => PlaceOf(elements, marked[other], size) == place) == 1) return $"the {called} {place}";
        // Counted as one reads: from the top, then from the left.
        int[] read = [.. alike.OrderBy(other => Math.Round(elements[marked[other]].Element.Box.Y1 / 8))
            .ThenBy(other => elements[marked[other]].Element.Box.X1)];
        int at = Array.IndexOf(read, mark);
        return name.Length == 0 || at >= Ordinals.Length ? null : $"the {Ordinals[at]} {called}";
    }

    private static string NameOf(PageElement element)
    {
        string name = element.Name.Length > 0 ? element.Name : element.InputType is null ? element.Element.Text ?? "" : "";
        return IsPlain(name) ? name : "";
    }

    // Special tokens of the model must not come back as text.
    internal static bool IsPlain(string name) => name.Length <= LongestName && !name.Contains('<') && !name.Contains('“') && !name.Contains('”')
        && !name.Any(char.IsControl) && name.Any(char.IsLetterOrDigit);

    private static string NounOf(PageElement element) => element.Role switch
    {
        "link" => "link",
        "textbox" => element.InputType is "password" ? "password field" : element.InputType == "textarea" ? "text area" : "field",
        "searchbox" => "search field",
        "spinbutton" => "number field",
        "checkbox" or "menuitemcheckbox" => "check box",
        "radio" or "menuitemradio" => "radio button",
        "switch" => "switch",
        "combobox" or "listbox" => "list",
        "slider" => "slider",
        "tab" => "tab",
        "menuitem" => "menu entry",
        "option" => "option",
        "clickable" => "item",
        _ => "button",
    };

    private static string PlaceOf(IReadOnlyList<PageElement> elements, int index, PixelSize size)
    {
        for (int? at = elements[index].Parent; at is { } outer; at = elements[outer].Parent)
        {
            string? place = elements[outer].Role switch
            {
                "navigation" => "in the navigation",
                "banner" => "in the top bar",
                "contentinfo" => "in the footer",
                "complementary" => "in the side bar",
                "dialog" or "alertdialog" => "in the dialog",
                "search" => "in the search area",
                _ => null,
            };
            if (place is not null) return place;
        }

        PixelPoint centre = elements[index].Element.Box.Center;
        string row = centre.Y < size.Height / 3.0 ? "top" : centre.Y < size.Height / 1.5 ? "middle" : "bottom";
        string column = centre.X < size.Width / 3.0 ? "left" : centre.X < size.Width / 1.5 ? "centre" : "right";
        return $"at the {row} {column}";
    }

    // What is chosen already is nothing to do.
    private static string? ChosenIn(PageElement element, KeyedRandom random)
    {
        string[] others = [.. element.Options.Where(option => option != element.Value && IsPlain(option))];
        return others.Length == 0 ? null : others[random.NextInt(others.Length)];
    }

    private static string? TypedInto(PageElement element, KeyedRandom random)
    {
        if (element.Element.Kind != ElementKind.Input) return null;
        string[] values = element.InputType switch
        {
            "email" => ["ada@example.com", "info@example.org"],
            "tel" => ["555 0142", "+1 555 0199"],
            "url" => ["https://example.com"],
            "number" => ["3", "12", "40"],
            "date" => ["2026-03-14"],
            "password" => ["correct horse battery"],
            "search" => ["red shoes", "weather", "annual report", "Zürich"],
            _ when element.Role == "searchbox" => ["red shoes", "invoice 17"],
            _ => ["Ada", "hello", "Main Street 5", "second floor"],
        };
        return values[random.NextInt(values.Length)];
    }
}
