using System.Text.Json.Nodes;
using Magma.Vision;

namespace Magma.Data;

public static partial class SetOfMark
{
    private const int LongestText = 100;
    private const double KeepControls = 0.5;
    private const double KeepOthers = 0.1;

    /// <summary>
    /// Makes a training sample of a marked screen: one of text → point, text → box, point → text, box → text (weights 0.4, 0.4, 0.1, 0.1)
    /// asked about some of the elements, one turn each, then where the input fields are, if the source can tell (paper arXiv 2502.13130,
    /// supplement B.1.1). Half of the controls and headings are asked about and a tenth of the other elements, but at least one. The draw
    /// depends on seed and key alone.
    /// </summary>
    /// <param name="key">The sample's key.</param>
    /// <param name="marked">The picture with its marks, encoded.</param>
    /// <param name="size">The size of the picture.</param>
    /// <param name="elements">What is on the screen; element n has mark n.</param>
    /// <param name="marks">The marks that were drawn.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="shares">For every element how probable it is that it is asked about, 0 to 1, where its source knows better than its kind.</param>
    /// <returns>
    /// The sample; null when there is nothing that could be asked: no input field, and no text that stands once on the screen, is at most
    /// 100 characters long and holds no special token of the model. Its metadata has <c>tasks</c>, <c>size</c> and <c>elements</c> with
    /// boxes and labels as [left, top, right, bottom] in pixels.
    /// </returns>
    /// <exception cref="ArgumentException">There are not as many marks or shares as elements.</exception>
    public static Sample? ToSample(
        string key, SampleImage marked, PixelSize size, IReadOnlyList<ScreenElement> elements, IReadOnlyList<Mark> marks, long seed,
        IReadOnlyList<double>? shares = null)
    {
        if (elements.Count != marks.Count) throw new ArgumentException($"{elements.Count} elements came with {marks.Count} marks.");
        if (shares is not null && shares.Count != elements.Count) throw new ArgumentException($"{elements.Count} elements came with {shares.Count} shares.");
        var random = new KeyedRandom(seed, key);
        var turns = new List<Turn>();
        var tasks = new JsonArray();
        if (TextTurns(elements, size, random, shares) is { } texts)
        {
            tasks.Add(NameOf(texts.Task));
            turns.AddRange(texts.Turns);
        }

        if (InputTurn(elements, size, random) is { } inputs)
        {
            tasks.Add(NameOf(inputs.Task));
            turns.Add(inputs.Turn);
        }

        if (turns.Count == 0) return null;
        turns[0] = turns[0] with { Question = $"{Conversation.ImagePlaceholder}\n{turns[0].Question}" };
        var metadata = new JsonObject
        {
            ["tasks"] = tasks,
            ["unit"] = "pixels; boxes are [left, top, right, bottom]",
            ["size"] = new JsonArray(size.Width, size.Height),
            ["elements"] = new JsonArray([.. elements.Select((element, number) => Describe(element, marks[number]))]),
        };
        return new Sample(key, [marked], new Conversation(turns), metadata);
    }

    private static (ScreenTask Task, IReadOnlyList<Turn> Turns)? TextTurns(
        IReadOnlyList<ScreenElement> elements, PixelSize size, KeyedRandom random, IReadOnlyList<double>? shares)
    {
        ScreenTask task = random.NextDouble() switch
        {
            < 0.4 => ScreenTask.TextToPoint,
            < 0.8 => ScreenTask.TextToBox,
            < 0.9 => ScreenTask.PointToText,
            _ => ScreenTask.BoxToText,
        };
        int wording = random.NextInt(ScreenQuestions.Of(task).Count);
        List<int> askable = Askable(elements);
        if (askable.Count == 0) return null;
        // Every askable element draws, so that one more element on a screen does not change what is asked about the others.
        List<int> asked = [.. askable.Where(number => random.NextDouble() < (shares?[number] ?? KeepProbability(elements[number].Kind)))];
        if (asked.Count == 0) asked.Add(askable[random.NextInt(askable.Count)]);
        List<Turn> turns = [.. asked.Select(number => Ask(task, elements[number], number, size))];
        turns[0] = turns[0] with { Question = ScreenQuestions.Of(task)[wording] + turns[0].Question };
        return (task, turns);
    }

