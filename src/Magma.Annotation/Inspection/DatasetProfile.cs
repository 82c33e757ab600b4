using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation.Inspection;

/// <summary>What is in a data set, counted in one pass.</summary>
public sealed class DatasetProfile
{
    private static readonly string[] TextMembers = ["kind", "questions", "outcome", "preset"];

    public long Samples { get; private set; }

    public long Turns { get; private set; }

    public long ImageBytes { get; private set; }

    /// <summary>Samples or pictures that could not be read.</summary>
    public long Unreadable { get; private set; }

    public Distribution TurnsPerSample { get; } = new();

    public Distribution QuestionCharacters { get; } = new();

    public Distribution AnswerCharacters { get; } = new();

    public Distribution ImagesPerSample { get; } = new();

    public Distribution ImageWidth { get; } = new();

    public Distribution ImageHeight { get; } = new();

    public Distribution MarksPerSample { get; } = new();

    /// <summary>Side lengths of marked boxes, the shorter one, in pixels.</summary>
    public Distribution MarkSide { get; } = new();

    /// <summary>Counts by name for each thing that has names: tasks, kinds of elements, sources, formats of pictures, outcomes.</summary>
    public SortedDictionary<string, SortedDictionary<string, long>> Categories { get; } = new(StringComparer.Ordinal);

    /// <summary>Counts a sample.</summary>
    public void Add(Sample sample)
    {
        Samples++;
        Turns += sample.Conversation.Turns.Count;
        TurnsPerSample.Add(sample.Conversation.Turns.Count);
        foreach (Turn turn in sample.Conversation.Turns)
        {
            QuestionCharacters.Add(turn.Question.Length);
            AnswerCharacters.Add(turn.Answer.Length);
        }

        ImagesPerSample.Add(sample.Images.Count);
        foreach (SampleImage image in sample.Images) Add(image);
        AddMarks(sample);
        AddCategories(sample.Metadata);
    }

    /// <summary>Counts something that could not be read.</summary>
    public void AddUnreadable() => Unreadable++;

    private void Add(SampleImage image)
    {
        ImageBytes += image.Bytes.Length;
        Count("picture format", image.Extension);
        try
        {
            PixelSize size = ImageInfo.Read(image.Bytes.Span).UprightSize;
            ImageWidth.Add(size.Width);
            ImageHeight.Add(size.Height);
        }
        catch (InvalidDataException)
        {
            // Counted; `verify` names it.
            Unreadable++;
        }
    }

    private void AddMarks(Sample sample)
    {
        IReadOnlyList<SampleMark> marks;
        try
        {
            marks = SampleMark.Of(sample);
        }
        catch (InvalidDataException)
        {
            Unreadable++;
            return;
        }

        if (marks.Count == 0) return;
        MarksPerSample.Add(marks.Count);
        foreach (SampleMark mark in marks)
        {
            Count("kind of mark", mark.Kind);
            if (mark.Box is { } box) MarkSide.Add((long)Math.Round(Math.Min(box.Width, box.Height)));
        }
    }

    private void AddCategories(JsonObject metadata)
    {
        if (metadata["tasks"] is JsonArray tasks)
        {
            foreach (JsonNode? task in tasks) Count("task", task?.ToString() ?? "null");
        }

        if (metadata["elements"] is JsonArray elements)
        {
            foreach (JsonNode? element in elements)
            {
                if (element is not JsonObject one) continue;
                if (one["source"] is JsonValue source) Count("source of mark", source.ToString());
                if (one["interactable"]?.GetValueKind() is JsonValueKind.True or JsonValueKind.False)
                    Count("interactable", one["interactable"]!.GetValue<bool>() ? "yes" : "no");
            }
        }

        foreach (string name in TextMembers)
        {
            if (metadata[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String) Count(name, value.GetValue<string>());
        }
    }

    private void Count(string category, string name)
    {
        if (!Categories.TryGetValue(category, out SortedDictionary<string, long>? counts))
            Categories.Add(category, counts = new SortedDictionary<string, long>(StringComparer.Ordinal));
        counts[name] = counts.GetValueOrDefault(name) + 1;
    }
}
