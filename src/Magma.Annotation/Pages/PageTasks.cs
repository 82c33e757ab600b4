using System.Text.Json.Nodes;
using Magma.Browser;
using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation.Pages;

/// <summary>Further samples of a captured page, in the formats of Magma's navigation data, on its marked pictures.</summary>
public static class PageTasks
{
    /// <summary>Instructions answered with point and mark, as the released UI demo asks.</summary>
    public const string Instructions = "instructions";

    /// <summary>The steps of a small task in the format of Mind2Web with marks.</summary>
    public const string Web = "mind2web";

    /// <summary>The steps of a small task in the format of AITW with marks, and one thing that is done with the device.</summary>
    public const string Android = "aitw";

    private const int MostInstructions = 4;

    private static readonly (string Task, AndroidAction Action)[] s_device =
    [
        // A swipe is told by where the finger goes.
        ("Scroll down", new AndroidAction.Swipe("UP")), ("Show what is further down", new AndroidAction.Swipe("UP")),
        ("Scroll up", new AndroidAction.Swipe("DOWN")), ("Go back up on this page", new AndroidAction.Swipe("DOWN")),
        ("Swipe to the left", new AndroidAction.Swipe("LEFT")), ("Swipe to the right", new AndroidAction.Swipe("RIGHT")),
        ("Go back to the previous screen", new AndroidAction.Navigate("BACK")), ("Leave this page", new AndroidAction.Navigate("BACK")),
        ("Go to the home screen", new AndroidAction.Navigate("HOME")), ("Show the home screen of the device", new AndroidAction.Navigate("HOME")),
    ];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Instructions, Web, Android];

    /// <summary>Whether any of the tasks goes on after a field was filled in.</summary>
    public static bool HaveSteps(IEnumerable<string> tasks) => tasks.Any(task => task is Web or Android);

    /// <summary>What is filled in on a page before it is captured again; null where it has no field that could be spoken of without doubt.</summary>
    /// <param name="elements">All elements of the page.</param>
    /// <param name="marks">The elements that have marks.</param>
    /// <param name="size">The size of the picture.</param>
    /// <param name="key">The key of the page's Set-of-Mark sample.</param>
    /// <param name="seed">The run's seed.</param>
    public static PageInstruction? FieldOf(IReadOnlyList<PageElement> elements, IReadOnlyList<int> marks, PixelSize size, string key, long seed) =>
        PageInstructions.Of(elements, marks, size, new KeyedRandom(seed, $"{key} field"), int.MaxValue).FirstOrDefault(one => one.Value is not null);

    /// <summary>Makes the samples of a task; none where the page has nothing that could be spoken of without doubt.</summary>
    /// <param name="task">One of <see cref="Names"/>.</param>
    /// <param name="page">The page.</param>
    /// <param name="field">What <see cref="FieldOf"/> gave; null for none.</param>
    /// <param name="filled">The page with the field filled in; null where it did not take the value.</param>
    /// <param name="seed">The run's seed.</param>
    public static IReadOnlyList<Sample> Make(string task, PageStep page, PageInstruction? field, PageStep? filled, long seed)
    {
        string key = $"{page.Marked.Key}-{task}";
        var random = new KeyedRandom(seed, key);
        (PageStep, string Suffix, Turn[])[] parts = [.. task switch
        {
            Web => WebParts(page, field, filled, random),
            Android => AndroidParts(page, field, filled, random),
            _ => InstructionParts(page, random),
        }];
        return [.. parts.Select(part => SampleOf(task, $"{key}{part.Suffix}", part.Item1, part.Item3))];
    }

    private static IEnumerable<(PageStep, string, Turn[])> InstructionParts(PageStep page, KeyedRandom random)
    {
        Turn[] turns = [.. Spoken(page, random, MostInstructions).Select(one => new Turn(
            ScreenPrompts.Action(Plain(one)),
            ScreenText.PointAnswer([(page.ElementOf(one.Mark).Element.Box.Normalize(page.Size).Center, one.Mark)])))];
        if (turns.Length > 0) yield return (page, "", turns);
    }

    private static IEnumerable<(PageStep, string, Turn[])> WebParts(PageStep page, PageInstruction? field, PageStep? filled, KeyedRandom random)
    {
        PageInstruction? first = field ?? Spoken(page, random, 1).FirstOrDefault();
        if (first is null) yield break;
        PageElement done = page.ElementOf(first.Mark);
        PageInstruction? then = filled is null ? null : Spoken(filled, random, int.MaxValue)
            .Where(one => !IsSame(filled.ElementOf(one.Mark), done)).OrderBy(one => one.Kind != UiActionKind.Click).FirstOrDefault();
        string asked = then is null ? Plain(first) : $"{Plain(first)}, then {char.ToLowerInvariant(then.Text[0])}{Plain(then)[1..]}";
        UiAction action = ActionOf(first);
        yield return (page, "", [new Turn(ScreenPrompts.WebStep(asked, []), action.ToJson())]);
        if (then is null) yield break;
        string history = ScreenPrompts.WebHistory(done.Role, done.Name, action);
        yield return (filled!, "-1", [new Turn(ScreenPrompts.WebStep(asked, [history]), ActionOf(then).ToJson())]);
    }

    private static IEnumerable<(PageStep, string, Turn[])> AndroidParts(PageStep page, PageInstruction? field, PageStep? filled, KeyedRandom random)
    {
        PageInstruction? first = field ?? Spoken(page, random, 1).FirstOrDefault();
        if (first is not null)
        {
            bool typed = first.Kind == UiActionKind.Type, search = typed && page.ElementOf(first.Mark) is { Role: "searchbox" } or { InputType: "search" };
            string asked = search ? $"{Plain(first)} and press enter" : Plain(first);
            // Typing and choosing on a phone begin with a tap on the field, after which it looks as before.
            var tap = new AndroidAction.TapMark(first.Mark);
            yield return (page, "", [StepOf(asked, [], tap)]);
            if (typed)
            {
                var type = new AndroidAction.TypeText(first.Value!);
                yield return (page, "-1", [StepOf(asked, [tap], type)]);
                if (filled is not null)
                    yield return (filled, "-2", [StepOf(asked, [tap, type], search ? new AndroidAction.Navigate("ENTER") : new AndroidAction.SetStatus("COMPLETE"))]);
            }
        }

        (string task, AndroidAction action) = Unusable(page) is { } name && random.NextDouble() < 0.5
            ? ($"Press the “{name}” button", new AndroidAction.SetStatus("IMPOSSIBLE"))
            : s_device[random.NextInt(s_device.Length)];
        yield return (page, "-device", [StepOf(task, [], action)]);
    }

    private static Turn StepOf(string task, AndroidAction[] done, AndroidAction next) =>
        new(ScreenPrompts.AndroidStep(task, [.. done.Select(action => action.Format())], done.Length), next.Format());

    private static UiAction ActionOf(PageInstruction one) => new(one.Kind, one.Mark, one.Value);

    private static IReadOnlyList<PageInstruction> Spoken(PageStep page, KeyedRandom random, int most) =>
        PageInstructions.Of(page.Elements, page.Marks, page.Size, random, most);

    private static string Plain(PageInstruction one) => one.Text.TrimEnd('.');

    // The same field of a page before and after: its text has changed and its box may have moved a little.
    private static bool IsSame(PageElement one, PageElement other) =>
        (one.Tag, one.Role, one.Name) == (other.Tag, other.Role, other.Name) && one.Element.Box.Intersect(other.Element.Box).Area > 0;

    // A button that is there but switched off, with a name that nothing else has.
    private static string? Unusable(PageStep page) => page.Elements
        .Where(one => one is { Role: "button", Element.Interactable: false } && PageInstructions.IsPlain(one.Name)
            && page.Elements.Count(other => other.Name == one.Name) == 1)
        .Select(one => one.Name).FirstOrDefault();

    private static Sample SampleOf(string task, string key, PageStep page, Turn[] turns)
    {
        turns[0] = turns[0] with { Question = $"{Conversation.ImagePlaceholder}\n{turns[0].Question}" };
        JsonObject metadata = page.Marked.Metadata.DeepClone().AsObject();
        metadata.Remove("page");
        metadata["tasks"] = new JsonArray(task);
        return new Sample(key, page.Marked.Images, new Conversation(turns), metadata);
    }
}