    private static Turn Ask(ScreenTask task, ScreenElement element, int number, PixelSize size)
    {
        NormalizedBox box = element.Box.Normalize(size);
        string text = element.Text!;
        return task switch
        {
            ScreenTask.TextToPoint => new Turn(text, ScreenText.PointAnswer([(box.Center, number)])),
            ScreenTask.TextToBox => new Turn(text, ScreenText.BoxAnswer([(box, number)])),
            ScreenTask.PointToText => new Turn(ScreenText.Point(box.Center), ScreenText.TextAnswer(text, number)),
            _ => new Turn(ScreenText.Box(box), ScreenText.TextAnswer(text, number)),
        };
    }

    private static (ScreenTask Task, Turn Turn)? InputTurn(IReadOnlyList<ScreenElement> elements, PixelSize size, KeyedRandom random)
    {
        ScreenTask task = random.NextDouble() < 0.5 ? ScreenTask.InputToPoint : ScreenTask.InputToBox;
        string question = ScreenQuestions.Of(task)[random.NextInt(ScreenQuestions.Of(task).Count)];
        // Pixels alone do not tell an input field from another box, so their silence is no answer.
        bool canTell = elements.Count > 0 && elements.All(element => element.Source is ElementSource.Dom or ElementSource.Accessibility);
        int[] inputs = [.. Enumerable.Range(0, elements.Count).Where(number => elements[number].Kind == ElementKind.Input)];
        if (inputs.Length == 0 && !canTell) return null;
        string answer = task == ScreenTask.InputToPoint
            ? ScreenText.PointAnswer(inputs.Select(number => (elements[number].Box.Normalize(size).Center, number)))
            : ScreenText.BoxAnswer(inputs.Select(number => (elements[number].Box.Normalize(size), number)));
        return (task, new Turn(question, answer));
    }

    private static List<int> Askable(IReadOnlyList<ScreenElement> elements)
    {
        Dictionary<string, int> occurrences = new(StringComparer.OrdinalIgnoreCase);
        foreach (ScreenElement element in elements)
        {
            if (element.Text is { } text) occurrences[text] = occurrences.GetValueOrDefault(text) + 1;
        }

        return [.. Enumerable.Range(0, elements.Count).Where(number =>
            elements[number].Text is { Length: <= LongestText } text && occurrences[text] == 1 && IsPlain(text))];
    }

    // A screen may show the model's own special tokens; repeated in a question they would be taken for the real ones.
    private static bool IsPlain(string text) =>
        !text.Contains(Conversation.ImagePlaceholder) && !text.Contains("<|") && !text.Contains("<image_") && !text.Any(char.IsControl);

    private static double KeepProbability(ElementKind kind) =>
        kind is ElementKind.Heading or ElementKind.Link or ElementKind.Button or ElementKind.Choice or ElementKind.Icon ? KeepControls
        : kind is ElementKind.Input ? 1
        : KeepOthers;

    private static JsonNode Describe(ScreenElement element, Mark mark) => new JsonObject
    {
        ["mark"] = mark.Number,
        ["box"] = Edges(element.Box),
        ["label"] = Edges(mark.Label),
        ["text"] = element.Text,
        ["kind"] = NameOf(element.Kind),
        ["interactable"] = element.Interactable,
        ["source"] = NameOf(element.Source),
        ["confidence"] = Math.Round(element.Confidence, 4),
    };

    private static JsonArray Edges(PixelBox box) =>
        new(Math.Round(box.X1, 2), Math.Round(box.Y1, 2), Math.Round(box.X2, 2), Math.Round(box.Y2, 2));

    private static string NameOf(Enum value) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
