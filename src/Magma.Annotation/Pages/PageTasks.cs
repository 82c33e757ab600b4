using System.Text.Json.Nodes;
using Magma.Browser;
using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation.Pages;

/// <summary>Further samples of a captured page, in the formats of Magma's navigation data, on the same marked picture.</summary>
public static class PageTasks
{
    /// <summary>Instructions answered with point and mark, as the released UI demo asks.</summary>
    public const string Instructions = "instructions";

    /// <summary>One step in the format of Mind2Web with marks.</summary>
    public const string Web = "mind2web";

    /// <summary>One step in the format of AITW with marks.</summary>
    public const string Android = "aitw";

    private const int MostInstructions = 4;

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Instructions, Web, Android];

    /// <summary>Makes the sample of a task; null where the page has nothing that could be spoken of without doubt.</summary>
    /// <param name="task">One of <see cref="Names"/>.</param>
    /// <param name="marked">The page's Set-of-Mark sample.</param>
    /// <param name="elements">All elements of the page.</param>
    /// <param name="marks">The elements that have marks.</param>
    /// <param name="size">The size of the picture.</param>
    /// <param name="seed">The run's seed.</param>
    public static Sample? Make(
        string task, Sample marked, IReadOnlyList<PageElement> elements, IReadOnlyList<int> marks, PixelSize size, long seed)
    {
        string key = $"{marked.Key}-{task}";
        IReadOnlyList<PageInstruction> instructions = PageInstructions.Of(
            elements, marks, size, new KeyedRandom(seed, key), task == Instructions ? MostInstructions : 1);
        if (instructions.Count == 0) return null;
        Turn[] turns = [.. instructions.Select(one => TurnOf(task, one, elements[marks[one.Mark]].Element.Box.Normalize(size)))];
        turns[0] = turns[0] with { Question = $"{Conversation.ImagePlaceholder}\n{turns[0].Question}" };
        JsonObject metadata = marked.Metadata.DeepClone().AsObject();
        metadata.Remove("page");
        metadata["tasks"] = new JsonArray(task);
        return new Sample(key, marked.Images, new Conversation(turns), metadata);
    }

    private static Turn TurnOf(string task, PageInstruction one, NormalizedBox box)
    {
        string asked = one.Text.TrimEnd('.');
        return task switch
        {
            Web => new Turn(
                ScreenPrompts.WebStep(asked, []),
                new UiAction(one.Kind, one.Mark, one.Value).ToJson()),
            // Typing and choosing on a phone begin with a tap on the field.
            Android => new Turn(ScreenPrompts.AndroidStep(asked, [], 0), new AndroidAction.TapMark(one.Mark).Format()),
            _ => new Turn(ScreenPrompts.Action(asked), ScreenText.PointAnswer([(box.Center, one.Mark)])),
        };
    }
}
